import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Passes on the 101 that was asked for, and then whatever both sides say.
    mutating func openTunnel(
        _ relay: consuming Relay,
        via outlet: Outlet
    ) async throws(TransportError) {
        isLast = true
        // From here on it is two connections that talk, and those are counted already.
        land()
        exchange.client.output.acquire(.head, from: bench.loop.pool)
        let terms = terms
        appendKept(relay.answer, terms)
        exchange.client.output.append("Connection: Upgrade\r\nUpgrade: websocket\r\n")
        appendSticky(of: outlet)
        appendTerms(terms)
        appendName()
        appendTransportSecurity(terms)
        exchange.client.output.append("\r\n")
        try await exchange.flush()
        exchange.client.watchPeer()
        relay.upstream.watchPeer()
        var tunnel = Tunnel()
        do throws(TransportError) {
            try await tunnel.run(
                &exchange.client,
                &relay.upstream,
                silence: exchange.deadlines.tunnelIdle,
                lastWords: exchange.deadlines.lastWords
            )
        } catch {
            relay.upstream.abort()
            throw error
        }
    }
}
