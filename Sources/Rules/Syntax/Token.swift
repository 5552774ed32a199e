/// One word of the language, with the class its shape gives it.
///
/// Every shape has exactly one class, so what a token is never depends on where it stands.
public struct Token: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// `login`, `qa_ranges`, `because`
        case word
        /// `x-forwarded-for`
        case hyphenated
        /// `GET`, `WAF_SQLI_001`, `DE`
        case upper
        /// `json.items[].note`, `api.example.com`
        case dotted
        /// `/v1/users/:id`, `/assets/**`
        case path
        /// `https://app.example.com`
        case url
        /// `198.51.100.0/24`, `2001:db8::1`
        case address
        /// `5/15m`
        case rate
        /// `250ms`
        case duration
        /// `8KiB`
        case size
        /// `5%`
        case percent
        /// `2x`
        case factor
        /// `2027-03-31`
        case date
        /// `2027-03-31T18:00Z`
        case timestamp
        /// `:443`
        case port
        /// `10.0.1.10:8443`
        case hostPort
        /// `AS64500`
        case asn
        case integer
        /// `"…"`
        case string
        /// `r"…"`
        case raw
        /// A JSON value, where one is expected.
        case json
        /// A number with a unit the language does not know.
        case oddUnit
        /// Anything else that is no word: `*`, `>`.
        case symbol
        case openBrace
        case closeBrace
        case openParenthesis
        case closeParenthesis
        case comma
        case newline
        /// From `#` to the end of its line.
        case comment
        case end
    }

    public let kind: Kind
    /// As it is written.
    public let text: String
    public let at: SourceRange

    public init(_ kind: Kind, _ text: String, at: SourceRange) {
        self.kind = kind
        self.text = text
        self.at = at
    }

    /// What a string says, its escapes read; the text itself for anything else.
    public var value: String {
        switch kind {
        case .string: StringLiteral.value(of: text)
        case .raw: String(text.dropFirst(2).dropLast())
        default: text
        }
    }
}
