public import Crypto
import Vocabulary

/// How the servers of an upstream are spoken to over TLS.
///
/// What they show is always verified: there is nothing here to turn that off.
public struct UpstreamTLSSettings: Sendable, Equatable {
    /// Whom to believe, and what to show.
    public var client = TLSClientSettings()
    /// What every server's certificate has to bear, and what it is asked for by; nil for the name or
    /// the address that each is listed under.
    public var name: PeerName?

    public init() {}

    /// The name a server listed like this has to bear; nil for a Unix socket, whose path is none.
    func name(of place: ServerPlace) -> PeerName? {
        if let name { return name }
        return switch place {
        case .name(let name, _): .host(name)
        case .address(.tcp(let address, _)): .address(address)
        case .address(.unix): nil
        }
    }
}

extension PeerName {
    /// Reads a host name or an address.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        if let address = unsafe IPAddress(bytes.span.bytes) {
            self = .address(address)
        } else if case .name(let name, _)? = ServerPlace(text + ":443") {
            self = .host(name)
        } else {
            return nil
        }
    }
}

extension UpstreamSettings {
    /// Servers that speak TLS and have no name for their certificates to bear.
    public var nameless: [ServerSettings] {
        guard let tls else { return [] }
        return servers.filter { tls.name(of: $0.place) == nil }
    }
}
