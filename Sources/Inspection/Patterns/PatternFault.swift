/// Why a regular expression is not taken, and where in it that shows.
public struct PatternFault: Error, Sendable, Equatable {
    public enum Kind: Sendable {
        /// It wants what cannot be had in linear time: lookaround, a back-reference, a possessive repetition.
        case needsBacktracking
        case malformed
        /// Expanded, it takes more memory than one may.
        case tooLarge
    }

    public let kind: Kind
    /// Where the piece at fault begins, in bytes, and how long it is, where that is known.
    public let offset: Int?
    public let length: Int
    /// In the words of who writes rules.
    public let message: String
    /// Which signature of a set it belongs to, and which of that signature's patterns it is.
    public internal(set) var signature: Int?
    public internal(set) var pattern: Int?

    init(_ kind: Kind, at place: Range<Int>?, _ message: String) {
        self.kind = kind
        offset = place?.lowerBound
        length = place?.count ?? 0
        self.message = message
    }
}
