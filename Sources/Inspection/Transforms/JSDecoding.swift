import Vocabulary

/// `decode js`: the escapes of JavaScript's strings: `\x41`, `\u0041`, `\u{41}`, `\101`, `\n` and the like.
///
/// Before any other character a backslash stands for nothing and goes; before a line's end both go. Escapes that
/// are broken off lose the backslash, as a browser that reads on would have it.
enum JSDecoding {
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

    /// Writes what stands for the escape whose letter is at `at`, and says what follows it.
    private static func escape(_ source: RawSpan, _ at: Int, into target: inout Scratch) -> Int {
        let letter = source[at]
        switch letter {
        case UInt8(ascii: "x"):
            guard let value = source.hexadecimal(at: at &+ 1, digits: 2) else { break }
            target.append(scalar: value)
            return at &+ 3
        case UInt8(ascii: "u"):
            if let (value, end) = unicode(source, at &+ 1) {
                target.append(scalar: UnicodeFolding.plain(value))
                return end
            }
        case 0x30...0x37:
            return octal(source, at, into: &target)
        case UInt8(ascii: "b"): target.append(0x08)
        case UInt8(ascii: "f"): target.append(0x0C)
        case UInt8(ascii: "n"): target.append(0x0A)
        case UInt8(ascii: "r"): target.append(0x0D)
        case UInt8(ascii: "t"): target.append(0x09)
        case UInt8(ascii: "v"): target.append(0x0B)
        case 0x0A, 0x0D: break
        default: target.append(letter)
        }
        if letter == UInt8(ascii: "x") || letter == UInt8(ascii: "u") { target.append(letter) }
        return at &+ 1
    }

    private static func unicode(_ source: RawSpan, _ at: Int) -> (UInt32, Int)? {
        guard at < source.byteCount, source[at] == UInt8(ascii: "{") else {
            return source.hexadecimal(at: at, digits: 4).map { ($0, at &+ 4) }
        }
        var index = at &+ 1
        var value: UInt32 = 0
        while index < source.byteCount, let digit = source[index].hexadecimalValue {
            value = min(value &* 16 &+ UInt32(digit), 0x11_0000)
            index &+= 1
        }
        guard index > at &+ 1, index < source.byteCount, source[index] == UInt8(ascii: "}") else {
            return nil
        }
        return (value, index &+ 1)
    }

    /// One to three digits, no more than 377.
    static func octal(_ source: RawSpan, _ start: Int, into target: inout Scratch) -> Int {
        var at = start
        var value: UInt32 = 0
        while at < source.byteCount, at &- start < 3, 0x30...0x37 ~= source[at] {
            let next = value &* 8 &+ UInt32(source[at] &- 0x30)
            guard next <= 0xFF else { break }
            value = next
            at &+= 1
        }
        target.append(UInt8(truncatingIfNeeded: value))
        return at
    }
}
