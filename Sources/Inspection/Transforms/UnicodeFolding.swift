import Vocabulary

/// `decode unicode`: UTF-8 that stands for ASCII, as lenient servers read it, becomes that ASCII.
///
/// Full-width forms, typographic quotes, dashes and spaces become the plain ones; overlong sequences (`C0 AF` for a
/// slash) become what they spell; soft hyphens and marks without width go. All else stays as it is.
enum UnicodeFolding {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        var start = 0
        var at = 0
        while at < source.byteCount {
            guard source[at] >= 0xC0, let (value, length) = sequence(source, at) else {
                at &+= 1
                continue
            }
            let folded = plain(value)
            if folded < 0x80 || isWithoutWidth(value) {
                target.append(source, from: start, to: at)
                if !isWithoutWidth(value) { target.append(UInt8(folded)) }
                start = at &+ length
            }
            at &+= length
        }
        guard start > 0 else { return false }
        target.append(source, from: start, to: source.byteCount)
        return true
    }

    /// The scalar as ASCII where it has a look-alike there, else as it is.
    static func plain(_ value: UInt32) -> UInt32 {
        switch value {
        case 0xFF01...0xFF5E: value &- 0xFEE0
        case 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: 0x20
        case 0x2028, 0x2029, 0x85: 0x0A
        case 0x2018, 0x2019, 0x201B, 0x02B9, 0x02BC, 0x2032: 0x27
        case 0x201C, 0x201D, 0x201F, 0x2033: 0x22
        case 0x2010...0x2015, 0x2212: 0x2D
        case 0x2044, 0x2215: 0x2F
        case 0x2039, 0x2329, 0x3008: 0x3C
        case 0x203A, 0x232A, 0x3009: 0x3E
        case 0x212A: 0x4B
        case 0x017F: 0x73
        default: value
        }
    }

    private static func isWithoutWidth(_ value: UInt32) -> Bool {
        value == 0xAD || 0x200B...0x200D ~= value || value == 0x2060 || value == 0xFEFF
    }

    /// What the bytes at `at` spell in UTF-8, in more bytes than it takes if need be.
    private static func sequence(_ source: RawSpan, _ at: Int) -> (value: UInt32, length: Int)? {
        let lead = source[at]
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF8 ? 4 : 0
        guard length > 0, at &+ length <= source.byteCount else { return nil }
        var value = UInt32(lead) & (0x7F >> UInt32(length))
        for index in (at &+ 1)..<(at &+ length) {
            guard source[index] & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(source[index] & 0x3F)
        }
        return (value, length)
    }
}
