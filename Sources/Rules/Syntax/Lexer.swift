/// Cuts a source into tokens; whatever it cannot read it says, and goes on.
struct Lexer {
    private let source: Source
    private let file: Int
    private let bytes: [UInt8]
    private var offset = 0

    // Where JSON may stand: first in a sentence of a `send` block.
    private var isAtStart = true
    private var firstWord = ""
    private var openedBySend: [Bool] = []

    /// All tokens of a file, the last of them its end.
    static func tokens(
        of source: Source,
        number: Int,
        _ diagnostics: inout Diagnostics
    ) -> [Token] {
        var lexer = Lexer(source, number: number)
        var tokens: [Token] = []
        while true {
            let token = lexer.next(&diagnostics)
            tokens.append(token)
            if token.kind == .end { return tokens }
            if lexer.mayPrecedeJSON(token), let json = lexer.json(&diagnostics) {
                tokens.append(json)
            }
        }
    }

    private init(_ source: Source, number: Int) {
        self.source = source
        file = number
        bytes = source.bytes
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { offset = 3 }
    }

    private mutating func mayPrecedeJSON(_ token: Token) -> Bool {
        defer { isAtStart = [.newline, .openBrace, .closeBrace].contains(token.kind) }
        switch token.kind {
        case .openBrace: openedBySend.append(firstWord == "send")
        case .closeBrace: _ = openedBySend.popLast()
        default:
            guard isAtStart, token.kind != .newline else { return false }
            firstWord = token.text
            return openedBySend.last == true && ["json", "token"].contains(token.text)
        }
        return false
    }

    private mutating func next(_ diagnostics: inout Diagnostics) -> Token {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09: offset += 1
            case 0x0d where offset + 1 < bytes.count && bytes[offset + 1] == 0x0a: offset += 1
            case 0x0a: return take(.newline, to: offset + 1)
            case UInt8(ascii: "{"): return take(.openBrace, to: offset + 1)
            case UInt8(ascii: "}"): return take(.closeBrace, to: offset + 1)
            case UInt8(ascii: "("): return take(.openParenthesis, to: offset + 1)
            case UInt8(ascii: ")"): return take(.closeParenthesis, to: offset + 1)
            case UInt8(ascii: ","): return take(.comma, to: offset + 1)
            case UInt8(ascii: "#"): return comment()
            case UInt8(ascii: "\""): return string(.string, from: offset + 1, &diagnostics)
            case UInt8(ascii: "r") where offset + 1 < bytes.count && bytes[offset + 1] == 0x22:
                return string(.raw, from: offset + 2, &diagnostics)
            case let byte where byte < 0x20 || byte == 0x7f || byte >= 0x80:
                skipStranger(&diagnostics)
            default: return bare()
            }
        }
        return take(.end, to: offset)
    }

    /// The JSON value that begins here; nil when none does.
    ///
    /// Only its extent is found: brackets outside strings are counted, and what they hold is read later.
    private mutating func json(_ diagnostics: inout Diagnostics) -> Token? {
        while offset < bytes.count, bytes[offset] == 0x20 || bytes[offset] == 0x09 { offset += 1 }
        guard offset < bytes.count, bytes[offset] != 0x0a, bytes[offset] != UInt8(ascii: "}") else {
            return nil
        }
        var end = offset
        var depth = 0
        var isInString = false
        scan: while end < bytes.count {
            let byte = bytes[end]
            if isInString {
                if byte == UInt8(ascii: "\\") {
                    end += 1
                } else if byte == 0x22 {
                    isInString = false
                }
                if byte == 0x0a { break scan }
            } else {
                switch byte {
                case 0x22: isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { break scan }
                    depth -= 1
                case 0x0a where depth == 0: break scan
                default: break
                }
            }
            end += 1
            if depth == 0, !isInString,
                bytes[end - 1] == UInt8(ascii: "}") || bytes[end - 1] == UInt8(ascii: "]")
            {
                break scan
            }
        }
        end = min(end, bytes.count)
        while end > offset, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x0d { end -= 1 }
        let token = take(.json, to: end)
        if depth > 0 || isInString {
            diagnostics.add(
                Diagnostic(
                    .textNeverEnds,
                    "this JSON never ends",
                    at: start(of: token),
                    "it begins here"
                )
            )
        }
        return token
    }

    // MARK: Parts

    private mutating func bare() -> Token {
        var end = offset
        while end < bytes.count, !Self.endsBare(bytes[end]) { end += 1 }
        let text = source.text(offset..<end)
        return take(Shape.kind(of: text), to: end)
    }

    private static func endsBare(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte >= 0x7f || "{}(),\"".utf8.contains(byte)
    }

    private mutating func comment() -> Token {
        var end = offset
        while end < bytes.count, bytes[end] != 0x0a { end += 1 }
        while end > offset, bytes[end - 1] <= 0x20 { end -= 1 }
        return take(.comment, to: end)
    }

    private mutating func string(
        _ kind: Token.Kind,
        from content: Int,
        _ diagnostics: inout Diagnostics
    ) -> Token {
        var end = content
        while end < bytes.count, bytes[end] != 0x22, bytes[end] != 0x0a {
            end += kind == .string && bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        end = min(end, bytes.count)
        guard end < bytes.count, bytes[end] == 0x22 else {
            // It is taken for closed at the end of its line, so that the rest can be read.
            let line = source.range(ofLine: source.line(at: offset))
            let opening = SourceRange(file: file, offset..<content)
            diagnostics.add(
                Diagnostic(.textNeverEnds, "this text never ends", at: opening, "it begins here")
                    .help("close it with `\"` on the same line")
            )
            let text = source.text(offset..<max(line.upperBound, content)) + "\""
            let token = Token(
                kind,
                text,
                at: SourceRange(file: file, offset..<max(line.upperBound, content))
            )
            offset = token.at.end
            return token
        }
        let token = take(kind, to: end + 1)
        if kind == .string, let bad = StringLiteral.firstBadEscape(in: token.text) {
            let at = token.at.start + bad.lowerBound..<token.at.start + bad.upperBound
            diagnostics.add(
                Diagnostic(
                    .unexpectedToken,
                    "`\(source.text(at))` means nothing inside a text",
                    at: SourceRange(file: file, at)
                )
                .help("write \\\\ for a backslash; \\\" \\n \\t and \\u{…} are the other escapes")
            )
        }
        return token
    }

    /// Bytes outside texts and comments that are no ASCII, one complaint for each run of them.
    private mutating func skipStranger(_ diagnostics: inout Diagnostics) {
        let start = offset
        while offset < bytes.count,
            bytes[offset] >= 0x7f || (bytes[offset] < 0x20 && ![9, 10].contains(bytes[offset]))
        {
            offset += 1
        }
        let at = SourceRange(file: file, start..<offset)
        // What hides was named when the file was looked through.
        guard !CharacterCheck.isHidden(source.text(at.bytes)) else { return }
        diagnostics.add(
            Diagnostic(
                .unexpectedToken,
                "`\(source.text(at.bytes))` can only stand inside a text or a comment",
                at: at
            )
            .help("put it between quotes, or write it in ASCII")
        )
    }

    private func start(of token: Token) -> SourceRange {
        SourceRange(file: file, token.at.start..<token.at.start + 1)
    }

    private mutating func take(_ kind: Token.Kind, to end: Int) -> Token {
        let token = Token(
            kind,
            source.text(offset..<end),
            at: SourceRange(file: file, offset..<end)
        )
        offset = end
        return token
    }
}
