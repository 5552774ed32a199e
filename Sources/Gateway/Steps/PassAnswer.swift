import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Passes the upstream's answer on, framed as this client can read it.
    mutating func passAnswer(
        _ relay: consuming Relay,
        from server: Server
    ) async throws(TransportError) {
        let framing = relay.answer.framing(toHead: exchange.head.method == .head)
        let sink = framingForClient(framing)
        // What was not wanted whole cannot be told from the next request.
        isLast =
            !exchange.head.keepsAlive || bench.isDraining || sink == .untilClose
            || !relay.isRequestSent
        exchange.client.output.acquire(.head, from: bench.loop.pool)
        exchange.client.output.append(relay.answer, without: overruled)
        exchange.client.output.appendFraming(sink, of: relay.answer)
        if !relay.answer.section.fields.has(.date) { appendDate() }
        appendSticky()
        appendEnd(isLast)
        try await relay.passBody(&exchange, framing, as: sink)
        relay.end(bench.upstreams, server)
    }

    private func framingForClient(_ framing: BodyFraming) -> BodyFraming {
        switch framing {
        case .none, .length: framing
        case .chunked, .untilClose: exchange.head.minorVersion == 1 ? .chunked : .untilClose
        }
    }

    mutating func appendDate() {
        exchange.client.output.append("Date: ")
        exchange.client.output.append(bench.date.bytes)
        exchange.client.output.append("\r\n")
    }

    /// Appends the fields every answer ends with, and the empty line.
    mutating func appendEnd(_ closes: Bool) {
        appendName()
        appendTransportSecurity()
        appendConnection(closes)
        exchange.client.output.append("\r\n")
    }

    /// What becomes of the connection, where the client would not expect it.
    mutating func appendConnection(_ closes: Bool) {
        if closes {
            exchange.client.output.append("Connection: close\r\n")
        } else if exchange.head.minorVersion == 0 {
            exchange.client.output.append("Connection: keep-alive\r\n")
        }
    }

    mutating func appendName() {
        exchange.client.output.append("X-Request-Id: ")
        exchange.client.output.append(id.bytes)
        exchange.client.output.append("\r\n")
    }
}
