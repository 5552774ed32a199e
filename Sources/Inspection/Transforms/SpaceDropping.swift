import Vocabulary

/// `drop spaces`: white space goes.
enum SpaceDropping {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        var at = 0
        var start = 0
        var isChanged = false
        while at < source.byteCount {
            let length = source.spaceLength(at: at)
            guard length > 0 else {
                at &+= 1
                continue
            }
            target.append(source, from: start, to: at)
            at &+= length
            start = at
            isChanged = true
        }
        if isChanged { target.append(source, from: start, to: source.byteCount) }
        return isChanged
    }
}
