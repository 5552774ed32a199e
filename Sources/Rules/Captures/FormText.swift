/// A form as a browser writes it into a body or a query.
enum FormText {
    static let type = "application/x-www-form-urlencoded"

    static func encoded(_ text: String) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: out.append(byte)
            default: out += escaped(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// What cannot stand in a request line as it is.
    static func target(_ text: String) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            if byte > 0x20, byte < 0x7f { out.append(byte) } else { out += escaped(byte) }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}

/// A form in parts, with a boundary of ours.
struct MultipartText {
    private static let boundary = "gatehouse-capture-7d41b838504d"
    private var text = ""

    var type: String { "multipart/form-data; boundary=" + Self.boundary }
    var bytes: [UInt8] { Array((text + "--\(Self.boundary)--\r\n").utf8) }

    mutating func add(_ name: String, _ value: String) {
        let quoted = name.replacing("\"", with: "%22").replacing("\r", with: "%0D")
            .replacing("\n", with: "%0A")
        text += "--\(Self.boundary)\r\nContent-Disposition: form-data; name=\"\(quoted)\"\r\n\r\n"
        text += value + "\r\n"
    }
}

/// Base64 (RFC 4648 §4), as credentials and some bodies are written.
enum Base64 {
    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    static func text(of bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let bits = (0..<3).reduce(0) { $0 << 8 | ($1 < part.count ? Int(part[start + $1]) : 0) }
            for place in 0..<4 {
                let isThere = place <= part.count
                out.append(isThere ? letters[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// nil where it is none.
    static func bytes(of text: String) -> [UInt8]? {
        var out: [UInt8] = []
        var (bits, count) = (0, 0)
        for byte in text.utf8 where byte > 0x20 {
            if byte == UInt8(ascii: "=") { break }
            guard let value = letters.firstIndex(of: byte) else { return nil }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> count))
                bits &= 1 << count - 1
            }
        }
        return out
    }
}
