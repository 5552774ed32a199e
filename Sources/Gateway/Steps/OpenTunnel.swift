import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Passes on the 101 that was asked for, and then whatever both sides say.
    mutating func openTunnel(_ relay: consuming Relay) async throws(TransportError) {
        isLast = true
        exchange.client.output.acquire(.head, from: bench.loop.pool)
        exchange.client.output.append(relay.answer)
        exchange.client.output.append("Connection: Upgrade\r\nUpgrade: websocket\r\n")
        appendSticky()
        appendName()
        exchange.client.output.append("\r\n")
        try await exchange.flush()
        var tunnel = Tunnel()
        do throws(TransportError) {
            try await tunnel.run(
                &exchange.client,
                &relay.upstream,
                silence: exchange.deadlines.tunnelIdle
            )
        } catch {
            relay.upstream.abort()
            throw error
        }
    }
}
