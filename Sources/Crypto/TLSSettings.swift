/// A certificate with the chain that leads to it, and its key.
public struct CertificateFiles: Sendable, Equatable {
    public var certificate: String
    public var key: String

    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// How a listener speaks TLS.
public struct TLSSettings: Sendable, Equatable {
    /// The first is shown to whoever asks for no name that any of them has.
    public var certificates: [CertificateFiles] = []
    public var versionMin = TLSVersion.tls12
    public var clients = ClientCertificates.ignored
    /// The authorities that clients' certificates must lead to.
    public var clientAuthorities: String?

    public init() {}
}

public enum TLSVersion: Sendable {
    case tls12
    case tls13
}

/// Whether clients show certificates.
public enum ClientCertificates: Sendable {
    case ignored
    /// Asked for; one that is shown must verify.
    case optional
    case required
}

/// How an upstream is spoken to over TLS.
public struct TLSClientSettings: Sendable, Equatable {
    /// nil for the system's own authorities.
    public var authorities: String?
    /// What to show when the server asks.
    public var certificate: CertificateFiles?

    public init() {}
}
