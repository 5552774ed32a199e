import Crypto
import Gateway
import Glibc
import TestSupport
import Testing
import Transport
import Vocabulary

/// Servers that hands are not shaken with, and what becomes of requests.
struct UpstreamTrustTests {
    private func expectUntrusted(_ secure: SecureUpstream, _ why: String) throws {
        try secure.expectFailure(.upstreamUntrusted)
        let notices = secure.notices.withState { $0 }
        // Said once, however often it happens.
        #expect(notices.count == 1)
        let text = "\(try #require(notices.first))"
        #expect(text == "upstream \(secure.address) is not trusted: \(why)")
    }

    @Test func `a certificate of another authority is not trusted`() throws {
        let secure = try SecureUpstream { settings, files in
            settings.upstream.tls?.client.authorities = try files.make(["x"]).certificate
        }
        try expectUntrusted(secure, "self-signed certificate")
    }

    @Test func `one that nobody signed is not trusted by the system either`() throws {
        let secure = try SecureUpstream { settings, _ in
            settings.upstream.tls?.client.authorities = nil
        }
        try expectUntrusted(secure, "self-signed certificate")
    }

    @Test(arguments: ["127.0.0.2", "app.test"])
    func `a certificate for another server is not trusted`(name: String) throws {
        let secure = try SecureUpstream(showing: [name])
        try expectUntrusted(secure, "IP address mismatch")
    }

    @Test func `a name that was said has to be borne, and the address does not count`() throws {
        let secure = try SecureUpstream { settings, _ in
            settings.upstream.tls?.name = .host("app.test")
        }
        try expectUntrusted(secure, "hostname mismatch")
    }

    @Test func `a certificate that has expired is not trusted`() throws {
        var old: TestCertificates.Pair?
        let secure = try SecureUpstream { settings, _ in
            settings.upstream.tls?.client.authorities = old?.certificate
        } server: { settings, files in
            let pair = try files.makeExpired("127.0.0.1")
            old = pair
            settings.certificates = [CertificateFiles(pair)]
        }
        try expectUntrusted(secure, "certificate has expired")
    }

    @Test func `a server that speaks no TLS is unreachable, and it is said why`() throws {
        let stage = try GatewayStage([.says("HTTP/1.1 400 Bad Request\r\n\r\n", then: .finish)]) {
            $0.upstream.tls = UpstreamTLSSettings()
        }
        let answer = try stage.answer(to: Provocation.get())
        #expect(answer.status == 502)
        #expect(try Problem(answer).code == "upstream_unreachable")
        #expect(stage.gateway.upstream.counts.handshakeFailures.value == 1)
        #expect(stage.upstream.finish().requests.isEmpty)
    }

    @Test func `a server that is silent is waited for as long as for a connection`() throws {
        // The kernel takes the connection, and nobody greets.
        let silent = ListeningSocket()
        let stage = try GatewayStage {
            $0.upstream.servers[0].place = ServerPlace("\(silent.endpoint)") ?? .name("x", port: 1)
            $0.upstream.tls = UpstreamTLSSettings()
            $0.deadlines.connect = .milliseconds(80)
            $0.deadlines.firstByte = .milliseconds(20)
        }
        let answer = try stage.answer(to: Provocation.get())
        #expect(answer.status == 504)
        #expect(try Problem(answer).code == "upstream_connect_timeout")
        let counts = stage.gateway.upstream.counts
        #expect(counts.handshakeFailures.value == 1 && counts.connectFailures.value == 1)
    }

    @Test func `a server that wants a certificate we have not is unreachable`() throws {
        let secure = try SecureUpstream(server: { settings, files in
            settings.versionMin = .tls13
            settings.clients = .required
            settings.clientAuthorities = try files.make(["x"]).certificate
        })
        for _ in 0..<2 {
            #expect(try Problem(try secure.get()).code == "upstream_unreachable")
        }
        let notices = secure.notices.withState { $0 }
        #expect(notices.count == 1)
        let text = "\(try #require(notices.first))"
        #expect(text.contains("does not agree on TLS: tlsv13 alert certificate required"))
        // It might have been read, as far as the protocol goes; so nothing is sent again.
        #expect(secure.counts.retries.value == 0)
        #expect(secure.upstream.finish().requests.isEmpty)
    }

    // MARK: What is held against whom

    @Test func `another server is asked, for any method`() throws {
        let good = try SecureUpstream()
        let files = try TestCertificates()
        let forged = RecordingUpstream(
            securedBy: try TLSServer(showing: files.make(["127.0.0.1"]))
        )
        forged.begin()
        defer { forged.stop() }
        let place = try #require(ServerPlace("\(forged.endpoint)"))
        let told = Monitor<[Notice]>([])
        let stage = try GatewayStage {
            $0.upstream.servers = [
                ServerSettings(place),
                ServerSettings(ServerPlace("\(good.upstream.endpoint)") ?? place),
            ]
            $0.upstream.balance = .roundRobin
            $0.upstream.ejection.failuresMin = 3
            $0.upstream.tls = UpstreamTLSSettings()
            $0.upstream.tls?.client.authorities = good.pair.certificate
        } notice: { word in
            told.withState { $0.append(word) }
        }
        for number in 0..<12 {
            let request =
                "POST /\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
            #expect(try stage.answer(to: request).status == 200)
        }
        let counts = stage.gateway.upstream.counts
        #expect(counts.ejections.value == 1 && counts.handshakeFailures.value == 3)
        #expect(good.upstream.record.requests.count == 12)
        #expect(forged.record.requests.isEmpty)
        // Not trusted, and left alone: one word for each.
        #expect(told.withState { $0 }.count == 2)
    }

    @Test func `the breaker opens where no server is trusted`() throws {
        let secure = try SecureUpstream { settings, files in
            settings.upstream.tls?.client.authorities = try files.make(["x"]).certificate
            settings.upstream.breaker.failurePercentMin = 50
            settings.upstream.breaker.requestsMin = 3
        }
        for _ in 0..<3 { #expect(try Problem(try secure.get()).code == "upstream_untrusted") }
        #expect(try Problem(try secure.get()).code == "breaker_open")
        #expect(secure.counts.breakerOpenings.value == 1)
    }

    @Test func `health checks find out who is not trusted`() throws {
        let secure = try SecureUpstream { settings, files in
            settings.upstream.tls?.client.authorities = try files.make(["x"]).certificate
            var health = HealthSettings(path: "/healthz")
            health.interval = .milliseconds(20)
            settings.upstream.health = health
        }
        secure.waits(for: .serverUnwell(secure.address))
        let notices = secure.notices.withState { $0 }
        #expect(notices.count == 2)
        #expect(try Problem(try secure.get()).code == "upstream_down")
    }
}
