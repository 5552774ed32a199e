import Policy
import Vocabulary

/// Texts with stars, and paths with holes, as regular expressions.
enum Glob {
    /// `*` stands for anything up to the next slash, `**` for anything at all.
    static func expression(_ glob: String) -> String {
        var text = ""
        var rest = Array(glob.utf8)[...]
        while let byte = rest.first {
            if rest.starts(with: [star, star]) {
                text += ".*"
                rest = rest.dropFirst(2)
            } else {
                text += byte == star ? "[^/]*" : escaped(byte)
                rest = rest.dropFirst()
            }
        }
        return "(?s)^\(text)$"
    }

    /// `/p/**` holds `/p` itself, as everywhere.
    static func expression(_ pattern: PathPattern) -> String {
        let text = pattern.segments.map { segment in
            switch segment {
            case .literal(let text): "/" + text.utf8.map(escaped).joined()
            case .any: "/[^/]+"
            }
        }
        .joined()
        if pattern.isOpen { return "^\(text)(/.*)?$" }
        return "^\(text.isEmpty ? "/" : text)$"
    }

    private static let star = UInt8(ascii: "*")

    /// A byte that stands for itself.
    private static func escaped(_ byte: UInt8) -> String {
        if byte.isLetter || byte.isDigit { return String(UnicodeScalar(byte)) }
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count == 1 ? "0" + digits : digits)
    }
}
