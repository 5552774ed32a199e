import Vocabulary

/// `decode escapes`: those of C: `\n`, `\x41`, `\101`, `\'` and the like.
///
/// What is none stays as it is, its backslash too: outside of strings a backslash is only a backslash.
enum EscapeDecoding {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        var at = 0
        var start = 0
        while let place = source.firstIndex(of: UInt8(ascii: "\\"), from: at),
            place &+ 1 < source.byteCount
        {
            let letter = source[place &+ 1]
            at = place &+ 2
            if let byte = plain(letter) {
                target.append(source, from: start, to: place)
                target.append(byte)
            } else if letter == UInt8(ascii: "x"),
                let value = source.hexadecimal(at: place &+ 2, digits: 2)
            {
                target.append(source, from: start, to: place)
                target.append(UInt8(truncatingIfNeeded: value))
                at = place &+ 4
            } else if 0x30...0x37 ~= letter {
                target.append(source, from: start, to: place)
                at = JSDecoding.octal(source, place &+ 1, into: &target)
            } else {
                continue
            }
            start = at
        }
        guard start > 0 else { return false }
        target.append(source, from: start, to: source.byteCount)
        return true
    }

    private static func plain(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "a"): 0x07
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "v"): 0x0B
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "'"), UInt8(ascii: "\""): letter
        default: nil
        }
    }
}
