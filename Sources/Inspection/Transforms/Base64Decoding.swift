import Vocabulary

/// `decode base64`: a value that is base64 of printable text, as a whole, becomes that text.
///
/// A value is taken for base64 if it has eight letters or more, nothing but letters of the alphabet (the common one or
/// the one for URLs), padding at its end or none, and decodes to printable ASCII and white space alone: a password of
/// letters hardly ever does. Anything else stays as it is, so nothing can hide by being nearly base64.
enum Base64Decoding {
    static let alphabet: ByteSet = ByteSet(
        (UInt8.min...UInt8.max).filter { $0.isLetter || $0.isDigit || "+/-_=".utf8.contains($0) }
    )

    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        var end = source.byteCount
        while end > 0, source.byteCount &- end < 2, source[end &- 1] == UInt8(ascii: "=") {
            end &-= 1
        }
        guard end >= 8, end & 3 != 1, end == source.byteCount || source.byteCount & 3 == 0 else {
            return false
        }
        var bits: UInt32 = 0
        var width: UInt32 = 0
        for index in 0..<end {
            guard let digit = digit(source[index]) else { return false }
            bits = bits << 6 | UInt32(digit)
            width &+= 6
            guard width >= 8 else { continue }
            width &-= 8
            let byte = UInt8(truncatingIfNeeded: bits >> width)
            guard 0x20...0x7E ~= byte || 0x09...0x0D ~= byte else { return false }
            target.append(byte)
        }
        return true
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte &- 0x41
        case 0x61...0x7A: byte &- 0x61 &+ 26
        case 0x30...0x39: byte &- 0x30 &+ 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
