import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Reads from the request which server suits it: by the client's cookie, or by a key.
    mutating func chooseByRequest(via outlet: Outlet) {
        let kept = keptServer(via: outlet)
        let key = key(via: outlet)
        attempts.kept = kept
        attempts.key = key
    }

    private func keptServer(via outlet: Outlet) -> Server? {
        guard let name = outlet.stickyCookie,
            let token = unsafe exchange.head.section.cookie(named: name.span.bytes)
        else { return nil }
        return outlet.pool.server(named: token)
    }

    /// What the server is chosen by, where the same is to have the same.
    private func key(via outlet: Outlet) -> UInt64 {
        switch outlet.upstream.settings.balance {
        case .leastRequest, .roundRobin: return 0
        case .hash(.client): return clientKey
        case .hash(.field):
            let name = outlet.hashField
            guard let value = unsafe exchange.head.section.value(ofAny: name.span.bytes) else {
                return clientKey
            }
            return KeyHash.of(value)
        }
    }

    /// Clients on a Unix socket have no address and are all one.
    private var clientKey: UInt64 {
        guard let address = client.address else { return 0 }
        return KeyHash.mixed(KeyHash.mixed(address.high) ^ address.low)
    }

    /// Tells the client which server to ask for from now on, unless it does already.
    ///
    /// A cookie for the session alone: a server that is gone is nobody's for ever.
    mutating func appendSticky(of outlet: Outlet) {
        guard let name = outlet.stickyCookie, let server = attempts.server,
            server !== attempts.kept
        else { return }
        let token = server.token
        exchange.client.output.append("Set-Cookie: ")
        unsafe exchange.client.output.append(name.span.bytes)
        exchange.client.output.append("=")
        unsafe exchange.client.output.append(token.span.bytes)
        exchange.client.output.append("; Path=/; HttpOnly; SameSite=Lax")
        if client.isSecure { exchange.client.output.append("; Secure") }
        exchange.client.output.append("\r\n")
    }
}
