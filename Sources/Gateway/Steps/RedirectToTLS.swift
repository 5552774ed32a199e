import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Step **redirect**: where a listener only sends people on to https, the walk ends.
    mutating func redirectToTLS() throws(Answer) {
        guard let port = guest.entrance.settings.redirectsToPort else { return }
        guard exchange.head.host.byteCount > 0 else { throw .refusal(.badHost) }
        throw .redirect(port: port)
    }
}
