import Crypto
import Glibc
import TestSupport
import Testing
import Vocabulary

@testable import Transport

struct HandshakeTests {
    private let stage: SecureStage

    init() throws { stage = try SecureStage() }

    /// What comes of shaking hands with a client that does `deed` and nothing else.
    private func fault(
        within patience: Patience = .seconds(5),
        _ deed: @escaping @Sendable (Peer) -> Void
    ) async throws -> TransportError? {
        try await onLoop { [stage] loop in
            let (ours, peer) = Peer.tcpPair()
            var connection = try Connection(ours, on: loop)
            connection.startTLS(try #require(stage.server.session()))
            deed(peer)
            do throws(TransportError) {
                try await connection.shakeHands(by: loop.now + patience)
                return nil
            } catch {
                return error
            }
        }
    }

    /// What a client of ours says first.
    private func hello() throws -> [UInt8] {
        let session = try #require(stage.client.session())
        _ = session.shakeHands()
        var copy = ByteBuffer()
        swap(&copy, &session.output)
        return copy.array
    }

    @Test func `plain HTTP is known for what it is`() async throws {
        let fault = try await fault { $0.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
        #expect(fault == .handshake(.clearText, .downstream))
    }

    @Test func `garbage fails`() async throws {
        let fault = try await fault { $0.send("\u{7f}no protocol at all") }
        guard case .handshake(.broken, .downstream) = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
    }

    @Test func `an alert in place of a greeting fails`() async throws {
        let fault = try await fault { $0.send([0x15, 3, 1, 0, 2, 2, 40]) }
        guard case .handshake(.broken, .downstream) = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
    }

    @Test func `silence is waited for as long as it was said`() async throws {
        #expect(try await fault(within: .milliseconds(40)) { _ in } == .timedOut(.downstream))
    }

    @Test func `half a greeting and silence is the same`() async throws {
        let hello = try hello()
        let fault = try await fault(within: .milliseconds(40)) { $0.send(hello.prefix(100)) }
        #expect(fault == .timedOut(.downstream))
    }

    @Test func `who goes in the middle is cut`() async throws {
        let hello = try hello()
        #expect(try await fault { $0.close() } == .cut(.downstream))
        #expect(
            try await fault {
                $0.send(hello.prefix(100))
                $0.close()
            } == .cut(.downstream)
        )
        #expect(
            try await fault {
                $0.send(hello)
                $0.reset()
            } == .cut(.downstream)
        )
    }

    @Test func `a client that does not believe us tells why`() async throws {
        let other = try SecureStage()
        try await onLoop { [stage] loop in
            let (ours, peer) = Peer.tcpPair()
            var connection = try Connection(ours, on: loop)
            connection.startTLS(try #require(stage.server.session()))
            let far = SecurePeer(peer, try #require(other.client.session()))
            let running = loop.start { await far.run(on: loop) }
            let fault = await #expect(throws: TransportError.self) {
                try await connection.shakeHands(by: loop.now + .seconds(5))
            }
            far.stop()
            try await running.value
            guard case .handshake(let why, .downstream) = fault else {
                Issue.record("\(String(describing: fault))")
                return
            }
            #expect(why.text.contains("unknown ca") || why.text.contains("bad certificate"))
        }
    }

    @Test func `an upstream that is not believed is known as such`() async throws {
        let other = try SecureStage()
        try await onLoop { [stage] loop in
            let (ours, peer) = Peer.tcpPair()
            var connection = try Connection(ours, on: loop, .upstream)
            connection.startTLS(try #require(other.client.session()))
            let far = SecurePeer(peer, try #require(stage.server.session()))
            let running = loop.start { await far.run(on: loop) }
            let fault = await #expect(throws: TransportError.self) {
                try await connection.shakeHands(by: loop.now + .seconds(5))
            }
            far.stop()
            try await running.value
            guard case .handshake(.untrusted, .upstream) = fault else {
                Issue.record("\(String(describing: fault))")
                return
            }
        }
    }
}
