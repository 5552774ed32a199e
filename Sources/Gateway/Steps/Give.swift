import HTTPWire
import Policy
import Transport
import Vocabulary

extension RequestPath {
    /// Step **answer**: what the walk ended with, told to the client if that can still be done.
    mutating func give(_ answer: Answer) async {
        switch answer {
        case .refusal(let reason): refuse(reason, status: reason.status)
        case .refused: refuseByPolicy()
        case .preflight:
            exchange.dropBodyAtHand()
            begin(status: 204)
            appendOrigin(terms.cors, isPreflight: true)
            exchange.client.output.append("\r\n")
        case .options:
            begin(status: 204)
            appendOrigin(terms.cors)
            appendAllow()
            exchange.client.output.append("\r\n")
        case .secure(let port):
            begin(status: 308)
            appendOrigin(terms.cors)
            appendLocation(port: port)
            exchange.client.output.append("Content-Length: 0\r\n\r\n")
        case .redirect(let location, let status):
            exchange.dropBodyAtHand()
            begin(status: status)
            appendOrigin(terms.cors)
            exchange.client.output.append("Location: ")
            exchange.client.output.append(text: location)
            exchange.client.output.append("\r\nContent-Length: 0\r\n\r\n")
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

    /// Begins an answer that is no refusal.
    private mutating func begin(status: Int) {
        self.status = status
        isLast = !mayGoOn
        beginAnswer()
    }

    private mutating func refuseByPolicy() {
        guard let refusal = judgement.refusal else { return refuse(.notFound, status: 404) }
        exchange.dropBodyAtHand()
        refuse(refusal.reason, status: refusal.status, page: refusal.page)
    }

    private mutating func refuse(_ reason: Reason, status: Int, page: Int? = nil) {
        self.reason = reason
        self.status = status
        isLast = isLast || reason.endsConnection || !mayGoOn
        beginAnswer()
        appendOrigin(terms.cors)
        if reason == .methodNotAllowed { appendAllow() }
        if status == 401 { appendChallenge() }
        let withBody = exchange.head.method != .head
        if let page, wantsPage {
            append(copy.edition.policy.pages[page], withBody: withBody)
        } else {
            // Whoever says that there is nothing does not say what it is that nobody may see.
            let told = status == 404 ? Reason.notFound : reason
            ProblemPage(reason: told, status: status, id: id).append(
                to: &exchange.client.output,
                asPage: wantsPage,
                withBody: withBody
            )
        }
    }

    /// Appends a page of the rules, as it was read with them.
    private mutating func append(_ page: Page, withBody: Bool) {
        exchange.client.output.append("Content-Type: ")
        exchange.client.output.append(text: page.type)
        exchange.client.output.append("\r\nCache-Control: no-store\r\nContent-Length: ")
        exchange.client.output.append(decimal: page.bytes.count)
        exchange.client.output.append("\r\n\r\n")
        if withBody { unsafe exchange.client.output.append(page.bytes.span.bytes) }
    }

    /// What the route can be asked (RFC 9110 §10.2.1).
    private mutating func appendAllow() {
        guard judgement.route >= 0 else { return }
        let methods = copy.edition.policy.routes[judgement.route].methods
        exchange.client.output.append("Allow: ")
        exchange.client.output.append(text: methods.names.joined(separator: ", "))
        exchange.client.output.append("\r\n")
    }

    /// How to say who one is (RFC 6750 §3).
    private mutating func appendChallenge() {
        exchange.client.output.append("WWW-Authenticate: Bearer")
        if reason == .tokenInvalid { exchange.client.output.append(" error=\"invalid_token\"") }
        exchange.client.output.append("\r\n")
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
        let terms = terms
        let lines = terms.appendedToOwn
        unsafe exchange.client.output.append(lines.span.bytes)
        appendTransportSecurity(terms)
        if reason == .upgradeRequired { appendUpgradeHint() } else { appendConnection(isLast) }
    }

    /// When it is worth asking again (RFC 9110 §10.2.3): every 503 of ours says it, and every 429.
    private mutating func appendRetryAfter() {
        let told = isJudged ? judgement.refusal?.retryAfterSeconds : nil
        guard status == 503 || told != nil else { return }
        let seconds =
            switch reason {
            case _ where told != nil: told ?? 1
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
