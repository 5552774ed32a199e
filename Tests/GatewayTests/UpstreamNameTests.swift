import Gateway
import TestSupport
import Testing
import Transport
import Vocabulary

/// Upstreams that are known by name, behind a name server that says what the test wants.
struct UpstreamNameTests {
    /// A gateway in front of `app.test`, which has the port of the first server.
    ///
    /// Its servers stand at one port on several addresses of this machine.
    private static func stage(
        _ names: FakeNameServer,
        port: UInt16,
        _ change: (inout Settings) -> Void = { _ in },
        notice: @escaping @Sendable (Notice) -> Void = { _ in }
    ) throws -> GatewayStage {
        let resolver = try #require(SocketAddress("\(names.endpoint)"))
        return try GatewayStage(
            [],
            .accepting,
            { settings in
                settings.upstream = UpstreamSettings([
                    ServerSettings(.name("app.test", port: port))
                ])
                settings.upstream.resolver = resolver
                settings.upstream.balance = .roundRobin
                change(&settings)
            },
            notice: notice
        )
    }

    private static func port(of server: RecordingUpstream) throws -> UInt16 {
        guard case .ipv4(_, let port) = server.endpoint else { throw NoPort() }
        return port
    }

    private struct NoPort: Error {}

    @Test func `a name is resolved before the first request`() throws {
        let names = FakeNameServer(["app.test": .addresses(["127.0.0.1"])])
        defer { names.stop() }
        let server = RecordingUpstream()
        server.begin()
        defer { server.stop() }
        let stage = try Self.stage(names, port: try Self.port(of: server))

        #expect(try stage.answer(to: Provocation.get()).status == 200)

        #expect(try stage.log.record().upstream == "\(server.endpoint)")
    }

    @Test func `a name that changes leads elsewhere, and the connections to those who left close`()
        throws
    {
        let names = FakeNameServer(["app.test": .addresses(["127.0.0.1"])])
        defer { names.stop() }
        let server = RecordingUpstream()
        server.begin()
        defer { server.stop() }
        let notices = Monitor<[Notice]>([])
        let stage = try Self.stage(names, port: try Self.port(of: server)) {
            $0.deadlines.upstreamKeepAlive = .seconds(600)
        } notice: { word in
            notices.withState { $0.append(word) }
        }
        #expect(try stage.answer(to: Provocation.get()).status == 200)
        #expect(server.record.connections.count == 1)

        // Nobody listens there.
        names.set("app.test", to: .addresses(["127.0.0.77", "127.0.0.78"]))

        notices.wait(atMost: .seconds(10)) {
            $0.contains(.nameChanged("app.test", addressCount: 2))
        }
        GatewayStage.wait("the old connection stayed open") {
            server.record.connections.allSatisfy { $0.hasEnded }
        }
        let answer = try stage.answer(to: Provocation.get())
        #expect(answer.status == 502)
        #expect(server.record.requests.count == 1)
        #expect(stage.gateway.upstream.servers.count == 2)
    }

    @Test func `servers that stay in the answer keep what is known of them`() throws {
        let names = FakeNameServer(["app.test": .addresses(["127.0.0.1", "127.0.0.77"])])
        defer { names.stop() }
        let server = RecordingUpstream()
        server.begin()
        defer { server.stop() }
        let stage = try Self.stage(names, port: try Self.port(of: server)) {
            $0.upstream.ejection.failuresMin = 1
        }
        for _ in 0..<2 { #expect(try stage.answer(to: Provocation.get()).status == 200) }
        let upstream = stage.gateway.upstream
        #expect(upstream.fitServers.map(\.address.text) == ["\(server.endpoint)"])

        names.set("app.test", to: .addresses(["127.0.0.1", "127.0.0.77", "127.0.0.78"]))

        GatewayStage.wait("it did not change") { upstream.servers.count == 3 }
        #expect(upstream.fitServers.count == 2)
        #expect(!upstream.fitServers.contains { $0.address.text.hasPrefix("127.0.0.77") })
    }

    @Test(arguments: [
        FakeNameServer.Reply.missing, .failure, .addresses([]), .bytes([1, 2, 3]),
        .addresses(["0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1"]),
    ])
    func `a name that goes keeps its last addresses, noted once, and comes back`(
        _ fate: FakeNameServer.Reply
    ) throws {
        let names = FakeNameServer(["app.test": .addresses(["127.0.0.1"])])
        defer { names.stop() }
        let server = RecordingUpstream()
        server.begin()
        defer { server.stop() }
        let notices = Monitor<[Notice]>([])
        let stage = try Self.stage(names, port: try Self.port(of: server)) { _ in
        } notice: { word in
            notices.withState { $0.append(word) }
        }

        names.set("app.test", to: fate)

        let isGone = notices.wait(atMost: .seconds(20)) { $0.contains(.nameGone("app.test")) }
        #expect(isGone)
        #expect(try stage.answer(to: Provocation.get()).status == 200)
        #expect(stage.gateway.upstream.counts.nameFailures.value >= 1)
        names.set("app.test", to: .addresses(["127.0.0.1"]))
        let isBack = notices.wait(atMost: .seconds(20)) { $0.contains(.nameBack("app.test")) }
        #expect(isBack)
        #expect(notices.withState { $0 } == [.nameGone("app.test"), .nameBack("app.test")])
    }

    @Test func `a name unknown at the start is down until it is known`() throws {
        let names = FakeNameServer([:])
        defer { names.stop() }
        let server = RecordingUpstream()
        server.begin()
        defer { server.stop() }
        let stage = try Self.stage(names, port: try Self.port(of: server))
        let refused = try stage.answer(to: Provocation.get())
        #expect(refused.status == 503)
        #expect(try Problem(refused).code == "upstream_down")

        names.set("app.test", to: .addresses(["127.0.0.1"]))

        GatewayStage.wait(within: .seconds(10), "it stayed unknown") {
            (try? stage.answer(to: Provocation.get()).status) == 200
        }
    }

    @Test func `a name server that says nothing holds the start up for two seconds at most`() throws
    {
        let names = FakeNameServer(["app.test": .silence])
        defer { names.stop() }
        let start = ContinuousClock.now
        let stage = try Self.stage(names, port: 9)
        #expect(ContinuousClock.now - start < .seconds(4))
        #expect(try stage.answer(to: Provocation.get()).status == 503)
    }

    @Test func `of an endless answer so many addresses are taken, and each once`() throws {
        let many = (1...70).map { "127.0.1.\($0)" } + ["127.0.1.1", "127.0.1.1"]
        let names = FakeNameServer(["app.test": .addresses(many, seconds: 300)])
        defer { names.stop() }
        let stage = try Self.stage(names, port: 9)
        let servers = stage.gateway.upstream.servers
        #expect(servers.count == 64)
        #expect(Set(servers.map(\.address)).count == servers.count)
    }

    @Test func `an answer to another question is none`() throws {
        let names = FakeNameServer(["app.test": .stray("127.0.0.1")])
        defer { names.stop() }
        let stage = try Self.stage(names, port: 9)
        #expect(stage.gateway.upstream.servers.isEmpty)
    }
}
