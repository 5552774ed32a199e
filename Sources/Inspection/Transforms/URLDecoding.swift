import Vocabulary

/// `decode url`: `%41`, `%u0041` and `+`, as `application/x-www-form-urlencoded` and IIS have them.
///
/// A percent sign that no digits follow stays as it is. Full-width letters and marks become the plain ones, since
/// servers that know `%u` fold them too; half of a surrogate pair stays as it is.
enum URLDecoding {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        var start = 0
        var at = 0
        while at < source.byteCount {
            let byte = source[at]
            guard byte == UInt8(ascii: "%") || byte == UInt8(ascii: "+") else {
                at &+= 1
                continue
            }
            let length: Int
            if byte == UInt8(ascii: "+") {
                target.append(source, from: start, to: at)
                target.append(0x20)
                length = 1
            } else if let value = source.hexadecimal(at: at &+ 1, digits: 2) {
                target.append(source, from: start, to: at)
                target.append(UInt8(truncatingIfNeeded: value))
                length = 3
            } else if let value = wide(source, at) {
                target.append(source, from: start, to: at)
                target.append(scalar: UnicodeFolding.plain(value))
                length = 6
            } else {
                at &+= 1
                continue
            }
            at &+= length
            start = at
        }
        guard start > 0 else { return false }
        target.append(source, from: start, to: source.byteCount)
        return true
    }

    private static func wide(_ source: RawSpan, _ at: Int) -> UInt32? {
        guard at &+ 6 <= source.byteCount, source[at &+ 1] | 0x20 == UInt8(ascii: "u"),
            let value = source.hexadecimal(at: at &+ 2, digits: 4), !(0xD800...0xDFFF ~= value)
        else { return nil }
        return value
    }
}
