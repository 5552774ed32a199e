import Vocabulary

/// A finding that is excused: of one class or id, in named fields, on named routes.
public struct ExclusionItem: Sendable {
    public let subjects: [Name]
    public let fields: [Name]
    /// nil where no route is named; inside a route that is its own.
    public let routes: [Name]?
    public let tail: Tail
    public let at: SourceRange

    /// Reads `exclude sqli from json.password on login because "…"`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "exclude sqli from json.password on login because \"…\""
        at = sentence.statement.at
        subjects = try sentence.names([.word, .upper], "a class or a signature", example: example)
        try sentence.expect("from", example: example)
        fields = try sentence.names([.dotted, .word], "a field", example: example)
        routes = try sentence.routes()
        tail = try sentence.tail()
    }
}

/// Who may skip what, for a while.
public struct AllowanceItem: Sendable {
    public enum Subject: Sendable {
        case lists([Name])
        case addresses([Token])
        case verified([Name])
    }

    public let subject: Subject
    public let skips: [Name]
    public let routes: [Name]?
    public let tail: Tail
    public let at: SourceRange

    /// Reads `allow qa_ranges to skip reading on search because "…" until 2027-01-31`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "allow qa_ranges to skip reading because \"…\" until 2027-01-31"
        at = sentence.statement.at
        if sentence.takes("verified") {
            subject = .verified(
                try sentence.names(example: "allow verified googlebot to skip reading")
            )
        } else if sentence.isNext(.address) {
            subject = .addresses(try sentence.tokens([.address], "an address", example: example))
        } else {
            subject = .lists(try sentence.names([.word], "a list or an address", example: example))
        }
        try sentence.expect("to", "skip", example: example)
        skips = try sentence.names(example: example)
        routes = try sentence.routes()
        tail = try sentence.tail()
    }
}
