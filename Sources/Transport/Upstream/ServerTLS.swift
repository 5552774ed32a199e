import Crypto
import Synchronization
import Vocabulary

/// One server as it is spoken to over TLS, by all workers.
///
/// Looked at when a connection begins, and not for every request.
final class ServerTLS: Sendable {
    private struct State {
        var peer: TLSPeer?
        /// What the last handshake failed with, until one goes well.
        var fault: TLSFault?
    }

    private let name: PeerName?
    private let state = Lock(State())
    private let failing = Atomic<Bool>(false)

    /// - name: without one nothing can be verified, and no connection is made.
    init(_ name: PeerName?) { self.name = name }

    /// What is remembered of the server, its last session included; nil before there are any terms.
    var peer: TLSPeer? { state.withLock { $0.peer } }

    /// Whether its last handshake failed.
    var isFailing: Bool { failing.load(ordering: .relaxed) }

    /// Has new connections made on these terms; what is remembered from other ones goes.
    func install(_ client: TLSClient?) {
        let peer = name.flatMap { client?.peer($0) }
        state.withLock { $0.peer = peer }
    }

    /// Takes in how a handshake went; true when the one before went otherwise.
    func note(_ fault: TLSFault?) -> Bool {
        failing.store(fault != nil, ordering: .relaxed)
        return state.withLock { state in
            defer { state.fault = fault }
            return state.fault != fault
        }
    }
}

extension UpstreamPool {
    /// Shakes hands with a server that has just been connected to.
    ///
    /// Whatever fails, nothing of a request has been sent.
    func secure(
        _ connection: inout Connection,
        to server: Server,
        by deadline: Instant
    ) async throws(TransportError) {
        guard let tls = server.tls else { return }
        guard let peer = tls.peer else { throw .unreachable }
        guard let session = peer.session() else { throw .exhausted }
        upstream.counts.handshakes.count()
        connection.startTLS(session)
        do throws(TransportError) {
            try await connection.shakeHands(by: deadline)
        } catch {
            upstream.counts.handshakeFailures.count()
            switch error {
            case .timedOut: throw .connectTimedOut
            case .cut: throw .unreachable
            default: throw error
            }
        }
        if session.isResumed { upstream.counts.resumptions.count() }
    }

    /// Whether a connection speaks as a new one would.
    func isCurrent(_ tls: TLSSession?) -> Bool { tls?.server?.client === client }
}
