public import Crypto
public import HTTPWire

/// Which of the two connections of an exchange.
public enum Side: Sendable {
    case downstream
    case upstream
}

/// What can go wrong between two sockets, and on which of them.
public enum TransportError: Error, Equatable, Sendable {
    /// The peer sent what is no HTTP.
    case malformed(WireError, Side)
    /// The peer left before it had said everything.
    case cut(Side)
    /// The peer kept us waiting too long.
    case timedOut(Side)
    /// The upstream switched to a protocol nobody asked for.
    case unaskedUpgrade
    /// The request body is larger than it may be.
    case bodyTooLarge
    /// No connection to the upstream could be made.
    case unreachable
    /// The upstream did not take a connection in time.
    case connectTimedOut
    /// Hands were not shaken: whom we met is not whom we wanted, or speaks otherwise.
    case handshake(TLSFault, Side)
    /// No server of the upstream is fit to be asked.
    case noServer
    /// Too many requests failed, so the upstream is left alone for a while.
    case breakerOpen(retryAfterSeconds: UInt16)
    /// Every connection the upstream may have is in use, and others wait already or waited in vain.
    case busy
    /// The gateway itself lacks descriptors or memory.
    case exhausted

    public var side: Side? {
        switch self {
        case .malformed(_, let side), .cut(let side), .timedOut(let side), .handshake(_, let side):
            side
        case .bodyTooLarge: .downstream
        case .unaskedUpgrade, .unreachable, .connectTimedOut, .noServer, .breakerOpen, .busy:
            .upstream
        case .exhausted: nil
        }
    }
}
