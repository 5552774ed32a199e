import Vocabulary

/// Reads one sentence, word by word, and says what is wrong with it.
///
/// A sentence that cannot be read ends in `Halt`; why has been said then, and the next one is read.
struct Sentence {
    struct Halt: Error {}

    let statement: Statement
    private(set) var index = 0
    private(set) var diagnostics = Diagnostics()
    /// The block behind it has been read, or the sentence has none to read.
    var hasReadBlock = false
    /// Something in it could not be read, so what is missing may only be misspelt.
    private(set) var isBroken = false

    init(_ statement: Statement) {
        self.statement = statement
    }

    // MARK: Looking

    var next: Token? { index < statement.words.count ? statement.words[index] : nil }
    var isAtEnd: Bool { next == nil }
    var verb: String { statement.words.first?.text ?? "" }

    /// Where something is missing that should come next.
    var gap: SourceRange {
        next?.at ?? statement.words.last?.at.after ?? statement.at
    }

    func isNext(_ word: String) -> Bool { next?.kind == .word && next?.text == word }

    func isNext(_ kinds: Token.Kind...) -> Bool { next.map { kinds.contains($0.kind) } ?? false }

    // MARK: Taking

    @discardableResult
    mutating func take() -> Token? {
        guard let token = next else { return nil }
        index += 1
        return token
    }

    /// Takes these words if all of them come next.
    mutating func takes(_ words: String...) -> Bool {
        guard index + words.count <= statement.words.count else { return false }
        for (offset, word) in words.enumerated() {
            let token = statement.words[index + offset]
            guard token.kind == .word, token.text == word else { return false }
        }
        index += words.count
        return true
    }

    mutating func takes(_ kind: Token.Kind) -> Token? {
        guard next?.kind == kind else { return nil }
        return take()
    }

    /// The words that have to come next; `example` is the sentence as it should be.
    mutating func expect(_ words: String..., example: String) throws(Halt) {
        for word in words where !takes(word) { throw missing("`\(word)`", example: example) }
    }

    /// Says that nothing may follow.
    mutating func finish() {
        if let block = statement.block, !hasReadBlock {
            say(
                Diagnostic(.unexpectedToken, "`\(verb)` has no block", at: block.open)
                    .help("delete the `{` and what belongs to it")
            )
        }
        guard let token = next else { return }
        let message = "`\(Self.shown(token))` does not belong here"
        if token.kind == .word, token.text.count > 3,
            let meant = Nearest.to(token.text, among: ["because", "until", "proved"])
        {
            say(Diagnostic(.unexpectedToken, message, at: token.at, "did you mean `\(meant)`?"))
            return
        }
        let last = index > 0 ? Self.shown(statement.words[index - 1]) : ""
        let label = last.isEmpty ? "" : "after `\(last)` the sentence is over"
        say(
            Diagnostic(.unexpectedToken, message, at: token.at, label)
                .help("delete it, or begin a new line")
        )
    }

    // MARK: Saying

    mutating func say(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { isBroken = true }
        diagnostics.add(diagnostic)
    }

    mutating func halt(_ diagnostic: Diagnostic) -> Halt {
        say(diagnostic)
        return Halt()
    }

    /// Says what should come next.
    mutating func missing(_ what: String, example: String) -> Halt {
        if let token = next {
            return halt(
                Diagnostic(
                    .unexpectedToken,
                    "`\(Self.shown(token))` stands where \(what) should",
                    at: token.at
                )
                .help("write it like this: `\(example)`")
            )
        }
        return halt(
            Diagnostic(
                .incompleteStatement,
                "this sentence ends too early",
                at: statement.words.last?.at ?? statement.at,
                "\(what) should follow"
            )
            .help("write it like this: `\(example)`")
        )
    }

    /// A token in a message: a text is not repeated, whatever it holds.
    static func shown(_ token: Token) -> String {
        switch token.kind {
        case .string, .raw: "\"…\""
        case .json: "{…}"
        default: token.text
        }
    }
}
