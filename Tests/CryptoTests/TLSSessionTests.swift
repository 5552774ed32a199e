import TestSupport
import Testing
import Vocabulary

@testable import Crypto

struct TLSSessionTests {
    private let files: TestCertificates
    private let pair: TestCertificates.Pair
    private let secret = ProcessSecret()

    init() throws {
        files = try TestCertificates()
        pair = try files.make(["a.test", "127.0.0.1"])
    }

    private func handshake(
        _ name: PeerName = .host("a.test"),
        _ change: (inout TLSSettings) -> Void = { _ in }
    ) throws -> Handshake {
        var settings = TLSSettings(pair)
        change(&settings)
        let client = try TLSClient(trusting: pair)
        return try Handshake(client.peer(name), TLSServer(settings, secret))
    }

    @Test func `what is written at one end is read at the other`() throws {
        let handshake = try handshake()
        #expect(handshake.isDone && handshake.server.version == .tls13)
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }

        let down = try handshake.pass(bytes, from: handshake.server, to: handshake.client)
        let up = try handshake.pass(bytes, from: handshake.client, to: handshake.server)

        #expect(down == bytes && up == bytes)
    }

    @Test func `a server is known by its address too`() throws {
        let address = try #require(unsafe IPAddress(Array("127.0.0.1".utf8).span.bytes))
        #expect(try handshake(.address(address)).isDone)
        let other = try handshake(.address(IPAddress(v4: 0x7f00_0002)))
        guard case .failed(.untrusted) = other.clientOutcome else {
            Issue.record("\(other.clientOutcome)")
            return
        }
    }

    @Test func `a name the certificate does not have is not believed`() throws {
        let handshake = try handshake(.host("b.test"))
        guard case .failed(.untrusted) = handshake.clientOutcome else {
            Issue.record("\(handshake.clientOutcome)")
            return
        }
        guard case .failed(.broken) = handshake.serverOutcome else {
            Issue.record("\(handshake.serverOutcome)")
            return
        }
    }

    @Test func `an end that was said is an end`() throws {
        let handshake = try handshake()
        handshake.client.endSending()
        handshake.carry()
        var room = ByteBuffer()
        #expect(handshake.server.read(into: &room) == .ended)
        #expect(handshake.server.read(into: &room) == .ended)
        let answer = try handshake.pass([1, 2, 3], from: handshake.server, to: handshake.client)
        #expect(answer == [1, 2, 3])
    }

    @Test func `a record that was changed on its way ends the session`() throws {
        let handshake = try handshake()
        let text = Array("hello".utf8)
        _ = try unsafe handshake.client.write(text.span.bytes)
        let last = handshake.client.output.count - 1
        let changed = Handshake.bytes(of: handshake.client.output)[last] ^ 1
        handshake.client.output.replace(at: last, with: changed)
        handshake.carry()
        var room = ByteBuffer()
        guard case .failed(.broken) = handshake.server.read(into: &room) else {
            Issue.record("it was read")
            return
        }
        #expect(room.count == 0)
        #expect(throws: TLSFault.self) { try unsafe handshake.server.write(text.span.bytes) }
    }

    @Test func `one session's fault is not another's`() throws {
        let broken = try handshake(.host("b.test"))
        let whole = try handshake()
        var room = ByteBuffer()
        _ = broken.server.read(into: &room)
        #expect(whole.server.read(into: &room) == .wantsInput)
        #expect(whole.isDone)
    }

    @Test func `plain HTTP is told from garbage`() throws {
        let server = try TLSServer(TLSSettings(pair), secret)
        for (text, isHTTP) in [
            ("GET / HTTP/1.1\r\n\r\n", true), ("\u{1}\u{2}garbage and more", false),
        ] {
            let session = try #require(server.session())
            let bytes = Array(text.utf8)
            unsafe session.input.append(bytes.span.bytes)
            guard case .failed(let fault) = session.shakeHands() else {
                Issue.record("it goes on")
                continue
            }
            #expect((fault == .clearText) == isHTTP)
        }
    }

    @Test func `a second connection takes up the session of the first`() throws {
        for version in [TLSVersion.tls13, .tls12] {
            let client = try TLSClient(trusting: pair).peer(.host("a.test"))
            if version == .tls12 { client.limitToTLS12() }
            let one = try TLSServer(TLSSettings(pair), secret)
            let first = try Handshake(client, one)
            #expect(first.isDone && !first.server.isResumed && first.server.version == version)

            // Another process with the same secret, for all it knows.
            let second = try Handshake(client, TLSServer(TLSSettings(pair), secret))
            let third = try Handshake(client, TLSServer(TLSSettings(pair), secret))
            #expect(third.isDone && third.server.isResumed, "\(version)")
            let stranger = try Handshake(client, TLSServer(TLSSettings(pair), ProcessSecret()))

            #expect(second.isDone && second.server.isResumed && second.client.isResumed)
            #expect(stranger.isDone && !stranger.server.isResumed)
        }
    }

    @Test func `a least version is kept to`() throws {
        let client = try TLSClient(trusting: pair).peer(.host("a.test"))
        client.limitToTLS12()
        var settings = TLSSettings(pair)
        settings.versionMin = .tls13
        let handshake = try Handshake(client, TLSServer(settings, secret))
        guard case .failed = handshake.serverOutcome else {
            Issue.record("\(handshake.serverOutcome)")
            return
        }
    }

    @Test func `nobody negotiates anew`() throws {
        let peer = try TLSClient(trusting: pair).peer(.host("a.test"))
        peer.limitToTLS12()
        let handshake = try Handshake(peer, TLSServer(TLSSettings(pair), secret))
        handshake.client.renegotiate()
        handshake.carry()
        var room = ByteBuffer()
        #expect(handshake.server.read(into: &room) == .wantsInput)
        handshake.carry()
        guard case .failed(let fault) = handshake.client.read(into: &room) else {
            Issue.record("it was let")
            return
        }
        #expect(fault.text.contains("no renegotiation"))
    }

    @Test func `a peer that talks without saying anything is cut off`() throws {
        let handshake = try handshake()
        // Key updates: each is a record without data.
        for _ in 0..<4000 {
            handshake.client.updateKeys()
        }
        handshake.carry()
        var room = ByteBuffer()
        #expect(handshake.server.read(into: &room) == .failed(.excessive))
    }

    @Test func `a few key updates are nothing special`() throws {
        let handshake = try handshake()
        for _ in 0..<20 { handshake.client.updateKeys() }
        #expect(try handshake.pass([7], from: handshake.client, to: handshake.server) == [7])
        #expect(try handshake.pass([8], from: handshake.server, to: handshake.client) == [8])
    }
}
