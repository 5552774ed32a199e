/// How the place of a value is spelled, so that no two places are spelled alike.
///
/// Names are joined by dots, every index of an array is `[]`, and a key itself is `<key>`: `items[].note`,
/// `items[].<key>`. In a name, `"`, `%`, `(`, `)`, `,`, `.`, `<`, `>`, `[`, `]`, `{`, `}` and all that is
/// not visible ASCII are written as in a URL, byte by byte, in capitals: the name `a.b` is `a%2Eb`, so
/// it is never taken for a `b` inside an `a`. A name of no bytes is a `%` alone.
public enum JSONPath {
    /// `name` as it stands in a path.
    public static func spelling(of name: String) -> String {
        var scratch = Scratch(capacity: 64)
        var key = Scratch(capacity: 64)
        unsafe key.append(name.utf8Span.span.bytes)
        scratch.append(key: key)
        return scratch.bytes.text
    }

    /// Bit n of the first word for the byte n, of the second for 64 + n.
    fileprivate static let plainLow: UInt64 = 0xafff_acda_0000_0000
    fileprivate static let plainHigh: UInt64 = 0x57ff_ffff_d7ff_ffff
}

extension UInt8 {
    fileprivate var isPlainInPath: Bool {
        if self < 64 { return JSONPath.plainLow >> UInt64(self) & 1 == 1 }
        return self < 128 && JSONPath.plainHigh >> UInt64(self & 63) & 1 == 1
    }

    fileprivate var hexadecimalDigit: UInt8 { self < 10 ? 0x30 &+ self : 0x37 &+ self }
}

extension Scratch {
    /// Adds a name in the spelling of `JSONPath`.
    mutating func append(key: borrowing Scratch) {
        let name = key.bytes
        if name.byteCount == 0 { append(0x25) }
        var start = 0
        for index in 0..<name.byteCount {
            let byte = name.byte(index)
            if byte.isPlainInPath { continue }
            append(name.extracting(start..<index))
            append(0x25)
            append((byte >> 4).hexadecimalDigit)
            append((byte & 15).hexadecimalDigit)
            start = index &+ 1
        }
        append(name.extracting(start..<name.byteCount))
    }
}
