import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Step **answer**: what the walk ended with, told to the client if that can still be done.
    mutating func give(_ answer: Answer) async {
        switch answer {
        case .refusal(let reason):
            self.reason = reason
            status = reason.status
            isLast = isLast || reason.endsConnection || !mayGoOn
            beginAnswer()
            ProblemPage(reason: reason, id: id).append(
                to: &exchange.client.output,
                asPage: wantsPage,
                withBody: exchange.head.method != .head
            )
        case .options:
            status = 204
            isLast = !mayGoOn
            beginAnswer()
            exchange.client.output.append(
                "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n\r\n"
            )
        case .redirect(let port):
            status = 308
            isLast = !mayGoOn
            beginAnswer()
            appendLocation(port: port)
            exchange.client.output.append("Content-Length: 0\r\n\r\n")
        case .broken(let reason):
            self.reason = reason
            if status == 0 { status = reason.status }
            isLast = true
            exchange.client.abort()
            return
        }
        do throws(TransportError) {
            try await exchange.flush()
        } catch {
            isLast = true
            exchange.client.abort()
        }
    }

    /// Whether another request can follow the one that is being answered.
    private var mayGoOn: Bool {
        exchange.head.keepsAlive && !exchange.isBodyPending && !bench.isDraining
    }

    private var wantsPage: Bool {
        guard let accept = exchange.head.section.value(of: .accept) else { return false }
        return accept.containsIgnoringCase("text/html")
    }

    /// The status line and the fields that every answer of ours has.
    private mutating func beginAnswer() {
        exchange.client.output.removeAll()
        exchange.client.output.acquire(.head, from: bench.loop.pool)
        exchange.client.output.append(status: status)
        appendDate()
        appendName()
        appendRetryAfter()
        appendTransportSecurity()
        if reason == .upgradeRequired { appendUpgradeHint() } else { appendConnection(isLast) }
    }

    /// When it is worth asking again (RFC 9110 §10.2.3): every 503 of ours says it.
    private mutating func appendRetryAfter() {
        guard status == 503 else { return }
        let seconds =
            switch reason {
            case .breakerOpen: max(retryAfterSeconds, 1)
            case .upstreamDown: Bounds.downRetrySeconds
            default: bench.pauseSeconds()
            }
        exchange.client.output.append("Retry-After: ")
        exchange.client.output.append(decimal: seconds)
        exchange.client.output.append("\r\n")
    }

    private mutating func appendUpgradeHint() {
        exchange.client.output.append(isLast ? "Connection: close, Upgrade" : "Connection: Upgrade")
        exchange.client.output.append("\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
    }
}
