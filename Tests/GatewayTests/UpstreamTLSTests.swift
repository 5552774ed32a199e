import Crypto
import Gateway
import Glibc
import TestSupport
import Testing
import Transport
import Vocabulary

/// Requests that go on over TLS.
struct UpstreamTLSTests {
    private static func body(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    }

    @Test func `many requests take one connection and one handshake`() throws {
        let secure = try SecureUpstream()
        let client = try secure.stage.client()
        for number in 0..<5 {
            client.send(Provocation.get("/\(number)"))
            #expect(try client.answer().text == "GET /\(number)")
            secure.settle()
        }
        for number in 0..<3 {
            #expect(try secure.get("/\(number)").status == 200)
            secure.settle()
        }
        #expect(secure.counts.connects.value == 1 && secure.counts.handshakes.value == 1)
        #expect(secure.upstream.finish().connections.count == 1)
        #expect(secure.notices.withState { $0 }.isEmpty)
    }

    @Test func `what the upstream is told is about the client's side`() throws {
        let secure = try SecureUpstream()
        #expect(try secure.get().status == 200)
        let fields = try #require(secure.upstream.finish().requests.last).fields
        #expect(fields.values("X-Forwarded-Proto") == ["http"])
        #expect(fields.values("Host") == ["a"])
    }

    @Test(arguments: [UpstreamReply.Ending.keep, .finish])
    func `five mebibytes go up and come down, byte for byte`(ending: UpstreamReply.Ending) throws {
        let body = Self.body(5 << 20)
        let head =
            ending == .keep
            ? "HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n" : "HTTP/1.1 200 OK\r\n\r\n"
        let secure = try SecureUpstream([
            UpstreamReply(late: [.bytes(Array(head.utf8)), .bytes(body)], ending: ending)
        ])
        let client = try secure.stage.client()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
        client.send(body)

        let answer = try client.answer(to: "POST", within: .seconds(60))

        let isSame = answer.body == body
        #expect(isSame)
        let came = try #require(secure.upstream.finish().requests.first)
        let isWhole = came.body == body
        #expect(isWhole)
    }

    @Test func `a body in chunks goes up, byte for byte`() throws {
        let body = Self.body(300_000)
        let secure = try SecureUpstream()
        let client = try secure.stage.client()
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for start in stride(from: 0, to: body.count, by: 30_000) {
            client.send("7530\r\n")
            client.send(Array(body[start..<start + 30_000]))
            client.send("\r\n")
        }
        client.send("0\r\n\r\n")
        #expect(try client.answer(to: "PUT").status == 200)
        let isSame = secure.upstream.finish().requests.first?.body == body
        #expect(isSame)
    }

