import Vocabulary

extension RawSpan {
    /// How many bytes of white space stand at `at`: one, two for the no-break space in UTF-8, or none.
    ///
    /// `A0` alone is a no-break space in Latin-1, and a separator to some databases; behind another high byte it is
    /// a part of some character, and none.
    func spaceLength(at: Int) -> Int {
        let byte = self[at]
        if byte == 0x20 || 0x09...0x0D ~= byte { return 1 }
        if byte == 0xC2, at &+ 1 < byteCount, self[at &+ 1] == 0xA0 { return 2 }
        return byte == 0xA0 && (at == 0 || self[at &- 1] < 0x80) ? 1 : 0
    }
}

/// `join spaces`: each run of white space becomes one space.
enum SpaceJoining {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        var at = 0
        var start = 0
        var isChanged = false
        while at < source.byteCount {
            let first = source.spaceLength(at: at)
            guard first > 0 else {
                at &+= 1
                continue
            }
            var end = at &+ first
            while end < source.byteCount {
                let next = source.spaceLength(at: end)
                guard next > 0 else { break }
                end &+= next
            }
            if end &- at > 1 || source[at] != 0x20 {
                target.append(source, from: start, to: at)
                target.append(0x20)
                start = end
                isChanged = true
            }
            at = end
        }
        if isChanged { target.append(source, from: start, to: source.byteCount) }
        return isChanged
    }
}
