import Gateway
import TestSupport
import Testing
import Transport
import Vocabulary

/// What clients see when all connections a server may have are in use.
struct CapTests {
    /// An answer that begins, and ends when the test has taken note of it.
    private static let held = UpstreamReply(
        late: [
            .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no".utf8)), .untilAnswered,
            .untilAnswered, .bytes(Array("k".utf8)),
        ]
    )

    private func set(_ change: @escaping (inout UpstreamSettings) -> Void) throws -> UpstreamSet {
        let set = try UpstreamSet([.accepting]) { settings, _ in
            settings.workers = 2
            settings.upstream.connectionsMax = 1
            settings.upstream.pendingPatience = .seconds(20)
            change(&settings.upstream)
        }
        set.servers[0].begin([Self.held])
        return set
    }

    /// A request that is being answered, and holds the only place.
    private func holder(_ set: UpstreamSet) throws -> RawClient {
        let client = try set.stage.client()
        client.send(Provocation.get("/held"))
        GatewayStage.wait("nothing came") {
            set.upstream.servers[0].inFlight == 1 && set.seen == [1]
        }
        return client
    }

    @Test func `beyond the cap requests wait, and are served when a place is free`() throws {
        let set = try set { _ in }
        let holder = try holder(set)
        let waiting = try (0..<8).map { _ in try set.stage.client() }
        for client in waiting { client.send(Provocation.get("/waits")) }
        GatewayStage.wait("they did not queue up") { set.counts.queued.value == 8 }
        #expect(set.seen == [1])

        set.servers[0].noteReceipt()
        set.servers[0].noteReceipt()

        #expect(try holder.answer().text == "ok")
        for client in waiting { #expect(try client.answer().status == 200) }
        #expect(set.seen == [9])
        #expect(set.servers[0].record.connections.count <= 2)
        #expect(set.counts.queueTimeouts.value == 0 && set.counts.queueRefusals.value == 0)
        set.expectQuiet()
    }

    @Test func `a full queue refuses, and says when to come back`() throws {
        let set = try set { $0.pendingMax = 0 }
        let holder = try holder(set)

        let answer = try set.get()

        #expect(answer.status == 503)
        #expect((1...8).contains(Int(answer.value("Retry-After") ?? "") ?? 0))
        #expect(try Problem(answer).code == "upstream_busy")
        #expect(set.counts.queueRefusals.value == 1)
        set.servers[0].noteReceipt()
        set.servers[0].noteReceipt()
        _ = try holder.answer()
        set.expectQuiet()
        #expect(set.seen == [1])
    }

    @Test func `who waits too long is refused, and its place goes to nobody`() throws {
        let set = try set { $0.pendingPatience = .milliseconds(60) }
        let holder = try holder(set)

        #expect(try Problem(try set.get()).code == "upstream_busy")

        #expect(set.counts.queueTimeouts.value == 1)
        set.servers[0].noteReceipt()
        set.servers[0].noteReceipt()
        _ = try holder.answer()
        set.expectQuiet()
        #expect(try set.get().status == 200)
        #expect(set.seen == [2])
    }

    @Test func `a client that leaves while it waits is not asked for`() throws {
        let set = try set { _ in }
        let holder = try holder(set)
        var leaving = Optional(try set.stage.client())
        leaving?.send(Provocation.get("/leaves"))
        GatewayStage.wait("it did not queue up") { set.counts.queued.value == 1 }
        leaving?.socket.breakOffWhenClosed()
        leaving = nil
        GatewayStage.wait("it stayed in the queue") { set.upstream.pending == 0 }
        set.servers[0].noteReceipt()
        set.servers[0].noteReceipt()
        _ = try holder.answer()
        set.expectQuiet()
        #expect(try set.get("/next").status == 200)
        #expect(set.servers[0].record.requests.map(\.target) == ["/held", "/next"])
    }

    @Test func `one server that is full sends its requests to another`() throws {
        let set = try UpstreamSet([.accepting, .accepting]) { settings, _ in
            settings.upstream.balance = .hash(.client)
            settings.upstream.connectionsMax = 1
        }
        for server in set.servers { server.begin([Self.held]) }
        let clients = try (0..<2).map { _ in try set.stage.client() }
        for client in clients { client.send(Provocation.get()) }
        GatewayStage.wait("both were not asked") { set.seen == [1, 1] }
        for server in set.servers { for _ in 0..<2 { server.noteReceipt() } }
        for client in clients { #expect(try client.answer().status == 200) }
        set.expectQuiet()
    }
}
