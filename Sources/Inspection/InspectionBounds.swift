/// How much of a request is looked at, and how large what it is held against may be.
public enum InspectionBounds {
    /// Findings kept of one request.
    public static let findingCountMax = 256
    /// Names and values looked at in one request.
    public static let valueCountMax = 50_000
    /// Bytes of a field's name that a finding keeps.
    public static let nameByteCountMax = 512
    /// Steps that one signature may take.
    public static let stepCountMax = 16
    /// What one regular expression may take, its automaton included.
    public static let patternByteCountMax = 1 << 20
    /// What all regular expressions that are asked together may take.
    public static let patternSetByteCountMax = 16 << 20
    /// Groups in groups of a regular expression that are followed to learn what it needs.
    public static let patternDepthMax = 64
    /// Bytes of the boundary of a multipart body (RFC 2046 §5.1.1).
    public static let boundaryByteCountMax = 70
    /// Parts of a multipart body.
    public static let partCountMax = 1000
    /// Bytes before the value of a part.
    public static let partHeadByteCountMax = 4096
    /// Attributes of an XML element, which are compared with each other.
    public static let attributeCountMax = 64
    /// XML elements that may be open at once.
    public static let elementDepthMax = 32
}
