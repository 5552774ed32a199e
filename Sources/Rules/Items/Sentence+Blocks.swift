import Vocabulary

/// Blocks: sentences inside a sentence.
extension Sentence {
    /// Reads each sentence of the block; `read` is given one whose first word has been taken.
    ///
    /// - noun: what the block belongs to, as messages call it.
    /// - words: what its sentences may begin with.
    mutating func each(
        of noun: String,
        _ words: [String],
        _ read: (inout Sentence, String) throws(Halt) -> Void
    ) {
        hasReadBlock = true
        for statement in statement.block?.statements ?? [] {
            var inner = Sentence(statement)
            inner.read(as: noun, words, read)
            for diagnostic in inner.diagnostics.all { say(diagnostic) }
        }
    }

    /// Reads a whole sentence: its first word, what belongs to it, and nothing after.
    mutating func read(
        as noun: String,
        _ words: [String],
        _ read: (inout Sentence, String) throws(Halt) -> Void
    ) {
        guard let first = next else { return }
        do throws(Halt) {
            guard first.kind == .word, words.contains(first.text) else {
                throw unknownWord(first, noun, words)
            }
            take()
            try read(&self, first.text)
            finish()
        } catch {}
    }

    /// Says that a sentence wants a block.
    mutating func expectBlock(example: String) throws(Halt) {
        guard statement.block == nil, isAtEnd else { return }
        throw missing("`{`", example: example)
    }

    /// Remembers what may be said once.
    mutating func set<Value>(
        _ slot: inout Said<Value>?,
        to value: Said<Value>,
        as what: String
    ) {
        if let earlier = slot {
            say(
                Diagnostic(
                    .saidTwice,
                    "\(what) is said twice",
                    at: value.at,
                    "again here"
                )
                .related(earlier.at, "and said here already")
                .help("order does not decide here: keep one of them")
            )
        } else {
            slot = value
        }
    }

    private mutating func unknownWord(_ token: Token, _ noun: String, _ words: [String]) -> Halt {
        let nearest = Nearest.to(token.text, among: words)
        let diagnostic = Diagnostic(
            .unknownWord,
            "`\(Self.shown(token))` is not something \(noun) can say",
            at: token.at,
            nearest.map { "did you mean `\($0)`?" } ?? ""
        )
        guard nearest == nil else { return halt(diagnostic) }
        return halt(
            diagnostic.help("it can say " + words.map { "`\($0)`" }.joined(separator: ", "))
        )
    }
}
