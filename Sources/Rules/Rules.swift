/// Gate, the rules language: text to policy.
///
/// A language with a pace of its own: no request ever waits on anything here, and nothing here knows of
/// sockets. In reading order:
///
/// - `Text/`: `Source`, `Sources`: what was read; `RulesBounds`: how much of it there may be.
/// - `Syntax/`: `Token` and its `Shape`, `Lexer`, `Parser`, and the `Tree` of sentences that comes of it.
/// - `Diagnostics/`: what is said to the author, and how it looks.
public enum Rules {}
