import TestSupport
import Testing
import Vocabulary

@testable import Crypto

struct ClientCertificateTests {
    private let files: TestCertificates
    private let server: TestCertificates.Pair
    private let authority: TestCertificates.Pair
    private let known: TestCertificates.Pair
    private let unknown: TestCertificates.Pair
    private let secret = ProcessSecret()

    init() throws {
        files = try TestCertificates()
        server = try files.make(["a.test"])
        authority = try files.make([], subject: "an authority")
        known = try files.make(["client.test"], signedBy: authority)
        unknown = try files.make(["client.test"])
    }

    private func handshake(
        _ clients: ClientCertificates,
        showing pair: TestCertificates.Pair?
    ) throws -> Handshake {
        var settings = TLSSettings(server)
        settings.clients = clients
        settings.clientAuthorities = authority.certificate
        let client = try TLSClient(trusting: server, showing: pair)
        return try Handshake(client.peer(.host("a.test")), TLSServer(settings, secret))
    }

    @Test(arguments: [ClientCertificates.optional, .required])
    func `one that leads to the authority is let in, and known`(
        _ clients: ClientCertificates
    ) throws {
        let handshake = try handshake(clients, showing: known)

        let shown = try #require(handshake.server.peerCertificate)
        #expect(handshake.isDone)
        #expect(shown.prefix(2) == [0x30, 0x82])
        let der = try #require(
            PEM.certificates(in: SmallFile.read(known.certificate), upTo: 1)?.first
        )
        #expect(unsafe shown == PEM.encoding(of: der.pointer))
    }

    @Test(arguments: [ClientCertificates.optional, .required])
    func `one that leads nowhere is refused`(_ clients: ClientCertificates) throws {
        let handshake = try handshake(clients, showing: unknown)
        guard case .failed(.untrusted) = handshake.serverOutcome else {
            Issue.record("\(handshake.serverOutcome)")
            return
        }
    }

    @Test func `none is refused where one is required, and only there`() throws {
        #expect(try handshake(.optional, showing: nil).isDone)
        #expect(try handshake(.optional, showing: nil).server.peerCertificate == nil)
        guard case .failed(.broken) = try handshake(.required, showing: nil).serverOutcome else {
            Issue.record("let in")
            return
        }
    }

    @Test func `nobody is asked where none is wanted`() throws {
        let handshake = try handshake(.ignored, showing: known)
        #expect(handshake.isDone && handshake.server.peerCertificate == nil)
    }

    @Test func `a session verified under other authorities is not taken up again`() throws {
        let client = try TLSClient(trusting: server, showing: known).peer(.host("a.test"))
        var settings = TLSSettings(server)
        settings.clients = .required
        settings.clientAuthorities = authority.certificate
        #expect(try Handshake(client, TLSServer(settings, secret)).isDone)
        #expect(try Handshake(client, TLSServer(settings, secret)).server.isResumed)

        settings.clientAuthorities = unknown.certificate
        let handshake = try Handshake(client, TLSServer(settings, secret))

        guard case .failed = handshake.serverOutcome else {
            Issue.record("\(handshake.serverOutcome)")
            return
        }
    }
}
