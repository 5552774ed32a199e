import Vocabulary

/// `decode css`: one to six hexadecimal digits after a backslash, and the one white space that may end them.
///
/// Before a line's end the backslash and the line's end go; before any other character the backslash alone.
enum CSSDecoding {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        var at = 0
        var start = 0
        while let place = source.firstIndex(of: UInt8(ascii: "\\"), from: at),
            place &+ 1 < source.byteCount
        {
            target.append(source, from: start, to: place)
            at = escape(source, place &+ 1, into: &target)
            start = at
        }
        guard start > 0 else { return false }
        target.append(source, from: start, to: source.byteCount)
        return true
    }

    private static func escape(_ source: RawSpan, _ start: Int, into target: inout Scratch) -> Int {
        var at = start
        var value: UInt32 = 0
        while at < source.byteCount, at &- start < 6, let digit = source[at].hexadecimalValue {
            value = value << 4 | UInt32(digit)
            at &+= 1
        }
        guard at > start else {
            let byte = source[start]
            if byte != 0x0A && byte != 0x0D && byte != 0x0C { target.append(byte) }
            return start &+ 1
        }
        target.append(scalar: UnicodeFolding.plain(value))
        if at < source.byteCount, 0x09...0x0D ~= source[at] || source[at] == 0x20 { at &+= 1 }
        return at
    }
}
