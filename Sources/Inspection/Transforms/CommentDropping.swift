import Vocabulary

/// `drop comments`: what SQL does not read becomes one space, as SQL has it.
///
/// `/* … */` goes, with or without its end. What MySQL runs nonetheless, `/*!50000 … */`, loses its marks alone.
/// `--` and `#` go up to the line's end, and only where a line ends: behind the last one nothing is left to be
/// hidden, and what would be lost there could matter to something that is not SQL.
enum CommentDropping {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        let lastLine = lastLineEnd(source)
        var at = 0
        var start = 0
        var isChanged = false
        // MySQL's `/*!`, whose end is still to come.
        var isRun = false
        while at < source.byteCount {
            let end = comment(source, at, lastLine, &isRun)
            guard end > at else {
                at &+= 1
                continue
            }
            target.append(source, from: start, to: at)
            target.append(0x20)
            at = end
            start = end
            isChanged = true
        }
        if isChanged { target.append(source, from: start, to: source.byteCount) }
        return isChanged
    }

    /// Where the comment, or the mark, ends that begins at `at`; `at` itself where there is none.
    private static func comment(
        _ source: RawSpan,
        _ at: Int,
        _ lastLine: Int,
        _ isRun: inout Bool
    ) -> Int {
        let next = at &+ 1 < source.byteCount ? source[at &+ 1] : 0
        switch (source[at], next) {
        case (UInt8(ascii: "/"), UInt8(ascii: "*")):
            if at &+ 2 < source.byteCount, source[at &+ 2] == UInt8(ascii: "!") {
                isRun = true
                var end = at &+ 3
                while end < source.byteCount, end &- at < 9, source[end].isDigit { end &+= 1 }
                return end
            }
            return endOfBlock(source, at &+ 2)
        case (UInt8(ascii: "*"), UInt8(ascii: "/")) where isRun:
            isRun = false
            return at &+ 2
        case (UInt8(ascii: "#"), _), (UInt8(ascii: "-"), UInt8(ascii: "-")):
            guard at < lastLine else { return at }
            var end = at
            while source[end] != 0x0A && source[end] != 0x0D { end &+= 1 }
            return end &+ 1
        default: return at
        }
    }

    private static func endOfBlock(_ source: RawSpan, _ start: Int) -> Int {
        var at = start
        while at &+ 1 < source.byteCount {
            if source[at] == UInt8(ascii: "*"), source[at &+ 1] == UInt8(ascii: "/") {
                return at &+ 2
            }
            at &+= 1
        }
        return source.byteCount
    }

    /// The last place where a line ends, so that nobody looks for one in vain again and again.
    private static func lastLineEnd(_ source: RawSpan) -> Int {
        var at = source.byteCount &- 1
        while at >= 0, source[at] != 0x0A, source[at] != 0x0D { at &-= 1 }
        return at
    }
}
