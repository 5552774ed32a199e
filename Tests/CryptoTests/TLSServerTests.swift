import TestSupport
import Testing
import Vocabulary

@testable import Crypto

struct TLSServerTests {
    private let files: TestCertificates
    private let secret = ProcessSecret()

    init() throws { files = try TestCertificates() }

    /// Which of `pairs` a client that asks for `name` is shown.
    private func shown(
        for name: String,
        of pairs: [TestCertificates.Pair],
        by server: TLSServer
    ) throws -> Int? {
        // Each is its own authority, so exactly one of them makes the client believe.
        for (number, pair) in pairs.enumerated() {
            let client = try TLSClient(trusting: pair)
            let session = try Handshake(client.peer(.host(name)), server)
            // The name may be wrong; the root is what is asked here.
            if session.client.rootIsTrusted { return number }
        }
        return nil
    }

    @Test func `the certificate is chosen by the name that is asked for`() throws {
        let pairs = try [
            files.make(["a.test"]), files.make(["b.test", "*.b.test"]), files.make(["x.b.test"]),
        ]
        let server = try TLSServer(
            {
                var settings = TLSSettings()
                settings.certificates = pairs.map(CertificateFiles.init)
                return settings
            }(),
            secret
        )

        for (name, number) in [
            ("a.test", 0), ("b.test", 1), ("B.TEST", 1), ("y.b.test", 1), ("x.b.test", 2),
            ("z.y.b.test", 0), ("unknown.test", 0),
        ] {
            #expect(try shown(for: name, of: pairs, by: server) == number, "\(name)")
        }
    }

    @Test func `certificates of two kinds stand side by side for one name`() throws {
        let (rsa, ecdsa) = (try files.make(["a.test"], .rsa), try files.make(["a.test"]))
        let server = try TLSServer(TLSSettings(rsa, ecdsa), secret)
        for pair in [rsa, ecdsa] {
            let client = try TLSClient(trusting: pair)
            client.offer(signatures: pair.key == rsa.key ? "RSA-PSS+SHA256" : "ECDSA+SHA256")
            #expect(try Handshake(client.peer(.host("a.test")), server).isDone)
        }
    }

    @Test func `a client that offers other protocols alone is told so`() throws {
        let pair = try files.make(["a.test"])
        let server = try TLSServer(TLSSettings(pair), secret)
        let client = try TLSClient(trusting: pair)
        client.offer(protocols: ["h2"])
        let handshake = try Handshake(client.peer(.host("a.test")), server)
        guard case .failed(let fault) = handshake.clientOutcome else {
            Issue.record("\(handshake.clientOutcome)")
            return
        }
        #expect(fault.text.contains("no application protocol"))
        client.offer(protocols: ["h2", "http/1.1"])
        #expect(try Handshake(client.peer(.host("a.test")), server).isDone)
    }

    @Test func `a certificate without names stands for its common name`() throws {
        let pair = try files.make([], subject: "Common.Test")
        let names = try Identity(CertificateFiles(pair), at: 1_000_000_000).names
        #expect(names == ["common.test"])
        let both = try files.make(["a.test"], subject: "other.test")
        #expect(try Identity(CertificateFiles(both), at: 1_000_000_000).names == ["a.test"])
    }
}
