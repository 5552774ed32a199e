import Vocabulary

/// What the Connection fields of a head ask for (RFC 9110 §7.6.1).
struct ConnectionOptions {
    var closes = false
    var keepsAlive = false
    var upgrades = false
    /// Some option is the name of a field, which then ends at this hop.
    var nominatesFields = false
    private var count = 0

    /// No head has more fields to name, and every field that passes is looked for among the options.
    mutating func read(_ value: RawSpan) throws(WireError) {
        var list = ListElements()
        while let element = list.next(in: value) {
            count &+= 1
            guard count <= WireBounds.fieldCountMax else { throw .headTooLarge }
            let option = value.extracting(element)
            if option.equalsIgnoringCase("close") {
                closes = true
            } else if option.equalsIgnoringCase("keep-alive") {
                keepsAlive = true
            } else if option.equalsIgnoringCase("upgrade") {
                upgrades = true
            } else {
                nominatesFields = true
            }
        }
    }
}

/// Walks the elements of a comma-separated list, empty ones passed over (RFC 9110 §5.6.1).
struct ListElements {
    private var start = 0

    mutating func next(in value: RawSpan) -> Range<Int>? {
        while start < value.byteCount {
            let end = value.firstIndex(of: 0x2c, from: start) ?? value.byteCount
            var first = start
            var last = end
            while first < last, value[first].isBlank { first &+= 1 }
            while last > first, value[last &- 1].isBlank { last &-= 1 }
            start = end &+ 1
            if first < last { return first..<last }
        }
        return nil
    }
}

extension FieldSection {
    /// Whether a Connection field names `name` as ending at this hop.
    func connectionNames(_ name: RawSpan) -> Bool {
        for index in 0..<fields.count where fields[index].id == .connection {
            let value = self[fields[index].value]
            var list = ListElements()
            while let element = list.next(in: value) {
                if value.extracting(element).equalsIgnoringCase(name) { return true }
            }
        }
        return false
    }
}
