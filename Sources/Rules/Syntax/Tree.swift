/// A file of rules as it is written: sentences, the blocks behind them, and the comments between.
///
/// This is all the structure that every sentence shares. What a sentence means is read from it
/// afterwards, so a formatter, an editor and a broken sentence need no more than this.
public struct Tree: Sendable {
    public var statements: [Statement] = []
    /// Comments after the last statement.
    public var comments: [Comment] = []
}

/// One sentence: its words, and the block that may follow.
public struct Statement: Sendable {
    /// Comments on lines of their own before it.
    public var comments: [Comment] = []
    /// An empty line stands before it, or before its comments.
    public var followsGap = false
    /// An empty line stands between its comments and itself.
    public var isApartFromComments = false
    /// Words, texts, numbers, commas and parentheses.
    public var words: [Token] = []
    /// Comments inside the sentence and at its end, with the number of words before each.
    public var remarks: [Remark] = []
    public var block: Block?

    /// From the first word to the last, without the block.
    public var at: SourceRange {
        guard let first = words.first, let last = words.last else {
            return block?.open ?? SourceRange(file: 0, 0..<0)
        }
        return first.at.through(last.at)
    }
}

public struct Block: Sendable {
    public var open: SourceRange
    public var statements: [Statement] = []
    /// Comments after the last statement.
    public var comments: [Comment] = []
    public var close: SourceRange
    /// It opens and closes on one line.
    public var isOnOneLine = true
    /// A comment on the line of the closing brace.
    public var remark: Token?
}

public struct Comment: Sendable {
    public var token: Token
    public var followsGap: Bool
}

public struct Remark: Sendable {
    public var token: Token
    public var wordCount: Int
}

extension Tree {
    /// The tree of a text alone, whatever is wrong with it.
    public init(of text: String) {
        self = Parser.parse(Source(name: "", text: text), number: 0).tree
    }
}
