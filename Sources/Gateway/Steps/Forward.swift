import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Step **forward**: the request to the upstream, and the answer back.
    mutating func forward(toTunnel wantsTunnel: Bool) async throws(Answer) {
        do throws(TransportError) {
            let upstream = try await bench.upstreams.lease(for: exchange.client.waiter)
            var relay = Relay(upstream, exchange)
            writeRequest(to: &relay.upstream.output, asTunnel: wantsTunnel)
            try await awaitAnswer(&relay, wantsTunnel)
            status = relay.answer.status
            if status == 101 {
                try await openTunnel(relay)
            } else {
                try await passAnswer(relay)
            }
        } catch {
            throw fail(error)
        }
    }

    /// What a failure on the way is to the client; the status is only ours while none has left.
    private mutating func fail(_ error: TransportError) -> Answer {
        let answer = Answer(
            error,
            canBeGiven: !exchange.hasAnswered && exchange.client.isAlive
        )
        if case .broken(let reason) = answer, status == 0 { status = reason.status }
        return answer
    }

    private func writeRequest(to output: inout ByteBuffer, asTunnel: Bool) {
        output.acquire(.head, from: bench.loop.pool)
        let host = bench.upstreams.host
        unsafe output.append(exchange.head, hostIfNone: host.span.bytes)
        if asTunnel { output.append("Connection: Upgrade\r\nUpgrade: websocket\r\n") }
        vouch(in: &output)
        output.append("\r\n")
    }
}
