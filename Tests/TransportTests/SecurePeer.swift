import Crypto
import Glibc
import TestSupport
import Testing
import Vocabulary

@testable import Transport

/// The far end of a connection over TLS, driven by the test without ever blocking.
// SAFETY: a test touches it on the thread of its loop alone.
final class SecurePeer: @unchecked Sendable {
    let peer: Peer
    let session: TLSSession
    /// What was said to it.
    private(set) var heard: [UInt8] = []
    /// The records it was said in, as they came: their lengths.
    private(set) var records: [Int] = []
    private(set) var outcome = TLSSession.Outcome.wantsInput
    private(set) var isClosed = false
    private var raw: [UInt8] = []
    private var isStopped = false

    init(_ peer: Peer, _ session: TLSSession) {
        self.peer = peer
        self.session = session
    }

    var hasEnded: Bool { outcome == .ended }

    /// Does all that can be done without waiting.
    func step() {
        take()
        outcome = session.shakeHands()
        if session.isShaken {
            var room = ByteBuffer()
            repeat { outcome = session.read(into: &room) } while outcome.hasBytes
            heard += room.array
        }
        give()
    }

    func say(_ bytes: [UInt8]) throws {
        var gone = 0
        while gone < bytes.count {
            let rest = Array(bytes[gone...])
            unsafe gone += try session.write(rest.span.bytes)
            give()
        }
    }

    func say(_ text: String) throws { try say(Array(text.utf8)) }

    /// Says the end as TLS has it said.
    func sayEnd() {
        session.endSending()
        give()
    }

    /// Steps until told to stop, while others wait for it.
    func run(on loop: EventLoop) async {
        while !isStopped {
            step()
            await loop.round()
        }
    }

    func stop() { isStopped = true }

    private func take() {
        while true {
            switch peer.receive() {
            case .bytes(let bytes):
                note(bytes)
                unsafe session.input.append(bytes.span.bytes)
                session.noteInput()
            case .end, .reset:
                isClosed = true
                return
            case .nothing: return
            }
        }
    }

    private func note(_ bytes: [UInt8]) {
        raw += bytes
        while raw.count >= 5 {
            let length = Int(raw[3]) << 8 | Int(raw[4])
            guard raw.count >= 5 + length else { return }
            records.append(length)
            raw.removeFirst(5 + length)
        }
    }

    private func give() {
        let bytes = Self.bytes(of: session.output)
        let count = bytes.isEmpty ? 0 : peer.send(bytes)
        if count > 0 { session.output.removeFirst(count) }
    }

    private static func bytes(of buffer: borrowing ByteBuffer) -> [UInt8] { buffer.array }
}

extension TLSSession.Outcome {
    fileprivate var hasBytes: Bool {
        if case .done(let count) = self { return count > 0 }
        return false
    }
}

/// A server's certificate, and clients that believe it.
struct SecureStage: Sendable {
    let files: TestCertificates
    let pair: TestCertificates.Pair
    let server: TLSServer
    let client: TLSPeer

    init() throws {
        files = try TestCertificates()
        pair = try files.make(["a.test"])
        var settings = TLSSettings()
        settings.certificates = [.init(certificate: pair.certificate, key: pair.key)]
        server = try TLSServer(settings, ProcessSecret())
        var trusting = TLSClientSettings()
        trusting.authorities = pair.certificate
        client = try TLSClient(trusting).peer(.host("a.test"))
    }

    /// A connection that has shaken hands as the server, and its client.
    func pair(
        on loop: EventLoop,
        bufferBytes: Int32? = nil
    ) async throws -> SecurePair {
        let (ours, peer) = Peer.tcpPair(bufferBytes: bufferBytes)
        var connection = try Connection(ours, on: loop)
        connection.startTLS(try #require(server.session()))
        let far = SecurePeer(peer, try #require(client.session()))
        let running = loop.start { await far.run(on: loop) }
        try await connection.shakeHands(by: loop.now + .seconds(5))
        far.stop()
        try await running.value
        // What was said last, tickets; a close with bytes unread would be a reset.
        far.step()
        return SecurePair(connection: connection, peer: far)
    }
}

/// The two ends of a connection that have shaken hands.
struct SecurePair: ~Copyable {
    var connection: Connection
    let peer: SecurePeer

    /// Our end alone.
    consuming func release() -> Connection { connection }
}
