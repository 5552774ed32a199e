import COpenSSL
import TestSupport
import Testing
import Vocabulary

@testable import Crypto

/// How servers are met: what is believed, and for how long.
struct TLSClientTests {
    private let files: TestCertificates
    private let pair: TestCertificates.Pair

    init() throws {
        files = try TestCertificates()
        pair = try files.make(["a.test", "b*.example.test"])
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `a certificate is looked at again after an hour`(version: TLSVersion) throws {
        let server = try TLSServer(TLSSettings(pair), ProcessSecret())
        let peer = try TLSClient(trusting: pair).peer(.host("a.test"))
        if version == .tls12 { peer.limitToTLS12() }
        let now = time(nil)
        for (later, isResumed) in [
            (0, false), (0, true), (3500, true), (3500, true), (3700, false), (-10, false),
            (0, true),
        ] {
            let handshake = try Handshake(peer, server, at: now + later)
            #expect(handshake.isDone && handshake.client.isResumed == isResumed, "\(later)")
        }
    }

    @Test func `a wildcard stands for a whole label or for nothing`() throws {
        let server = try TLSServer(TLSSettings(pair), ProcessSecret())
        let client = try TLSClient(trusting: pair)
        #expect(try !Handshake(client.peer(.host("bc.example.test")), server).isDone)
    }

    @Test func `an alert about a certificate is known for what it is`() throws {
        var settings = TLSSettings(pair)
        settings.clients = .required
        settings.clientAuthorities = pair.certificate
        let server = try TLSServer(settings, ProcessSecret())
        let stranger = try files.make(["c.test"])
        for own in [nil, stranger] {
            let client = try TLSClient(trusting: pair, showing: own)
            let handshake = try Handshake(client.peer(.host("a.test")), server)
            var room = ByteBuffer()
            guard case .failed(let fault) = handshake.client.read(into: &room) else {
                Issue.record("it was not refused")
                continue
            }
            #expect(fault.refusesCertificate)
        }
        #expect(!TLSFault.cut.refusesCertificate && !TLSFault.untrusted(10).refusesCertificate)
    }

    @Test func `a session knows its server, and a client is none`() throws {
        let client = try TLSClient(trusting: pair)
        let handshake = try Handshake(
            client.peer(.host("a.test")),
            TLSServer(TLSSettings(pair), ProcessSecret())
        )
        #expect(handshake.client.server?.client === client)
        #expect(handshake.server.server == nil)
    }
}
