import Crypto
import Gateway
import Transport

/// How the servers behind the gateway are spoken to over TLS.
extension RunOptions {
    static let upstreamTLSUsage = """
          --upstream-tls             speak TLS to all servers, and verify what they show
          --upstream-ca FILE         the authorities that must lead to (default: the system's)
          --upstream-name NAME       what it must bear (default: the server's name or address)
          --upstream-certificate FILE  shown to servers that ask, with the chain to its root
          --upstream-key FILE        of that certificate
        """

    /// What these flags have said, until it is clear that TLS is spoken at all.
    struct UpstreamTLSWords {
        var isWanted = false
        var settings = UpstreamTLSSettings()
        var certificate: String?
        var key: String?
        /// One of those that mean nothing without the first.
        var lastFlag: String?
    }

    mutating func takeUpstreamTLS(
        _ flag: String,
        _ arguments: inout Arguments
    ) throws(UsageError) -> Bool {
        switch flag {
        case "--upstream-tls":
            upstreamTLS.isWanted = true
            return true
        case "--upstream-ca":
            upstreamTLS.settings.client.authorities = try arguments.value("/etc/gatehouse/ca.pem")
        case "--upstream-name":
            let text = try arguments.value("app.example.com")
            guard let name = PeerName(text) else {
                throw UsageError(
                    "`\(text)` is no name for a certificate to bear",
                    help: "write one like `app.example.com` or `10.0.0.1`"
                )
            }
            upstreamTLS.settings.name = name
        case "--upstream-certificate":
            upstreamTLS.certificate = try arguments.value("/etc/gatehouse/client.pem")
        case "--upstream-key":
            upstreamTLS.key = try arguments.value("/etc/gatehouse/client.key")
        default: return false
        }
        upstreamTLS.lastFlag = flag
        return true
    }

    /// Puts together what the flags have said, and says what they leave out.
    mutating func settleUpstreamTLS() throws(UsageError) {
        guard upstreamTLS.isWanted else {
            guard let flag = upstreamTLS.lastFlag else { return }
            throw UsageError(
                "`\(flag)` is about TLS, and none is spoken to servers",
                help: "say `--upstream-tls` too"
            )
        }
        switch (upstreamTLS.certificate, upstreamTLS.key) {
        case (nil, nil): break
        case (let certificate?, let key?):
            upstreamTLS.settings.client.certificate = CertificateFiles(
                certificate: certificate,
                key: key
            )
        default:
            throw UsageError("`--upstream-certificate` and `--upstream-key` go together")
        }
        settings.upstreams[0].tls = upstreamTLS.settings
        guard case .address(let address)? = settings.upstreams[0].nameless.first?.place else {
            return
        }
        throw UsageError(
            "there is no name for the certificate of `\(address)` to bear",
            help: "say `--upstream-name app.example.com`"
        )
    }
}
