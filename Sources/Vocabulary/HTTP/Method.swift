/// A request's method, as far as the gateway tells methods apart.
///
/// Methods are case-sensitive (RFC 9110 §9.1), and an unknown one is forwarded as it was written.
public enum Method: UInt8, Sendable {
    case get, head, post, put, patch, delete, options, connect, trace, other

    /// Names a method from its token.
    public init(_ token: RawSpan) {
        switch token.byteCount {
        case 3 where token.equals("GET"): self = .get
        case 3 where token.equals("PUT"): self = .put
        case 4 where token.equals("POST"): self = .post
        case 4 where token.equals("HEAD"): self = .head
        case 5 where token.equals("PATCH"): self = .patch
        case 5 where token.equals("TRACE"): self = .trace
        case 6 where token.equals("DELETE"): self = .delete
        case 7 where token.equals("OPTIONS"): self = .options
        case 7 where token.equals("CONNECT"): self = .connect
        default: self = .other
        }
    }

    /// Whether asking twice does no more than asking once (RFC 9110 §9.2.2).
    public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .post, .patch, .connect, .other: false
        }
    }
}
