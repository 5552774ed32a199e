import Vocabulary

/// `drop nulls`: bytes that are zero go.
enum NullDropping {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        var start = 0
        var isChanged = false
        while let place = source.firstIndex(of: 0, from: start) {
            target.append(source, from: start, to: place)
            start = place &+ 1
            isChanged = true
        }
        if isChanged { target.append(source, from: start, to: source.byteCount) }
        return isChanged
    }
}
