import Vocabulary

/// In which alphabet a media type says that its text is written.
///
/// Signatures read the signs of ASCII. In an alphabet where these have other bytes, what is inspected is not
/// the text that is read behind the gateway.
public enum Alphabet {
    /// Whether a media type names no alphabet, or none but those in which every sign of ASCII is itself.
    public static func isReadable(in type: RawSpan) -> Bool {
        var index = 0
        while index < type.byteCount {
            let rest = type.extracting(droppingFirst: index)
            if rest.startsIgnoringCase(with: "charset") {
                guard isKnown(rest.extracting(droppingFirst: 7)) else { return false }
            }
            index &+= 1
        }
        return true
    }

    /// - rest: what follows the word, from its sign on.
    private static func isKnown(_ rest: RawSpan) -> Bool {
        guard rest.byteCount > 0, rest[0] == UInt8(ascii: "=") else { return false }
        let end = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.byteCount
        var name = rest.extracting(1..<end).trimmed
        let last = name.byteCount &- 1
        if last > 0, name[0] == 0x22, name[last] == 0x22 { name = name.extracting(1..<last) }
        return name.equalsIgnoringCase("utf-8") || name.equalsIgnoringCase("utf8")
            || name.equalsIgnoringCase("us-ascii") || name.equalsIgnoringCase("iso-8859-1")
            || name.equalsIgnoringCase("iso-8859-15") || name.equalsIgnoringCase("windows-1252")
    }
}
