import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Waits for the final head of the answer, passing interim ones on (RFC 9110 §15.2).
    mutating func awaitAnswer(
        _ relay: inout Relay,
        _ wantsTunnel: Bool
    ) async throws(TransportError) {
        var interimCount = 0
        while true {
            try await relay.nextAnswer(&exchange)
            guard relay.answer.isInterim else { return }
            if relay.answer.status == 101 {
                guard wantsTunnel, relay.answer.namesWebSocket else { throw .unaskedUpgrade }
                return
            }
            interimCount += 1
            guard interimCount <= TransportBounds.interimAnswersMax else {
                throw .malformed(.badStatusLine, .upstream)
            }
            try await passInterim(relay.answer)
        }
    }

    /// A 100 goes to a client that waits for one, the others to whoever speaks HTTP/1.1.
    private mutating func passInterim(_ answer: borrowing AnswerHead) async throws(TransportError) {
        guard exchange.head.minorVersion == 1 else { return }
        if answer.status == 100 {
            guard exchange.awaitsContinue else { return }
            exchange.awaitsContinue = false
        }
        exchange.client.output.acquire(.head, from: bench.loop.pool)
        exchange.client.output.append(answer)
        exchange.client.output.append("\r\n")
        try await exchange.flush()
        exchange.noteInterim()
    }
}
