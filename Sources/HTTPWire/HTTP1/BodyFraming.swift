/// How the end of a body is told (RFC 9112 §6).
public enum BodyFraming: Equatable, Sendable {
    case none
    case length(Int)
    case chunked
    case untilClose

    /// Whether no byte of body can follow.
    public var isEmpty: Bool { self == .none || self == .length(0) }
}
