/// Values as JSON text (RFC 8259), without a String on the way.
///
/// Every module that speaks JSON speaks it through this one, because two writers that escape
/// differently, or two readers that differ, are a way around whoever checks. So far it writes:
/// `Writer.swift` has `JSONWriter` with its structure and its numbers, `Writer+Strings.swift` what
/// becomes of a string's bytes, `ScalarScan.swift` which bytes are UTF-8,
/// `RawSpan+Words.swift` how bytes are read. `Grammar.swift` says whether a text is JSON at all. A reader that knows the path of
/// every value comes with the first body that is looked into.
public enum JSON {
    /// The most bytes that one byte of a string can become: a control character is `\u00XX`.
    public static let expansionMax = 6
    /// Brackets that may be open at once.
    public static let depthMax = 32
}
