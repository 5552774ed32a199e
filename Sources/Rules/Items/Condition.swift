import Vocabulary

/// A question about one request, as it is written.
public indirect enum Condition: Sendable {
    case all([Condition])
    case any([Condition])
    case not(Condition)
    case test(FieldTest)
}

/// One field compared with something.
public struct FieldTest: Sendable {
    public enum Operator: String, Sendable, CaseIterable {
        case isPresent = "is present"
        case isAbsent = "is absent"
        case isNot = "is not"
        case equals = "is"
        case notIn = "not in"
        case isIn = "in"
        case above
        case below
        case atLeast = "at least"
        case atMost = "at most"
        case contains
        case startsWith = "starts with"
        case endsWith = "ends with"
        case like
        case matches
    }

    public let field: Name
    public let op: Said<Operator>
    public let values: [Token]

    public var at: SourceRange { field.at.through(values.last?.at ?? op.at) }
}

extension Sentence {
    private static let conditionExample = "when client.ip in blocked_ranges"

    /// Atoms joined by `and`, or by `or`, never by both: the language has no precedence.
    mutating func condition() throws(Halt) -> Condition {
        var atoms = [try atom()]
        var joined: String?
        while let token = next, token.kind == .word, token.text == "and" || token.text == "or" {
            if let joined, joined != token.text {
                throw halt(
                    Diagnostic(
                        .mixedLogic,
                        "`and` and `or` are mixed without parentheses",
                        at: token.at,
                        "which one comes first?"
                    )
                    .help("this language has no precedence to remember: put ( ) around one side")
                )
            }
            joined = token.text
            take()
            atoms.append(try atom())
        }
        if atoms.count == 1 { return atoms[0] }
        return joined == "or" ? .any(atoms) : .all(atoms)
    }

    private mutating func atom() throws(Halt) -> Condition {
        if takes("not") {
            guard isNext(.openParenthesis) else {
                throw missing("`(`", example: "not (request.method is POST)")
            }
            return .not(try atom())
        }
        if takes(.openParenthesis) != nil {
            let inner = try condition()
            guard takes(.closeParenthesis) != nil else {
                throw missing("`)`", example: "(client.country is DE or client.asn is AS64500)")
            }
            return inner
        }
        return .test(try fieldTest())
    }

    private mutating func fieldTest() throws(Halt) -> FieldTest {
        guard let token = takes(.dotted) ?? takes(.word) else {
            throw missing("a field", example: Self.conditionExample)
        }
        let field = Said(token.text, at: token.at)
        let op = try comparison()
        var values: [Token] = []
        if op.value != .isPresent, op.value != .isAbsent {
            repeat { values.append(try operand()) } while takes(.comma) != nil
        }
        return FieldTest(field: field, op: op, values: values)
    }

    private mutating func operand() throws(Halt) -> Token {
        switch next?.kind {
        case nil, .comma, .openParenthesis, .closeParenthesis:
            throw missing("a value", example: Self.conditionExample)
        default:
            guard let token = take() else {
                throw missing("a value", example: Self.conditionExample)
            }
            return token
        }
    }

    private mutating func comparison() throws(Halt) -> Said<FieldTest.Operator> {
        guard let start = next else {
            throw missing("a comparison", example: Self.conditionExample)
        }
        for op in FieldTest.Operator.allCases {
            let words = op.rawValue.split(separator: " ").map(String.init)
            let isTaken = words.count == 2 ? takes(words[0], words[1]) : takes(words[0])
            guard isTaken else { continue }
            return Said(op, at: start.at.through(statement.words[index - 1].at))
        }
        let symbols = [
            ">": "above", "<": "below", ">=": "at least", "<=": "at most", "=": "is", "==": "is",
            "!=": "is not", "<>": "is not", "~": "matches", "=~": "matches", "equals": "is",
            "exists": "is present", "has": "contains", "includes": "contains",
        ]
        let words = FieldTest.Operator.allCases.map(\.rawValue)
        let meant = symbols[start.text] ?? Nearest.to(start.text, among: words)
        let list = words.map { "`\($0)`" }.joined(separator: ", ")
        let diagnostic = Diagnostic(
            .notAComparison,
            "`\(start.text)` is not a comparison",
            at: start.at,
            meant.map { "write `\($0)`" } ?? ""
        )
        throw halt(meant == nil ? diagnostic.help("there are \(list)") : diagnostic)
    }
}