    @Test func `a socket is tunnelled, until its server cuts it or both end`() throws {
        for isCut in [false, true] {
            let hello = "HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
            let secure = try SecureUpstream(
                [UpstreamReply(late: [.bytes(Array(hello.utf8))], ending: isCut ? .cut : .keep)]
            ) { settings, _ in
                settings.rule { $0.allowsUpgrade = true }
            }
            let client = try secure.stage.client()
            client.send(
                "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            #expect(try client.handshake().status == 101)
            if !isCut {
                for _ in 0..<3 {
                    let frame = Self.body(50_000)
                    client.send(frame)
                    let echo = client.tunnelled(atLeast: frame.count, within: .seconds(5))
                    #expect(echo == frame)
                }
                client.socket.finishSending()
            }
            #expect(client.waitForEnd(within: .seconds(5)) == (isCut ? .reset : .closed))
            #expect(try secure.stage.log.record().reason == (isCut ? "upstream_cut" : ""))
        }
    }

    // MARK: Ends

    @Test func `an answer that lasts until the end is cut where TLS did not say so`() throws {
        for ending in [UpstreamReply.Ending.finish, .cut] {
            let secure = try SecureUpstream([
                UpstreamReply(
                    late: [
                        .bytes(Array("HTTP/1.1 200 OK\r\n\r\nall there is".utf8)), .untilAnswered,
                    ],
                    ending: ending
                )
            ])
            let client = try secure.stage.client()
            client.onReceipt = { [upstream = secure.upstream] in upstream.noteReceipt() }
            client.send(Provocation.get())
            let next = client.nextAnswer(to: "GET", within: .seconds(5))
            let record = try secure.stage.log.record()
            #expect(record.status == 200)
            if ending == .finish {
                guard case .answer(let answer) = next else {
                    Issue.record("\(next.summary)")
                    continue
                }
                #expect(answer.text == "all there is" && record.reason == "")
            } else {
                guard case .reset = next else {
                    Issue.record("\(next.summary)")
                    continue
                }
                #expect(record.reason == "upstream_cut")
            }
        }
    }

    @Test func `an end before the answer is a cut, however it is said`() throws {
        for ending in [UpstreamReply.Ending.finish, .cut, .breakOff] {
            let secure = try SecureUpstream([.says("HTTP/1.1 20", then: ending)])
            #expect(try Problem(try secure.get()).code == "upstream_cut")
        }
    }

    @Test(arguments: [UpstreamReply.Ending.finish, .cut, .breakOff])
    func `a kept connection that dies as it is used is followed by a fresh one`(
        ending: UpstreamReply.Ending
    ) throws {
        let secure = try SecureUpstream([.ok, .says("", then: ending), .ok])
        #expect(try secure.get("/first").status == 200)
        secure.settle()
        #expect(try secure.get("/again").status == 200)
        #expect(secure.upstream.finish().requests.map(\.target) == ["/first", "/again", "/again"])
        #expect(secure.counts.retries.value == 1)
        #expect(try secure.stage.log.records(2).last?.attempts == 2)
    }

    @Test func `a session is taken up again by the next connection, of whichever worker`() throws {
        let close = UpstreamReply.says(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        let secure = try SecureUpstream([UpstreamReply](repeating: close, count: 8)) {
            settings,
            _ in
            settings.workers = 3
        }
        for _ in 0..<8 {
            #expect(try secure.get().status == 200)
            secure.settle()
        }
        let resumed = secure.upstream.finish().connections.map(\.isResumed)
        #expect(resumed == [false] + [Bool](repeating: true, count: 7))
        #expect(secure.counts.handshakes.value == 8 && secure.counts.resumptions.value == 7)
    }

    // MARK: Terms

    @Test func `a server is shown the certificate it asks for`() throws {
        var own: TestCertificates.Pair?
        let secure = try SecureUpstream { settings, _ in
            settings.upstream.tls?.client.certificate = own.map(CertificateFiles.init)
        } server: { settings, files in
            let pair = try files.make(["gate.test"])
            own = pair
            settings.clients = .required
            settings.clientAuthorities = pair.certificate
        }
        #expect(try secure.get().status == 200)
        let connection = try #require(secure.upstream.finish().connections.first)
        #expect(connection.clientCertificate?.isEmpty == false)
    }

    @Test func `the name a certificate has to bear can be said`() throws {
        let secure = try SecureUpstream(showing: ["app.test"]) { settings, _ in
            settings.upstream.tls?.name = PeerName("app.test")
        }
        #expect(try secure.get().status == 200)
    }

    @Test func `health checks are asked over TLS`() throws {
        let secure = try SecureUpstream { settings, _ in
            var health = HealthSettings(path: "/healthz")
            health.interval = .milliseconds(20)
            settings.upstream.health = health
        }
        GatewayStage.wait("nothing was checked") { secure.counts.healthChecks.value > 3 }
        let record = secure.upstream.finish()
        #expect(record.requests.allSatisfy { $0.target == "/healthz" })
        #expect(secure.counts.resumptions.value > 0)
        #expect(secure.counts.healthChanges.value == 0)
    }

    // MARK: Reloading

    @Test func `a reload has new connections meet new authorities, and idle ones close`() throws {
        var authorities = ""
        let secure = try SecureUpstream { settings, files in
            let first = try #require(settings.upstream.tls?.client.authorities)
            authorities = files.path("authorities.pem")
            try TextFile.write(TextFile.read(first), to: authorities)
            settings.upstream.tls?.client.authorities = authorities
        }
        let good = try TextFile.read(authorities)
        #expect(try secure.get().status == 200)
        secure.settle()

        // A broken file changes nothing, the idle connection included.
        try TextFile.write("garbage", to: authorities)
        #expect(throws: LoadFailure.self) { try secure.stage.gateway.reload() }
        #expect(try secure.get().status == 200)
        secure.settle()
        #expect(secure.counts.connects.value == 1)

        let other = try secure.files.make(["127.0.0.1"])
        try TextFile.write(TextFile.read(other.certificate), to: authorities)
        _ = try secure.stage.gateway.reload()
        #expect(try Problem(try secure.get()).code == "upstream_untrusted")
        #expect(secure.counts.connects.value == 2)

        try TextFile.write(good, to: authorities)
        _ = try secure.stage.gateway.reload()
        #expect(try secure.get().status == 200)
        secure.waits(for: .handshakeDone(secure.address))
        // Nothing is remembered from before: under other terms it might not have been agreed to.
        #expect(secure.counts.resumptions.value == 0)
    }

    @Test func `idle connections close at a reload without a request`() throws {
        let secure = try SecureUpstream { settings, _ in
            settings.deadlines.upstreamKeepAlive = .seconds(600)
        }
        #expect(try secure.get().status == 200)
        secure.settle()
        _ = try secure.stage.gateway.reload()
        GatewayStage.wait("it stays open") {
            secure.upstream.record.connections.allSatisfy(\.hasEnded)
        }
    }

    @Test func `what cannot be used keeps the gateway from starting`() throws {
        let failure = #expect(throws: StartFailure.self) {
            try GatewayStage {
                $0.upstream.tls = UpstreamTLSSettings()
                $0.upstream.tls?.client.authorities = "/nowhere"
            }
        }
        #expect(failure?.message.hasPrefix("/nowhere: it cannot be read") == true)
    }
}
