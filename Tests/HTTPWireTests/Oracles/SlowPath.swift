/// The canonical path, told slowly: which bytes a path means, and how they are spelled.
///
/// It shares no line with the code it judges: sets spelled out in words, and one pass for each rule.
public enum SlowPath {
    private struct Piece {
        let byte: UInt8
        let isEscape: Bool
    }

    private static let unreserved = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8
    )
    private static let subDelimiters = Set("!$&'()*+,;=".utf8)
    private static let pathOnly = Set(":@/".utf8)

    /// nil when the path is refused, for whatever reason.
    public static func canonical(_ path: [UInt8]) -> String? {
        guard path.first == UInt8(ascii: "/"), let pieces = pieces(path) else { return nil }
        guard !pieces.contains(where: isUnsafe) else { return nil }
        let spelling = pieces.map(spelled).joined()
        let segments = spelling.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard !segments.contains("."), !segments.contains(".."), !segments.dropLast().contains("")
        else { return nil }
        return spelling
    }

    private static func pieces(_ path: [UInt8]) -> [Piece]? {
        var pieces: [Piece] = []
        var rest = path[...]
        while let first = rest.popFirst() {
            guard first == UInt8(ascii: "%") else {
                pieces.append(Piece(byte: first, isEscape: false))
                continue
            }
            let digits = String(wire: rest.prefix(2))
            guard digits.count == 2, digits.allSatisfy(\.isHexDigit),
                let byte = UInt8(digits, radix: 16)
            else { return nil }
            pieces.append(Piece(byte: byte, isEscape: true))
            rest = rest.dropFirst(2)
        }
        return pieces
    }

    private static func isUnsafe(_ piece: Piece) -> Bool {
        if piece.byte == UInt8(ascii: "\\") { return true }
        if piece.isEscape {
            return piece.byte < 0x20 || piece.byte == 0x7f || piece.byte == UInt8(ascii: "/")
        }
        let isVisible = piece.byte > 0x20 && piece.byte < 0x7f
        return !isVisible || piece.byte == UInt8(ascii: ";") || piece.byte == UInt8(ascii: "#")
    }

    private static func spelled(_ piece: Piece) -> String {
        let isPlain =
            unreserved.contains(piece.byte)
            || !piece.isEscape
                && (subDelimiters.contains(piece.byte) || pathOnly.contains(piece.byte))
        if isPlain { return String(wire: [piece.byte]) }
        let digits = String(piece.byte, radix: 16, uppercase: true)
        return "%" + (digits.count == 1 ? "0" : "") + digits
    }
}
