/// Reads a file into a tree, whatever is wrong with it.
///
/// It knows where sentences and blocks end and nothing else of the language: a newline ends a sentence,
/// except inside parentheses, after a comma, and before a line that begins with a clause word. After an
/// error it goes on with the next sentence, so that one run finds every mistake.
struct Parser {
    /// No sentence but `on trial` begins with one of these, so a line that does goes on with the one before.
    static let clauseWords: Set<String> = [
        "because", "until", "proved", "and", "or", "else", "on", "over", "with",
    ]

    private let tokens: [Token]
    private var index = 0
    private var diagnostics: Diagnostics
    private var depth = 0

    static func parse(_ source: Source, number: Int) -> (tree: Tree, diagnostics: Diagnostics) {
        var diagnostics = Diagnostics()
        CharacterCheck.run(source, number: number, &diagnostics)
        let tokens = Lexer.tokens(of: source, number: number, &diagnostics)
        var parser = Parser(tokens: tokens, diagnostics: diagnostics)
        return (parser.file(), parser.diagnostics)
    }

    private init(tokens: [Token], diagnostics: Diagnostics) {
        self.tokens = tokens
        self.diagnostics = diagnostics
    }

    // MARK: Structure

    private mutating func file() -> Tree {
        var tree = Tree()
        while true {
            let body = statements()
            tree.statements += body.statements
            tree.comments += body.comments
            guard current.kind == .closeBrace else { return tree }
            diagnostics.add(
                Diagnostic(.unexpectedToken, "this `}` closes nothing", at: current.at)
                    .help("delete it, or look for a block above that was closed too early")
            )
            advance()
        }
    }

    /// Sentences up to the end of the block or of the file, and the comments after the last.
    private mutating func statements() -> (statements: [Statement], comments: [Comment]) {
        var found: [Statement] = []
        var comments: [Comment] = []
        while true {
            let newlineCount = skipNewlines()
            let followsGap = newlineCount > 1 && !(found.isEmpty && comments.isEmpty)
            switch current.kind {
            case .end, .closeBrace: return (found, comments)
            case .comment:
                comments.append(Comment(token: current, followsGap: followsGap))
                advance()
            default:
                var statement = statement()
                statement.followsGap = comments.isEmpty && followsGap
                statement.isApartFromComments = !comments.isEmpty && followsGap
                statement.comments = comments
                comments = []
                found.append(statement)
            }
        }
    }

    private mutating func statement() -> Statement {
        var statement = Statement()
        var parentheses: [Token] = []
        reading: while true {
            switch current.kind {
            case .end, .closeBrace: break reading
            case .openBrace:
                if statement.words.isEmpty { sayNameless() }
                statement.block = block()
                expectLineEnd()
                break reading
            case .newline:
                guard goesOn(after: statement, isInside: !parentheses.isEmpty) else {
                    break reading
                }
                skipNewlines()
            case .comment:
                statement.remarks.append(Remark(token: current, wordCount: statement.words.count))
                advance()
            case .openParenthesis:
                parentheses.append(current)
                take(into: &statement)
            case .closeParenthesis where parentheses.popLast() == nil:
                diagnostics.add(
                    Diagnostic(.unexpectedToken, "this `)` closes nothing", at: current.at)
                        .help("delete it")
                )
                advance()
            default: take(into: &statement)
            }
        }
        if let open = parentheses.last {
            sayOpen("`(`", open, ")")
        }
        return statement
    }

    private mutating func block() -> Block {
        let open = current
        let start = index
        advance()
        depth += 1
        defer { depth -= 1 }
        var block = Block(open: open.at, close: open.at)
        if depth > RulesBounds.nestingMax {
            diagnostics.add(
                Diagnostic(
                    .tooLarge,
                    "blocks stand in blocks here, too deep to follow",
                    at: open.at
                )
                .help("at most \(RulesBounds.nestingMax) may be open at once")
            )
            skipToClose()
        } else {
            (block.statements, block.comments) = statements()
        }
        block.close = current.at
        block.isOnOneLine = !tokens[start...index].contains { $0.kind == .newline }
        guard current.kind == .closeBrace else {
            sayOpen("block", open, "}")
            return block
        }
        advance()
        if current.kind == .comment {
            block.remark = current
            advance()
        }
        return block
    }

    /// Says what stays open, unless it is a text without an end that hides the closing bracket.
    private mutating func sayOpen(_ what: String, _ open: Token, _ close: String) {
        guard !diagnostics.all.contains(where: { $0.id == .textNeverEnds }) else { return }
        diagnostics.add(
            Diagnostic(
                .blockNeverCloses,
                "this \(what) is never closed",
                at: open.at,
                "opened here"
            )
            .help("add the missing `\(close)`")
        )
    }

    private mutating func sayNameless() {
        diagnostics.add(
            Diagnostic(.unexpectedToken, "a block belongs to a sentence", at: current.at)
                .help("put the `{` at the end of the line it belongs to")
        )
    }

    // MARK: Sentences

    /// Whether a sentence goes on behind the newline that stands here.
    private func goesOn(after statement: Statement, isInside: Bool) -> Bool {
        if isInside || statement.words.last?.kind == .comma { return true }
        var next = index
        while tokens[next].kind == .newline || tokens[next].kind == .comment { next += 1 }
        guard tokens[next].kind == .word, Self.clauseWords.contains(tokens[next].text),
            !statement.words.isEmpty
        else { return false }
        // `on trial` is a sentence of its own: no route is called so.
        return tokens[next].text != "on" || next + 1 == tokens.count
            || tokens[next + 1].text != "trial"
    }

    private mutating func expectLineEnd() {
        switch current.kind {
        case .newline, .closeBrace, .end: return
        default:
            diagnostics.add(
                Diagnostic(.unexpectedToken, "a new sentence begins on a new line", at: current.at)
                    .help("put a line break before it")
            )
        }
    }

    private mutating func take(into statement: inout Statement) {
        if statement.words.count == RulesBounds.wordsMax {
            diagnostics.add(
                Diagnostic(.tooLarge, "this sentence is too long to follow", at: current.at)
                    .help("long lists belong into a file: `list … from \"…\"`")
            )
        }
        if statement.words.count <= RulesBounds.wordsMax { statement.words.append(current) }
        advance()
    }

    // MARK: Tokens

    private var current: Token { tokens[index] }

    /// The end is never passed.
    private mutating func advance() {
        if index + 1 < tokens.count { index += 1 }
    }

    @discardableResult
    private mutating func skipNewlines() -> Int {
        var count = 0
        while current.kind == .newline {
            advance()
            count += 1
        }
        return count
    }

    /// Passes what stands in a block that is not read.
    private mutating func skipToClose() {
        var open = 0
        while current.kind != .end {
            if current.kind == .openBrace { open += 1 }
            if current.kind == .closeBrace {
                if open == 0 { return }
                open -= 1
            }
            advance()
        }
    }
}
