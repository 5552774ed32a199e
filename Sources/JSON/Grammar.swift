/// Whether a text is one JSON value, as `JSONReader` would read it, and where it stops being one.
public enum JSONGrammar {
    /// nil where `bytes` are one value and nothing else.
    public static func fault(in bytes: [UInt8]) -> JSONFault? {
        var tokens = JSONTokens()
        do throws(JSONFault) {
            while unsafe try tokens.next(in: bytes.span.bytes) != .end {}
            return nil
        } catch {
            return error
        }
    }
}
