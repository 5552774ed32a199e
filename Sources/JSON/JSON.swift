/// JSON text (RFC 8259) read and written, without a String on the way.
///
/// Every module that speaks JSON speaks it through this one, because two writers that escape
/// differently, or two readers that differ, are a way around whoever checks. `JSONWriter` writes.
/// `JSONTokens` alone decides what JSON is, and all that read stand on it: `JSONReader` names every value
/// with its path, for bodies on the request's path; `JSONValue` is a tree, for what is read beside it;
/// `JSONGrammar` only says whether a text is JSON.
public enum JSON {
    /// The most bytes that one byte of a string can become: a control character is `\u00XX`.
    public static let expansionMax = 6
    /// Brackets that may be open at once.
    public static let depthMax = 32
    /// Names in the objects that are open at once, which are compared with each other.
    public static let openNameCountMax = 65_536
    /// The bytes of a text that is made a tree.
    public static let treeByteCountMax = 16 << 20
}
