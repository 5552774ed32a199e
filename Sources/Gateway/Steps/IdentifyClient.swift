import Vocabulary

extension RequestPath {
    /// Step **client**: whose request it is.
    mutating func identifyClient() {
        client = ClientAddress()
        guard let peer = exchange.peer else { return }
        client.isThroughTrusted = bench.trusted.contains(peer)
        guard client.isThroughTrusted else {
            client.address = peer
            return
        }
        client.address = bench.trusted.client(of: peer, exchange.head.section)
        if let proto = exchange.head.section.value(of: .forwardedProto) {
            client.isSecure = proto.equalsIgnoringCase("https")
        }
    }
}
