import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Step **client**: whose request it is.
    func findClient() -> ClientAddress {
        let isSecure = exchange.client.isSecure
        guard let peer = exchange.peer else { return ClientAddress(isSecure: isSecure) }
        guard bench.trusted.contains(peer) else {
            return ClientAddress(address: peer, isSecure: isSecure)
        }
        let proto = exchange.head.section.onlyValue(of: .forwardedProto)
        return ClientAddress(
            address: bench.trusted.client(of: peer, exchange.head.section),
            isThroughTrusted: true,
            isSecure: proto?.equalsIgnoringCase("https") ?? isSecure
        )
    }
}
