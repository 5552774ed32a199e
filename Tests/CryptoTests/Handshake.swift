import TestSupport
import Testing
import Vocabulary

@testable import Crypto

/// A client and a server that speak with each other without a wire.
struct Handshake {
    let client: TLSSession
    let server: TLSSession
    private(set) var clientOutcome = TLSSession.Outcome.wantsInput
    private(set) var serverOutcome = TLSSession.Outcome.wantsInput

    /// Shakes hands as far as it goes.
    ///
    /// - now: when the client believes it is.
    init(_ peer: TLSPeer, _ server: TLSServer, at now: Int? = nil) throws {
        client = try #require(now.map(peer.session(at:)) ?? peer.session())
        self.server = try #require(server.session())
        for _ in 0..<6 {
            clientOutcome = client.shakeHands()
            carry()
            serverOutcome = self.server.shakeHands()
            carry()
        }
        // What a server says after the handshake, tickets, is read like data.
        var none = ByteBuffer()
        if clientOutcome == .done(0) { _ = client.read(into: &none) }
    }

    var isDone: Bool { clientOutcome == .done(0) && serverOutcome == .done(0) }

    /// Carries what each has said to the other.
    func carry() {
        Self.carry(client, server)
        Self.carry(server, client)
    }

    private static func carry(_ from: TLSSession, _ to: TLSSession) {
        guard !from.output.isEmpty else { return }
        let bytes = Self.bytes(of: from.output)
        from.output.removeAll()
        unsafe to.input.append(bytes.span.bytes)
        to.noteInput()
    }

    /// Sends `bytes` one way and reads them at the other end.
    func pass(_ bytes: [UInt8], from: TLSSession, to: TLSSession) throws -> [UInt8] {
        var gone = 0
        var came = ByteBuffer()
        while gone < bytes.count {
            let rest = Array(bytes[gone...])
            gone += try unsafe from.write(rest.span.bytes)
            Self.carry(from, to)
            while case .done(let count) = to.read(into: &came), count > 0 {}
        }
        return Self.bytes(of: came)
    }

    static func bytes(of buffer: borrowing ByteBuffer) -> [UInt8] {
        var all: [UInt8] = []
        for index in 0..<buffer.count { all.append(buffer.bytes[index]) }
        return all
    }
}

extension TLSSettings {
    init(_ pairs: TestCertificates.Pair...) {
        self.init()
        certificates = pairs.map(CertificateFiles.init)
    }
}

extension CertificateFiles {
    init(_ pair: TestCertificates.Pair) {
        self.init(certificate: pair.certificate, key: pair.key)
    }
}

extension TLSClient {
    /// One that believes in `authority` alone.
    convenience init(
        trusting authority: TestCertificates.Pair,
        showing own: TestCertificates.Pair? = nil
    ) throws {
        var settings = TLSClientSettings()
        settings.authorities = authority.certificate
        settings.certificate = own.map(CertificateFiles.init)
        try self.init(settings)
    }
}
