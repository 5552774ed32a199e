/// The notation in which goldens show bytes.
///
/// A line stands for itself and the CRLF that ends it, so that a message reads as it does in the
/// RFCs. What cannot be seen is written as an escape, and each escape says exactly one thing:
///
///     \r \n \t \0 \s \\ \xNN      one byte (\s is a space that would otherwise end a line)
///     \{text*N}                   the text N times
///     \ at a line's end           this line has no CRLF
///     \|  \w                      wait until the peer has read this far; until it has answered
///     \<mark>                     a place that an expectation leaves open
public enum CaseText {
    public enum Piece: Equatable, Sendable {
        case bytes([UInt8])
        case untilTaken
        case untilAnswered
        case mark(String)
    }

    public struct Malformed: Error, CustomStringConvertible {
        public let description: String
    }

    /// The pieces that lines of a golden stand for; neighbouring bytes are one piece.
    public static func pieces(_ lines: some Sequence<String>) throws(Malformed) -> [Piece] {
        var reader = CaseTextReader()
        for line in lines {
            try reader.read(line: Array(line.utf8))
        }
        return reader.pieces
    }

    /// The bytes that lines stand for, where neither waits nor marks make sense.
    public static func bytes(_ lines: some Sequence<String>) throws(Malformed) -> [UInt8] {
        var bytes: [UInt8] = []
        for piece in try pieces(lines) {
            guard case .bytes(let more) = piece else {
                throw Malformed(description: "\(piece) where only bytes may stand")
            }
            bytes += more
        }
        return bytes
    }

    /// Pieces as lines again: the inverse of `pieces`, in one canonical form.
    public static func lines(_ pieces: [Piece]) -> [String] {
        var writer = CaseTextWriter()
        for piece in pieces {
            writer.write(piece)
        }
        return writer.finished()
    }

    public static func lines(_ bytes: [UInt8]) -> [String] {
        lines([.bytes(bytes)])
    }

    /// Lines as this type itself would write them, one by one.
    public static func canonical(_ lines: [String]) throws(Malformed) -> [String] {
        var result: [String] = []
        for line in lines {
            result += Self.lines(try pieces([line]))
        }
        return result
    }

    /// Bytes within one line.
    public static func inline(_ bytes: [UInt8]) -> String {
        let lines = lines(bytes)
        let whole = lines.joined(separator: "\\r\\n")
        if lines.last?.hasSuffix("\\") == true { return String(whole.dropLast()) }
        return lines.isEmpty ? "" : whole + "\\r\\n"
    }
}
