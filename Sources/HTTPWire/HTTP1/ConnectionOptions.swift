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

/// The names that a head's Connection fields hold, each as a fingerprint of 64 bits.
///
/// Each name is read once. Comparing every field with every option costs a millisecond where a head is
/// made for it. Two names with one fingerprint are taken for the same, which harms nobody: whoever could
/// find such a pair could as well have named the other field.
struct NominatedNames {
    private var fingerprints: InlineArray<100, UInt64> = .init(repeating: 0)
    private var count = 0

    init(in section: borrowing FieldSection) {
        for index in 0..<section.fields.count where section.fields[index].id == .connection {
            let value = section[section.fields[index].value]
            var list = ListElements()
            while let element = list.next(in: value), count < fingerprints.count {
                fingerprints[count] = Self.fingerprint(of: value.extracting(element))
                count &+= 1
            }
        }
    }

    func holds(_ name: RawSpan) -> Bool {
        let wanted = Self.fingerprint(of: name)
        for index in 0..<count where fingerprints[index] == wanted { return true }
        return false
    }

    /// The same for names that differ in case alone.
    private static func fingerprint(of name: RawSpan) -> UInt64 {
        var mixed = UInt64(name.byteCount) &* 0x9e37_79b9_7f4a_7c15
        var index = 0
        while index < name.byteCount {
            let product = (mixed ^ lowercased(name.word(at: index, before: name.byteCount)))
                .multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
            mixed = product.high ^ product.low &+ 0x9e37_79b9_7f4a_7c15
            index &+= 8
        }
        return mixed
    }

    /// Eight letters at once; bytes beyond ASCII stay as they are.
    private static func lowercased(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = word & (ones &* 0x7f)
        let isFromA = low &+ ones &* (0x80 - 0x41)
        let isBeyondZ = low &+ ones &* (0x80 - 0x5b)
        let isCapital = (isFromA ^ isBeyondZ) & ~word & (ones &* 0x80)
        return word | isCapital >> 2
    }
}
