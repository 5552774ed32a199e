import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Passes the upstream's answer on, framed as this client can read it.
    mutating func passAnswer(
        _ relay: consuming Relay,
        from server: Server,
        via outlet: Outlet
    ) async throws(TransportError) {
        let framing = relay.answer.framing(toHead: exchange.head.method == .head)
        let sink = framingForClient(framing)
        // What was not wanted whole cannot be told from the next request.
        isLast =
            !exchange.head.keepsAlive || bench.isDraining || sink == .untilClose
            || !relay.isRequestSent
        exchange.client.output.acquire(.head, from: bench.loop.pool)
        let terms = terms
        appendKept(relay.answer, terms)
        exchange.client.output.appendFraming(sink, of: relay.answer)
        if !relay.answer.section.fields.has(.date) { appendDate() }
        appendSticky(of: outlet)
        appendTerms(terms)
        appendEnd(isLast, terms)
        try await relay.passBody(&exchange, framing, as: sink)
        relay.end(outlet.pool, server)
    }

    /// Appends the upstream's status and those of its fields that nobody here has another word on.
    mutating func appendKept(_ answer: borrowing AnswerHead, _ terms: AnswerTerms) {
        let known = overruled(by: terms)
        if terms.areEmpty {
            exchange.client.output.append(answer, without: known)
        } else {
            exchange.client.output.append(answer, without: known) { terms.overrules($0) }
        }
    }

    /// Appends what the rules put on the answers of an upstream.
    mutating func appendTerms(_ terms: AnswerTerms) {
        if terms.areEmpty { return }
        let lines = terms.appended
        unsafe exchange.client.output.append(lines.span.bytes)
        appendOrigin(terms.cors)
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
    mutating func appendEnd(_ closes: Bool, _ terms: AnswerTerms) {
        appendName()
        appendTransportSecurity(terms)
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
