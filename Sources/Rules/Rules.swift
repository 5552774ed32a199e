/// Gate, the rules language: text to policy.
///
/// A language with a pace of its own: no request ever waits on anything here, and nothing here knows of
/// sockets. In reading order:
///
/// - `Text/`: `Source`, `Sources` and the `Loader` that reads them; `RulesBounds`: how much there may be.
/// - `Syntax/`: `Token` and its `Shape`, `Lexer`, `Parser`, and the `Tree` of sentences that comes of it.
/// - `Items/`: what sentences mean, item by item, gathered in a `Program`.
/// - `Check/`: everything a file can say that would not do what it says.
/// - `Diagnostics/`: what is said to the author, and how it looks; `Format/`: the one layout.
public enum Rules {
    /// Reads the entry file and all it includes, and judges it.
    ///
    /// - now: what "today" is, in seconds since 1970: exceptions end by it.
    public static func check(
        entry path: String,
        in files: some Files,
        now: Int64
    ) throws(FileTrouble) -> Checked {
        var loader = Loader(files)
        try loader.load(entry: path)
        var checker = Checker(loader.program, loader.sources, now: now, after: loader.diagnostics)
        checker.run()
        return Checked(
            sources: loader.sources,
            program: loader.program,
            diagnostics: checker.diagnostics
        )
    }
}

/// What was read, and all that is to be said of it.
public struct Checked: Sendable {
    public let sources: Sources
    public let program: Program
    public let diagnostics: Diagnostics
}
