public import Crypto
import Vocabulary

/// The certificates that new connections are shown, for all workers.
///
/// Looked at once for each connection. Those that are open keep the server they began with.
public final class TLSSlot: Sendable {
    private let server: Lock<TLSServer?>

    public init(_ server: TLSServer? = nil) {
        self.server = Lock(server)
    }

    public var current: TLSServer? { server.withLock { $0 } }

    public func install(_ fresh: TLSServer?) { server.withLock { $0 = fresh } }
}
