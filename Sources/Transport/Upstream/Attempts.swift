/// How one request has fared with the upstream so far, and what may still be tried for it.
///
/// Pure: what it needs to know it is told, and the one who asks performs what it says.
public struct Attempts {
    /// What may follow a failure.
    enum Next: Equatable {
        case end
        /// The same server on a connection of its own: the one that was kept had died meanwhile.
        case sameServer
        /// Another server: this one took no connection, so nothing was sent.
        case otherServer
    }

    /// What the servers are chosen by, where they are chosen by a key.
    public var key: UInt64 = 0
    /// The server the client's cookie names.
    public var kept: Server?
    /// How often a server was asked.
    public private(set) var count = 0
    /// The server that was asked last.
    public private(set) var server: Server?
    /// The request decides what becomes of the breaker.
    var isProbe = false
    /// The head of an answer has come, and nothing is tried any more.
    public private(set) var isAnswered = false
    /// The next attempt goes to the server asked last, on a fresh connection.
    private(set) var wantsFresh = false
    var isRepeatable = false
    /// The connection had carried an exchange before.
    var isReused = false
    /// There was a connection, and some of the request may have gone.
    private var hasBegun = false
    private var hasRepeated = false
    private var unreachable: (Server?, Server?) = (nil, nil)

    static let otherServersMax = 2

    public init() {}

    /// Whether the server took no connection from this request already.
    func hasTried(_ server: Server) -> Bool {
        server === unreachable.0 || server === unreachable.1
    }

    /// Whether any server took no connection.
    var hasTriedAny: Bool { unreachable.0 != nil }

    mutating func begin(with server: Server) {
        self.server = server
        count += 1
        isRepeatable = false
        isReused = false
        hasBegun = false
    }

    /// The attempt has failed while the request was under way.
    ///
    /// - isRepeatable: nothing would be done twice that must not be, if it were sent again.
    public mutating func noteBegun(isRepeatable: Bool) {
        hasBegun = true
        self.isRepeatable = isRepeatable
    }

    mutating func noteAnswer() { isAnswered = true }

    /// What may be tried after this failure, as far as the request goes.
    func next(after error: TransportError) -> Next {
        if isAnswered { return .end }
        switch error {
        case .unreachable, .connectTimedOut, .handshake(_, .upstream):
            return !hasBegun && unreachable.1 == nil ? .otherServer : .end
        case .cut(.upstream):
            return isReused && isRepeatable && !hasRepeated ? .sameServer : .end
        default: return .end
        }
    }

    /// Makes ready for the attempt that `next` has named.
    mutating func prepare(for next: Next) {
        wantsFresh = next == .sameServer
        switch next {
        case .end: break
        case .sameServer: hasRepeated = true
        case .otherServer:
            if unreachable.0 == nil { unreachable.0 = server } else { unreachable.1 = server }
            kept = nil
        }
    }
}

/// What an attempt says of the server that was asked.
enum Outcome: Equatable {
    case good
    case bad
    /// Nothing: the client left, or was at fault itself.
    case neither

    init(status: Int) {
        self = status == 502 || status == 503 || status == 504 ? .bad : .good
    }

    init(_ error: TransportError) {
        self =
            switch error {
            case .unreachable, .connectTimedOut, .cut(.upstream), .timedOut(.upstream),
                .malformed(_, .upstream), .handshake(_, .upstream), .unaskedUpgrade:
                .bad
            default: .neither
            }
    }
}
