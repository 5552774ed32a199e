import HTTPWire
import Policy
import Transport
import Vocabulary

extension RequestPath {
    /// Step **redirect**: where a listener only sends people on to https, the walk ends.
    ///
    /// Only to a host of ours: nobody is sent where somebody else's Host field says.
    mutating func redirectToTLS() throws(Answer) {
        guard let port = guest.entrance.settings.redirectsToPort else { return }
        guard copy.edition.policy.hosts.site(for: exchange.head.host) != nil else {
            throw .refusal(.unknownHost)
        }
        throw .secure(port: port)
    }
}
