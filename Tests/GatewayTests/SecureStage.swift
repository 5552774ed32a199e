import Crypto
import Gateway
import TestSupport
import Testing
import Transport
import Vocabulary

/// A gateway that speaks TLS, with its certificate and clients that believe it.
final class SecureStage {
    let stage: GatewayStage
    let files: TestCertificates
    let pair: TestCertificates.Pair
    var gateway: Gateway { stage.gateway }

    init(
        _ replies: [UpstreamReply] = [],
        _ change: (inout Settings, TestCertificates) throws -> Void = { _, _ in }
    ) throws {
        let files = try TestCertificates()
        let pair = try files.make(["a.test"])
        self.files = files
        self.pair = pair
        stage = try GatewayStage(replies) { settings in
            settings.listeners[0].speaksTLS = true
            settings.tls.certificates = [CertificateFiles(pair)]
            do { try change(&settings, files) } catch { Issue.record(error) }
        }
    }

    func client(
        showing own: TestCertificates.Pair? = nil,
        trusting authority: TestCertificates.Pair? = nil,
        after prelude: [UInt8] = []
    ) throws -> RawClient {
        try #require(
            RawClient(
                to: stage.endpoint,
                after: prelude,
                securedWith: try Self.peer(trusting: authority ?? pair, showing: own)
            )
        )
    }

    static func peer(
        trusting authority: TestCertificates.Pair,
        showing own: TestCertificates.Pair? = nil
    ) throws -> TLSPeer {
        var settings = TLSClientSettings()
        settings.authorities = authority.certificate
        settings.certificate = own.map(CertificateFiles.init)
        return try TLSClient(settings).peer(.host("a.test"))
    }
}

extension CertificateFiles {
    init(_ pair: TestCertificates.Pair) {
        self.init(certificate: pair.certificate, key: pair.key)
    }
}

extension TLSServer {
    /// One with this certificate.
    convenience init(
        showing pair: TestCertificates.Pair,
        _ change: (inout TLSSettings) -> Void = { _ in }
    ) throws {
        var settings = TLSSettings()
        settings.certificates = [CertificateFiles(pair)]
        change(&settings)
        try self.init(settings, ProcessSecret())
    }
}
