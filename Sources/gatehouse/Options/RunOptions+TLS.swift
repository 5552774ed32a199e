import Crypto
import Gateway
import Transport
import Vocabulary

/// How listeners speak TLS, and what else comes before a request.
extension RunOptions {
    static let tlsUsage = """
          --certificate FILE         shown to clients, with the chain to its root; several times, chosen
                                     by the names in them, the first for everybody else
          --key FILE                 of the certificate before it
          --tls-min VERSION          1.2 (default) or 1.3
          --client-certificate HOW   ask clients for certificates: optional or required
          --client-ca FILE           the authorities these must lead to
          --hsts TIME                have browsers insist on https for this long
          --secret-file FILE         32 bytes or more, the same on all machines of a fleet: sessions are
                                     resumed across them (default: a secret of each start)
          --handshake-timeout TIME   for a PROXY header and TLS, before the first request (default 10s)
        """

    static let listenerUsage = """
        An ADDRESS of --listen may be followed by words: 0.0.0.0:443,tls speaks TLS; 0.0.0.0:80,redirect
        sends every request on to https (redirect=8443 at that port); ,proxy requires a PROXY header, and
        ,proxy=10.0.0.0/8 takes it from that network alone (several times).
        """

    mutating func takeTLS(
        _ flag: String,
        _ arguments: inout Arguments
    ) throws(UsageError) -> Bool {
        switch flag {
        case "--certificate":
            try checkPairs()
            let path = try arguments.value("/etc/gatehouse/site.pem")
            settings.tls.certificates.append(CertificateFiles(certificate: path, key: ""))
        case "--key":
            guard let last = settings.tls.certificates.indices.last,
                settings.tls.certificates[last].key.isEmpty
            else {
                throw UsageError(
                    "`--key` follows the `--certificate` it belongs to",
                    help: "say `--certificate site.pem --key site.key`"
                )
            }
            settings.tls.certificates[last].key = try arguments.value("/etc/gatehouse/site.key")
        case "--tls-min":
            settings.tls.versionMin = try arguments.one(of: ["1.2": .tls12, "1.3": .tls13])
        case "--client-certificate":
            settings.tls.clients = try arguments.one(
                of: ["optional": .optional, "required": .required]
            )
        case "--client-ca":
            settings.tls.clientAuthorities = try arguments.value("/etc/gatehouse/clients.pem")
        case "--hsts":
            let seconds = try arguments.patience().wholeMilliseconds / 1000
            guard seconds > 0 else {
                throw UsageError(
                    "`--hsts` for less than a second would have browsers forget it",
                    help: "write a time like `365d`"
                )
            }
            settings.strictSeconds = Int(clamping: seconds)
        case "--secret-file": settings.secretFile = try arguments.value("/etc/gatehouse/secret")
        case "--handshake-timeout": settings.deadlines.handshake = try arguments.patience()
        default: return false
        }
        return true
    }

    /// What the TLS flags cannot get wrong one by one.
    func checkTLS() throws(UsageError) {
        try checkPairs()
        let speaksTLS = settings.listeners.contains { $0.speaksTLS }
        let hasCertificate = !settings.tls.certificates.isEmpty
        if speaksTLS, !hasCertificate {
            throw UsageError(
                "a listener speaks TLS and has no certificate",
                help: "say `--certificate site.pem --key site.key`"
            )
        }
        if hasCertificate, !speaksTLS {
            throw UsageError(
                "there is a certificate and no listener speaks TLS",
                help: "say `--listen 0.0.0.0:443,tls`"
            )
        }
        if (settings.tls.clients == .ignored) != (settings.tls.clientAuthorities == nil) {
            throw UsageError(
                "`--client-certificate` and `--client-ca` go together",
                help: "say whether certificates are `optional` or `required`, and who signs them"
            )
        }
        if !speaksTLS { try checkUnused() }
    }

    /// What would be without effect, and may have been meant to protect something.
    private func checkUnused() throws(UsageError) {
        let unused: [(String, Bool)] = [
            ("--hsts", settings.strictSeconds != nil),
            ("--tls-min", settings.tls.versionMin != .tls12),
            ("--client-certificate", settings.tls.clients != .ignored),
        ]
        guard let (flag, _) = unused.first(where: \.1) else { return }
        throw UsageError(
            "`\(flag)` is about TLS and no listener speaks it",
            help: "say `--listen 0.0.0.0:443,tls`"
        )
    }

    private func checkPairs() throws(UsageError) {
        guard let last = settings.tls.certificates.last, last.key.isEmpty else { return }
        throw UsageError(
            "`--certificate \(last.certificate)` has no key",
            help: "follow it with `--key FILE`"
        )
    }
}

extension Arguments {
    /// A listener: its address, and words on how connections begin there.
    mutating func listener() throws(UsageError) -> ListenerSettings {
        let text = try value("127.0.0.1:8080")
        var words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        var listener = ListenerSettings(try address(words.removeFirst()))
        for word in words { try Self.take(word, for: &listener) }
        if case .unix = listener.address, listener.proxies?.isEmpty == false {
            throw UsageError(
                "nobody on a Unix socket has an address to be in a network",
                help: "say `proxy` alone, and let the socket's folder say who may connect"
            )
        }
        if listener.speaksTLS, listener.redirectsToPort != nil {
            throw UsageError(
                "`\(text)` both speaks TLS and redirects to it",
                help: "redirect on another port, as `--listen 0.0.0.0:80,redirect`"
            )
        }
        return listener
    }

    private static func take(
        _ word: String,
        for listener: inout ListenerSettings
    ) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        let value = parts.count > 1 ? parts[1] : nil
        switch (parts[0], value) {
        case ("tls", nil): listener.speaksTLS = true
        case ("redirect", nil): listener.redirectsToPort = 443
        case ("redirect", let text?):
            guard let port = UInt16(text), port > 0 else {
                throw UsageError(
                    "`\(text)` is no port to redirect to",
                    help: "write one like `redirect=8443`"
                )
            }
            listener.redirectsToPort = port
        case ("proxy", nil): listener.proxies = listener.proxies ?? []
        case ("proxy", let text?):
            listener.proxies = (listener.proxies ?? []) + [try network(text)]
        default:
            throw UsageError(
                "`\(word)` means nothing after an address",
                help: "there are `tls`, `redirect`, `redirect=PORT`, `proxy` and `proxy=NETWORK`"
            )
        }
    }

    /// One of a few words.
    mutating func one<Choice>(of choices: [String: Choice]) throws(UsageError) -> Choice {
        let names = choices.keys.sorted()
        let text = try value(names[0])
        guard let choice = choices[text] else {
            throw UsageError(
                "`\(text)` does not do for `\(flag)`",
                help: "it takes " + names.map { "`\($0)`" }.joined(separator: " or ")
            )
        }
        return choice
    }
}
