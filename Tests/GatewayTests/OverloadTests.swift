import Gateway
import TestSupport
import Testing
import Transport
import Vocabulary

/// What a gateway that has all it can bear does with the rest.
struct OverloadTests {
    /// The paths that `rules` give a class of their own.
    private static let rules: [(RequestClass, String)] = [
        (.health, "/healthz"), (.auth, "/sign-in"), (.batch, "/export/**"),
    ]

    private static func request(_ rank: RequestClass) -> String {
        switch rank {
        case .batch: Provocation.get("/export/all")
        case .write: "POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
        case .read: Provocation.get("/page")
        case .auth: Provocation.get("/sign-in")
        case .health: Provocation.get("/healthz")
        }
    }

    /// A gateway that bears four requests, and an upstream that never answers the first `held`.
    private static func stage(holding held: Int) throws -> GatewayStage {
        try GatewayStage([UpstreamReply](repeating: .says(""), count: held)) {
            $0.guards.inFlight = 4
            $0.rule { $0.classes = rules }
        }
    }

    /// Has one request under way that does not end by itself.
    private static func hold(_ stage: GatewayStage, _ request: String) throws -> RawClient {
        let count = stage.upstream.record.requests.count
        let client = try stage.client()
        client.send(request)
        GatewayStage.wait("it did not come") { stage.upstream.record.requests.count > count }
        return client
    }

    private static func leave(_ client: RawClient) { client.socket.breakOffWhenClosed() }

    private static func admitted(_ stage: GatewayStage) throws -> [RequestClass] {
        let guards = stage.gateway.guards
        let before = guards.requestCount
        return try RequestClass.allCases.filter { rank in
            let answer = try stage.answer(to: request(rank))
            // An answer arrives a moment before its request is over.
            GatewayStage.wait("it is still under way") { guards.requestCount == before }
            #expect(answer.status == 200 || answer.status == 503)
            return answer.status == 200
        }
    }

    @Test(arguments: [
        (0, RequestClass.allCases), (2, RequestClass.allCases), (3, [.read, .auth, .health]),
        (4, [.health]),
    ])
    func `the more is under way, the fewer classes are let in`(
        held: Int,
        expected: [RequestClass]
    ) throws {
        let stage = try Self.stage(holding: held)
        let holding = try (0..<held).map { _ in
            try Self.hold(stage, Provocation.get("/slow"))
        }

        #expect(try Self.admitted(stage) == expected)

        let counts = stage.gateway.guards.counts
        for rank in RequestClass.allCases {
            #expect(counts.shed(rank) == (expected.contains(rank) ? 0 : 1))
        }
        #expect(stage.gateway.guards.requestCount == held)
        holding.forEach(Self.leave)
    }

    @Test func `even health has an end, and all is as before once the slow ones have left`() throws
    {
        let stage = try Self.stage(holding: 5)
        var holding = try (0..<4).map { _ in try Self.hold(stage, Provocation.get("/slow")) }
        holding.append(try Self.hold(stage, Provocation.get("/healthz")))
        #expect(try Self.admitted(stage) == [])

        holding.forEach(Self.leave)
        holding = []

        GatewayStage.wait("some are under way") { stage.gateway.guards.requestCount == 0 }
        #expect(try Self.admitted(stage) == RequestClass.allCases)
    }

    // MARK: The refusal

    @Test func `whoever is refused is told when to come back, not all the same`() throws {
        let stage = try GatewayStage { $0.guards.inFlight = 0 }
        let client = try stage.client()
        let seconds = try (0..<40).map { _ in
            client.send(Provocation.get())
            let answer = try client.answer()
            #expect(answer.status == 503)
            #expect(try Problem(answer).code == "overloaded")
            return try #require(Int(answer.value("Retry-After") ?? ""))
        }
        #expect(seconds.allSatisfy { Bounds.retrySecondsMin...Bounds.retrySecondsMax ~= $0 })
        #expect(Set(seconds).count > 2)
    }

    @Test func `a refused request is written down like any other`() throws {
        let stage = try GatewayStage { $0.guards.inFlight = 0 }
        _ = try stage.answer(to: Provocation.get("/a"))
        let record = try stage.log.record()
        #expect(record.status == 503 && record.reason == "overloaded")
    }

    @Test func `a refused body that is here already does not cost the connection`() throws {
        let stage = try GatewayStage { $0.guards.inFlight = 0 }
        let client = try stage.client()
        for _ in 0..<3 {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /")
            let answer = try client.answer(to: "POST")
            #expect(answer.status == 503 && !answer.saysClose)
        }
        #expect(stage.gateway.guards.counts.shed(.write) == 3)
    }

    @Test(arguments: [
        "Content-Length: 6\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n",
    ])
    func `a refused body that may still come ends the connection`(rest: String) throws {
        let stage = try GatewayStage { $0.guards.inFlight = 0 }
        let client = try stage.client()
        client.send("POST / HTTP/1.1\r\nHost: a\r\n" + rest)
        let answer = try client.answer(to: "POST")
        #expect(answer.status == 503 && answer.saysClose)
        #expect(client.waitForEnd(within: .seconds(5)) != .nothing)
    }

    // MARK: What is under way

    @Test(arguments: Provocation.all)
    func `whatever becomes of a request, it is under way no longer`(
        _ provocation: Provocation
    ) throws {
        let play = try Play(provocation)
        _ = try play.answer()
        GatewayStage.wait("it still is") { play.stage.gateway.guards.requestCount == 0 }
    }

    @Test func `an open tunnel is not under way`() throws {
        let stage = try GatewayStage([
            .says("HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
        ]) {
            $0.rule { $0.allowsUpgrade = true }
            $0.guards.inFlight = 1
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

        GatewayStage.wait("it counts") { stage.gateway.guards.requestCount == 0 }
        #expect(try stage.answer(to: Provocation.get()).status == 200)
    }

    @Test func `more connections than there are descriptors for are refused at the start`() throws {
        let failure = #expect(throws: StartFailure.self) {
            _ = try GatewayStage { $0.guards.connections = 1 << 24 }
        }
        #expect(failure?.message.contains("16777216 connections are more than") == true)
    }

    @Test func `an operator hears that requests are being refused`() throws {
        let heard = Monitor<[Notice]>([])
        var settings = Settings(
            listeners: [ListenerSettings(try #require(SocketAddress("127.0.0.1:0")))],
            policy: PlainPolicy().policy,
            upstreams: [UpstreamSettings(.unix(path: "/nonexistent"))]
        )
        settings.accessLog = nil
        settings.guards.inFlight = 0
        let gateway = try Gateway(settings) { notice in
            heard.withState { $0.append(notice) }
        }
        defer { gateway.stop() }
        let endpoint = try #require(Endpoint(gateway.addresses[0].text))
        let client = try #require(RawClient(to: endpoint))
        client.send(Provocation.get())
        #expect(try client.answer().status == 503)

        heard.wait(atMost: .seconds(5)) { !$0.isEmpty }

        guard case .sheddingBegan? = heard.withState({ $0.first }) else {
            Issue.record("nothing was said")
            return
        }
    }
}
