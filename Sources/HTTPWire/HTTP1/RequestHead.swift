public import Vocabulary

/// The head of one request, read and settled: everything that decides about it.
public struct RequestHead: ~Copyable {
    public internal(set) var section = FieldSection()
    public internal(set) var method = Method.other
    public internal(set) var minorVersion = 1
    public internal(set) var framing = BodyFraming.none

    var methodRange = ByteRange.none
    var targetRange = ByteRange.none
    var pathRange = ByteRange.none
    var queryRange = ByteRange.none
    var hostRange = ByteRange.none
    var hasQuery = false

    /// The client waits for a 100 before it sends its body.
    public internal(set) var expectsContinue = false
    /// The connection may carry another request after this one.
    public internal(set) var keepsAlive = true
    /// The Connection field names fields of its own, to be removed at this hop.
    public internal(set) var nominatesFields = false
    /// A WebSocket handshake, whether or not the route allows it.
    public internal(set) var asksWebSocket = false
    /// What is left of Max-Forwards on OPTIONS (RFC 9110 §7.6.2).
    public internal(set) var forwardsLeft: Int?

    public init() {}

    /// The method as it was written.
    public var methodText: RawSpan {
        @_lifetime(borrow self)
        get { section[methodRange] }
    }

    /// The path in its canonical form, or `*`: what is matched, logged and forwarded.
    public var path: RawSpan {
        @_lifetime(borrow self)
        get { section[pathRange] }
    }

    /// What follows the question mark, as it was sent.
    public var query: RawSpan? {
        @_lifetime(borrow self)
        get { hasQuery ? section[queryRange] : nil }
    }

    /// The host and port the request is for, in canonical form; empty for HTTP/1.0 without a Host.
    public var host: RawSpan {
        @_lifetime(borrow self)
        get { section[hostRange] }
    }

    /// Makes it ready for the next request and gives its memory back.
    public mutating func release(to pool: BlockPool) {
        section.release(to: pool)
        var fresh = RequestHead()
        swap(&self, &fresh)
    }
}
