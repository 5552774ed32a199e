import Gateway
import TestSupport
import Testing
import Transport
import Vocabulary

/// What a client sees of each deadline.
struct DeadlineTests {
    private static let short = Patience.milliseconds(80)

    @Test func `a head that drips is answered 408, and the connection ends`() throws {
        let stage = try GatewayStage { $0.deadlines.head = Self.short }
        let client = try stage.client()
        client.send("GET / HTTP/1.1\r\n")
        let start = ContinuousClock.now
        #expect(try client.answer().status == 408)
        #expect(ContinuousClock.now - start >= .milliseconds(60))
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
    }

    @Test func `a silent connection is closed without a word, before and between requests`() throws
    {
        let stage = try GatewayStage { $0.deadlines.idle = Self.short }
        let fresh = try stage.client()
        let used = try stage.client()
        used.send(Provocation.get())
        _ = try used.answer()
        for client in [fresh, used] {
            #expect(client.waitForEnd(within: .seconds(5)) == .closed)
            #expect(client.unread.isEmpty)
        }
    }

    @Test func `a client in no hurry is not silent`() throws {
        let stage = try GatewayStage { $0.deadlines.idle = .milliseconds(300) }
        let client = try stage.client()
        let deadline = ContinuousClock.now + .milliseconds(700)
        while ContinuousClock.now < deadline {
            client.send(Provocation.get())
            #expect(try client.answer().status == 200)
            #expect(client.nextAnswer(to: "GET", within: .milliseconds(40)) == .nothing([]))
        }
    }

    @Test func `a body below the least rate is answered 408`() throws {
        let stage = try GatewayStage {
            $0.deadlines.uploadWindow = Self.short
            $0.deadlines.bytesPerSecondMin = 1_000
        }
        let client = try stage.client()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        client.send("a")
        #expect(try client.answer(to: "POST").status == 408)
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
    }

    @Test func `a body above the least rate takes the time it takes`() throws {
        let stage = try GatewayStage {
            $0.deadlines.uploadWindow = Self.short
            $0.deadlines.bytesPerSecondMin = 50
        }
        let client = try stage.client()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n")
        for _ in 0..<19 {
            client.send("ab")
            #expect(client.nextAnswer(to: "POST", within: .milliseconds(15)) == .nothing([]))
        }
        client.send("ab")
        #expect(try client.answer(to: "POST").status == 200)
    }

    @Test func `a client that takes its answer too slowly is reset`() throws {
        let stage = try GatewayStage([
            .says("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n" + Self.megabytes)
        ]) {
            $0.deadlines.downloadWindow = Self.short
        }
        let client = try stage.client()
        client.send(Provocation.get("/big"))

        let record = try stage.log.record()

        #expect(record.status == 200 && record.reason == "request_timeout")
        // What the kernels hold comes first; then the reset shows.
        #expect(client.waitForEnd(within: .seconds(5)) == .reset)
    }

    private static let megabytes = String(repeating: "0123456789abcdef", count: 1 << 19)

    @Test func `an upstream that takes no connection is 504`() throws {
        let stage = try GatewayStage([], .deaf) { $0.deadlines.connect = Self.short }
        let start = ContinuousClock.now
        let answer = try stage.answer(to: Provocation.get())
        #expect(answer.status == 504)
        #expect(try Problem(answer).code == "upstream_connect_timeout")
        #expect(ContinuousClock.now - start >= .milliseconds(60))
    }

    @Test func `an upstream that does not begin is 504, and its client goes on`() throws {
        let stage = try GatewayStage([.says("")]) { $0.deadlines.firstByte = Self.short }
        let client = try stage.client()
        client.send(Provocation.get())
        let answer = try client.answer()
        #expect(answer.status == 504)
        #expect(try Problem(answer).code == "upstream_timeout")
        client.send(Provocation.get())
        #expect(try client.answer().status == 200)
    }

    @Test func `an upstream that stops within its answer is a reset`() throws {
        let stage = try GatewayStage([
            .says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
        ]) { $0.deadlines.upstreamIdle = Self.short }
        let client = try stage.client()
        client.send(Provocation.get())
        #expect(client.waitForEnd(within: .seconds(5)) == .reset)
        let record = try stage.log.record()
        #expect(record.status == 200 && record.reason == "upstream_timeout")
    }

    @Test func `an exchange beyond its total is a reset once it has begun`() throws {
        // Something always comes before the upstream has been silent too long.
        let pieces = (0..<200).flatMap { _ in
            [CaseText.Piece.bytes(Array("x".utf8)), .untilAnswered]
        }
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".utf8)
        let stage = try GatewayStage([UpstreamReply(late: [.bytes(head), .untilAnswered] + pieces)])
        {
            $0.deadlines.total = .milliseconds(250)
        }
        let client = try stage.client()
        client.onReceipt = { [upstream = stage.upstream] in upstream.noteReceipt() }
        client.send(Provocation.get())
        #expect(client.waitForEnd(within: .seconds(5)) == .reset)
        let record = try stage.log.record()
        #expect(record.status == 200 && record.reason == "upstream_timeout")
        #expect((record.milliseconds ?? 0) >= 240)
    }

    @Test func `a tunnel in which nobody speaks ends`() throws {
        let stage = try GatewayStage([
            .says("HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
        ]) {
            $0.rule { $0.allowsUpgrade = true }
            $0.deadlines.tunnelIdle = Self.short
        }
        let client = try stage.client()
        client.send(
            Provocation.get(
                "/ws",
                "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            )
        )
        #expect(try client.handshake().status == 101)
        #expect(client.waitForEnd(within: .seconds(5)) != .nothing)
        let record = try stage.log.record()
        #expect(record.status == 101 && record.reason == "request_timeout")
    }

    @Test func `an unused upstream connection is not kept longer than was said`() throws {
        let stage = try GatewayStage { $0.deadlines.upstreamKeepAlive = Self.short }
        let client = try stage.client()
        client.send(Provocation.get())
        _ = try client.answer()
        // The sweep comes once a second.
        GatewayStage.wait("it was kept") {
            stage.upstream.record.connections.allSatisfy { $0.hasEnded }
        }
        client.send(Provocation.get())
        #expect(try client.answer().status == 200)
        #expect(stage.upstream.record.connections.count == 2)
    }

    @Test func `requests in a row share one upstream connection`() throws {
        let stage = try GatewayStage()
        let client = try stage.client()
        for _ in 0..<10 {
            client.send(Provocation.get())
            _ = try client.answer()
        }
        #expect(stage.upstream.record.connections.count == 1)
    }
}
