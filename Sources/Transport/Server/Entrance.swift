import Crypto
import HTTPWire
import Vocabulary

/// How connections begin at one listener, the same for all workers.
///
/// First comes what the proxy in front says, where one is asked for, then the handshake, then requests.
/// Whoever does not begin so is gone without a word.
public final class Entrance: Sendable {
    public let settings: ListenerSettings
    private let patience: Patience
    private let slot: TLSSlot
    private let count: ArrivalCount

    /// - patience: how long everything before the first request may take.
    public init(
        _ settings: ListenerSettings,
        patience: Patience,
        slot: TLSSlot,
        count: ArrivalCount
    ) {
        self.settings = settings
        self.patience = patience
        self.slot = slot
        self.count = count
    }

    /// Where connections begin with a request.
    public static let open = Entrance(
        ListenerSettings(.unix(path: "/")),
        patience: Deadlines().handshake,
        slot: TLSSlot(),
        count: ArrivalCount()
    )

    /// Whose a connection is, is told by a proxy.
    var isTold: Bool { settings.proxies != nil }

    /// Whether `peer` may connect at all.
    func admits(_ peer: IPAddress?) -> Bool {
        guard let proxies = settings.proxies, !proxies.isEmpty else { return true }
        for block in proxies {
            if let peer, block.contains(peer) { return true }
        }
        count.noteStranger()
        return false
    }

    /// Does what has to come before the first request; the client's address where a proxy says it, or
    /// nil for nothing said.
    ///
    /// The connection is of no use when this fails.
    func begin(_ connection: inout Connection) async throws(TransportError) -> IPAddress? {
        let deadline = connection.waiter.loop.now + patience
        var source: IPAddress?
        if settings.proxies != nil {
            do throws(TransportError) {
                source = try await connection.readProxyHeader(by: deadline)
            } catch {
                count.noteBadProxyHeader()
                throw error
            }
        }
        guard settings.speaksTLS else { return source }
        guard let session = slot.current?.session() else { throw .exhausted }
        connection.startTLS(session)
        do throws(TransportError) {
            try await connection.shakeHands(by: deadline)
        } catch {
            count.noteHandshake(error)
            throw error
        }
        return source
    }
}

extension Connection {
    /// Takes the PROXY header off the front of the stream, and not a byte more: what follows may be TLS.
    fileprivate mutating func readProxyHeader(
        by deadline: Instant
    ) async throws(TransportError) -> IPAddress? {
        while true {
            input.acquire(.head, from: pool)
            let count = SystemCall.peek(socket.descriptor, into: &input)
            let reading = ProxyHeader.read(input.bytes)
            input.removeAll()
            switch reading {
            case .header(let header):
                try drop(header.byteCount)
                return header.source
            case .malformed: throw .cut(side)
            case .incomplete: input.release(to: pool)
            }
            // What was seen stays in the kernel, so only more of it is news; after the end none comes.
            guard count != 0 else { throw .cut(side) }
            socket.noteDrained()
            guard !socket.isReadable else { throw .cut(side) }
            guard await ready(.input, by: deadline) else { throw .timedOut(side) }
        }
    }

    /// Takes bytes that were seen already out of the kernel.
    private mutating func drop(_ byteCount: Int) throws(TransportError) {
        let count = SystemCall.receive(socket.descriptor, into: &input, upTo: byteCount)
        guard count == byteCount else { throw .cut(side) }
        received &+= count
        input.removeAll()
        releaseEmptyMemory()
    }
}
