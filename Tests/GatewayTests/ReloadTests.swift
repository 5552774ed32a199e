import Crypto
import Gateway
import TestSupport
import Testing
import Transport
import Vocabulary

/// Certificates that change while the gateway serves.
struct ReloadTests {
    private func replace(_ old: TestCertificates.Pair, with new: TestCertificates.Pair) throws {
        try TextFile.write(TextFile.read(new.certificate), to: old.certificate)
        try TextFile.write(TextFile.read(new.key), to: old.key)
    }

    @Test func `new connections are shown the new certificate, open ones go on`() throws {
        let secure = try SecureStage()
        let open = try secure.client()
        open.send(Provocation.get())
        #expect(try open.answer().status == 200)
        let fresh = try secure.files.make(["a.test"])
        let kept = try TextFile.read(secure.pair.certificate)
        try replace(secure.pair, with: fresh)

        #expect(try secure.gateway.reload().isEmpty)

        let client = try secure.client(trusting: fresh)
        client.send(Provocation.get())
        #expect(try client.answer().status == 200)
        open.send(Provocation.get())
        #expect(try open.answer().status == 200)
        try TextFile.write(kept, to: secure.pair.certificate)
        #expect(
            RawClient(
                to: secure.stage.endpoint,
                securedWith: try SecureStage.peer(trusting: secure.pair)
            ) == nil
        )
    }

    @Test func `one mistake keeps all that was`() throws {
        var second: TestCertificates.Pair?
        let secure = try SecureStage { settings, files in
            let pair = try files.make(["b.test"])
            second = pair
            settings.tls.certificates.append(CertificateFiles(pair))
        }
        let old = try TextFile.read(secure.pair.certificate)
        try replace(secure.pair, with: secure.files.make(["a.test"]))
        try TextFile.write("garbage", to: #require(second).key)

        let failure = #expect(throws: LoadFailure.self) { try secure.gateway.reload() }

        #expect(failure?.message.contains("there is no key in it") == true)
        try TextFile.write(old, to: secure.pair.certificate)
        #expect(try secure.client().tls?.isShaken == true)
    }

    @Test func `sessions survive a reload, and end with their secret`() throws {
        var secretFile = ""
        let secure = try SecureStage { settings, files in
            secretFile = files.path("secret")
            try TextFile.write(String(repeating: "s", count: 32), to: secretFile)
            settings.secretFile = secretFile
        }
        let peer = try SecureStage.peer(trusting: secure.pair)
        let connect = { () throws -> Bool in
            let client = try #require(RawClient(to: secure.stage.endpoint, securedWith: peer))
            // The ticket comes with the answer.
            client.send(Provocation.get())
            #expect(try client.answer().status == 200)
            return client.tls?.isResumed == true
        }
        #expect(try !connect())
        #expect(try connect())
        _ = try secure.gateway.reload()
        #expect(try connect())
        try TextFile.write(String(repeating: "t", count: 32), to: secretFile)
        _ = try secure.gateway.reload()
        #expect(try !connect())
        try TextFile.write("short", to: secretFile)
        #expect(throws: LoadFailure.self) { try secure.gateway.reload() }
        #expect(try connect())
    }

    @Test func `what cannot be used keeps the gateway from starting`() throws {
        let failure = #expect(throws: StartFailure.self) {
            try GatewayStage {
                $0.listeners[0].speaksTLS = true
                $0.tls.certificates = [CertificateFiles(certificate: "/nowhere", key: "/nowhere")]
            }
        }
        #expect(failure?.message.hasPrefix("/nowhere: it cannot be read") == true)
    }
}
