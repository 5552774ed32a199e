import Gateway
import TestSupport
import Testing
import Transport
import Vocabulary

/// Clients that hold on to connections without using them: each way ends, and leaves nothing behind.
struct SlowClientTests {
    private static func waitForNobody(_ stage: GatewayStage) {
        let guards = stage.gateway.guards
        GatewayStage.wait("a connection is left") { stage.gateway.connectionCount == 0 }
        GatewayStage.wait("an address is left") { guards.addressCount == 0 }
        #expect(guards.requestCount == 0)
    }

    @Test func `heads that never end are few from one address, and end with their deadline`() throws
    {
        let stage = try GatewayStage {
            $0.deadlines.head = .milliseconds(1000)
            $0.guards.connectionsPerAddress = 20
        }
        let clients = try (0..<60).map { _ in
            let client = try stage.client()
            client.send("GET / HTTP/1.1\r\nX-a: ")
            return client
        }
        GatewayStage.wait("not all were judged") {
            stage.gateway.guards.counts.refusedPerAddress == 40
        }
        let other = try stage.client(from: "127.0.0.9")
        other.send(Provocation.get())
        #expect(try other.answer().status == 200)

        for client in clients { #expect(client.waitForEnd(within: .seconds(5)) != .nothing) }
        // Those that were let in are told why they have to go.
        #expect(clients.count { !$0.unread.isEmpty } == 20)
        other.socket.finish()
        Self.waitForNobody(stage)
    }

    @Test func `a head that comes byte by byte has no more time than any other`() throws {
        let stage = try GatewayStage { $0.deadlines.head = .milliseconds(150) }
        let client = try stage.client()
        let start = ContinuousClock.now
        while client.nextAnswer(to: "GET", within: .milliseconds(10)) == .nothing([]) {
            client.send("G")
            guard ContinuousClock.now - start < .seconds(5) else { break }
        }
        #expect(ContinuousClock.now - start < .seconds(4))
        client.socket.finish()
        Self.waitForNobody(stage)
    }

    @Test func `a crowd that never says a word goes until it presses nobody, others are served`()
        throws
    {
        let stage = try GatewayStage {
            $0.guards.connections = 40
            $0.guards.connectionsPerAddress = 1000
        }
        let crowd = try (0..<38).map { _ in try stage.client() }
        GatewayStage.wait("they did not come") { stage.gateway.connectionCount == 38 }

        // The idle time is a minute; at nine tenths of the connections it is a second, and at half of
        // them whoever came last may stay.
        GatewayStage.wait(within: .seconds(60), "they stay") {
            stage.gateway.connectionCount <= 20
        }
        #expect(crowd[0].waitForEnd(within: .seconds(5)) == .closed)
        #expect(stage.gateway.guards.counts.evictedIdle > 0)
        #expect(try stage.answer(to: Provocation.get()).status == 200)
    }

    @Test
    func `half a head holds no door: in a full house the oldest goes, and a new client is served`()
        throws
    {
        let stage = try GatewayStage {
            $0.guards.connections = 10
            $0.guards.connectionsPerAddress = 1000
        }
        let crowd = try (0..<10).map { number in
            let client = try stage.client()
            client.send("G")
            GatewayStage.wait("it did not come") { stage.gateway.connectionCount == number + 1 }
            return client
        }

        for _ in 0..<5 {
            #expect(try stage.answer(to: Provocation.get()).status == 200)
        }

        // Each of the five turned one out, the first who came first, and nobody else.
        #expect(crowd[0].waitForEnd(within: .seconds(5)) == .reset)
        GatewayStage.wait("more had to go") { stage.gateway.guards.counts.evictedIdle <= 5 }
        #expect(stage.gateway.guards.counts.refusedOverall == 0)
        let last = crowd[9]
        last.send("ET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try last.answer().status == 200)
    }

    @Test func `in a full house a new client is served, and the longest silent has gone`() throws {
        let stage = try GatewayStage { $0.guards.connections = 10 }
        let silent = try (0..<10).map { _ in
            let client = try stage.client()
            let count = stage.gateway.connectionCount
            GatewayStage.wait("it did not come") { stage.gateway.connectionCount >= min(count, 9) }
            return client
        }
        GatewayStage.wait("they did not come") { stage.gateway.connectionCount == 10 }

        #expect(try stage.answer(to: Provocation.get()).status == 200)

        #expect(silent[0].waitForEnd(within: .seconds(5)) == .closed)
        #expect(stage.gateway.guards.counts.evictedIdle == 1)
        #expect(stage.gateway.guards.counts.refusedOverall == 0)
    }

    @Test func `a crowd that only shakes hands displaces itself, and nobody who was served`()
        throws
    {
        let stage = try SecureStage { settings, _ in settings.guards.connections = 10 }
        let regular = try stage.client()
        regular.send(Provocation.get())
        #expect(try regular.answer().status == 200)

        // Hands are shaken with each, and that is no request.
        let crowd = try (0..<15).map { _ in try stage.client() }

        regular.send(Provocation.get())
        #expect(try regular.answer().status == 200)
        #expect(crowd[0].waitForEnd(within: .seconds(5)) == .closed)
    }

    @Test func `readers of large answers that stop are cut, and nothing of them stays`() throws {
        let stage = try GatewayStage(
            [UpstreamReply](
                repeating: .says(
                    "HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n"
                        + String(repeating: "0123456789abcdef", count: 1 << 19)
                ),
                count: 5
            )
        ) { $0.deadlines.downloadWindow = .milliseconds(80) }
        let clients = try (0..<5).map { _ in
            let client = try stage.client()
            client.send(Provocation.get("/big"))
            return client
        }
        let records = try stage.log.records(clients.count)
        #expect(records.allSatisfy { $0.reason == "request_timeout" })
        Self.waitForNobody(stage)
    }
}
