import HTTPWire
import Vocabulary

@testable import Transport

/// One exchange with both of its far ends in the test's hands.
// SAFETY: a test touches it on the thread of its loop alone.
final class RelayStage: @unchecked Sendable {
    let loop: EventLoop
    let client: Peer
    let upstream: Peer
    private let ours: (client: Int32, upstream: Int32)

    /// Small buffers make both sides wait for each other.
    init(_ loop: EventLoop, bufferBytes: Int32? = nil) {
        self.loop = loop
        let (oursOfClient, client) = Peer.tcpPair(bufferBytes: bufferBytes)
        let (oursOfUpstream, upstream) = Peer.tcpPair(bufferBytes: bufferBytes)
        ours = (oursOfClient, oursOfUpstream)
        self.client = client
        self.upstream = upstream
    }

    /// Has the client send `request`, reads its head and puts it before the upstream.
    ///
    /// If the scene ends well, the relay ends with it and offers its connection to `pool`.
    func play(
        _ request: String,
        limits: Deadlines = Deadlines(),
        bodyByteMax: Int = 1 << 30,
        endingAt pool: UpstreamPool? = nil,
        _ scene: (inout Relay, inout Exchange) async throws -> Void
    ) async throws {
        client.send(request)
        let waiter = loop.makeWaiter()
        let connection = try Connection(ours.client, on: loop, sharing: waiter)
        var exchange = Exchange(
            connection,
            peer: nil,
            deadlines: limits,
            bodyByteMax: bodyByteMax
        )
        await loop.round()
        guard try await exchange.nextHead() == .head else { throw NoHead() }
        let upstream = try Connection(ours.upstream, on: loop, .upstream, sharing: waiter)
        var relay = Relay(upstream, exchange)
        unsafe relay.upstream.output.append(exchange.head, hostIfNone: Self.host.span.bytes)
        relay.upstream.output.append("\r\n")
        try await scene(&relay, &exchange)
        if let pool { relay.end(pool, pool.upstream.servers[0]) }
    }

    struct NoHead: Error {}

    private static let host = Array("upstream".utf8)
}

extension Relay {
    /// Waits for the answer's head and passes its body on, framed as it came.
    mutating func passWhole(_ exchange: inout Exchange) async throws {
        try await nextAnswer(&exchange)
        let framing = answer.framing(toHead: exchange.head.method == .head)
        try await passBody(&exchange, framing, as: framing)
    }
}
