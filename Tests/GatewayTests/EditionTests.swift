import Crypto
import Gateway
import Glibc
import Policy
import TestSupport
import Testing
import Transport
import Vocabulary

/// Rules and upstreams that change while requests are served.
struct EditionTests {
    /// A policy whose every answer says which version it is, and goes to the upstream of that version.
    private static func policy(
        _ version: Int,
        _ change: (inout PlainPolicy) -> Void = { _ in }
    )
        -> Policy
    {
        var plain = PlainPolicy()
        plain.version = "r-\(version)"
        plain.headers = [("x-version", "r-\(version)")]
        plain.upstreams = ["v\(version)"]
        change(&plain)
        return plain.policy
    }

    private static func settings(
        _ version: Int,
        _ upstream: RecordingUpstream
    ) throws
        -> UpstreamSettings
    {
        var settings = UpstreamSettings(try #require(SocketAddress("\(upstream.endpoint)")))
        settings.name = "v\(version)"
        return settings
    }

    /// Two versions, each with a server of its own; the first is installed.
    private final class Versions {
        let servers: [RecordingUpstream]
        let settings: [UpstreamSettings]
        let policies: [Policy]
        let stage: GatewayStage

        init(
            workers: Int = 1,
            begun replies: [[UpstreamReply]] = [[], []],
            _ change: @escaping (inout PlainPolicy) -> Void = { _ in }
        ) throws {
            let servers = [RecordingUpstream(), RecordingUpstream()]
            for (server, replies) in zip(servers, replies) { server.begin(replies) }
            let settings = try [
                EditionTests.settings(1, servers[0]), EditionTests.settings(2, servers[1]),
            ]
            let policies = [1, 2].map { EditionTests.policy($0, change) }
            self.servers = servers
            self.settings = settings
            self.policies = policies
            stage = try GatewayStage {
                $0.workers = workers
                $0.policy = policies[0]
                $0.upstreams = [settings[0]]
            }
        }

        deinit { for server in servers { server.stop() } }

        func install(_ version: Int) throws {
            _ = try stage.gateway.install(
                policies[version - 1],
                upstreams: [settings[version - 1]]
            )
        }
    }

    // MARK: Swapping

    @Test func `swaps under load fail no request, and split none`() throws {
        let versions = try Versions(workers: 2)
        let (stage, callers, swaps) = (versions.stage, 4, 200)
        let told = Monitor<[String: String]>([:])
        let faults = Monitor<[String]>([])
        let left = Monitor(callers)
        let isOver = Monitor(false)
        for caller in 0..<callers {
            Threads.start { [endpoint = stage.endpoint] in
                guard let client = RawClient(to: endpoint) else { return }
                var count = 0
                while !isOver.withState({ $0 }), count < 20_000 {
                    count += 1
                    client.send(Provocation.get("/\(caller)/\(count)"))
                    guard
                        case .answer(let answer) = client.nextAnswer(to: "GET", within: .seconds(5)),
                        answer.status == 200, let id = answer.value("X-Request-Id"),
                        let version = answer.value("X-Version")
                    else {
                        faults.withState { $0.append("\(caller)/\(count)") }
                        break
                    }
                    told.withState { $0[id] = version }
                }
                left.withState { $0 -= 1 }
            }
        }
        for swap in 1...swaps {
            try versions.install(swap % 2 + 1)
            // Some requests have to meet each version.
            poll(nil, 0, 2)
        }
        isOver.withState { $0 = true }
        left.wait(atMost: .seconds(10)) { $0 == 0 }

        #expect(faults.withState { $0 } == [])
        let answers = told.withState { $0 }
        let records = try stage.log.records(answers.count)
        let addresses = versions.servers.map { "\($0.endpoint)" }
        for record in records {
            let version = try #require(answers[record.id ?? ""])
            #expect(record.fields["policy"] as? String == version)
            #expect(record.upstream == (version == "r-1" ? addresses[0] : addresses[1]))
        }
        #expect(Set(answers.values) == ["r-1", "r-2"])
    }

    @Test func `a request ends with the rules it began with`() throws {
        let versions = try Versions { $0.kinds = .json }
        let client = try versions.stage.client()
        client.send(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"a\":"
        )
        // It is held: nothing else would show that the head has been read.
        GatewayStage.wait("it is not under way") { versions.stage.gateway.guards.requestCount == 1 }
        try versions.install(2)
        client.send("12}" + Provocation.get())

        #expect(try client.answer(to: "POST").value("X-Version") == "r-1")
        #expect(try client.answer().value("X-Version") == "r-2")
        #expect(versions.servers.map { $0.record.requests.count } == [1, 1])
    }

    @Test func `a request whose upstream is gone from the rules gets its answer from there`() throws
    {
        let versions = try Versions(begun: [
            [
                UpstreamReply(
                    late: [
                        .untilAnswered,
                        .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)),
                    ]
                )
            ], [],
        ])
        let client = try versions.stage.client()
        client.send(Provocation.get())
        GatewayStage.wait("it did not come") { versions.servers[0].record.requests.count == 1 }
        try versions.install(2)
        #expect(try versions.stage.answer(to: Provocation.get()).value("X-Version") == "r-2")
        versions.servers[0].noteReceipt()

        let answer = try client.answer()

        #expect(answer.status == 200 && answer.text == "ok")
        #expect(answer.value("X-Version") == "r-1")
        GatewayStage.wait("the connection stays") {
            versions.servers[0].record.connections.allSatisfy(\.hasEnded)
        }
    }

    // MARK: What stays and what goes

    @Test func `an upstream whose settings are the same keeps its connections`() throws {
        let versions = try Versions()
        let gateway = versions.stage.gateway
        let client = try versions.stage.client()
        client.send(Provocation.get())
        _ = try client.answer()
        let before = gateway.upstreams[0]

        _ = try gateway.install(versions.policies[1], upstreams: [versions.settings[0]])
        client.send(Provocation.get())

        #expect(try client.answer().value("X-Version") == "r-2")
        #expect(gateway.upstreams[0] === before)
        #expect(versions.servers[0].record.connections.count == 1)
    }

    @Test func `an upstream of another name is another, though its servers be the same`() throws {
        let versions = try Versions()
        let gateway = versions.stage.gateway
        let before = gateway.upstreams[0]
        var other = versions.settings[0]
        other.name = "other"

        _ = try gateway.install(versions.policies[0], upstreams: [other])

        #expect(gateway.upstreams[0] !== before)
        #expect(try versions.stage.answer(to: Provocation.get()).status == 200)
    }

    @Test func `idle connections to an upstream that goes are closed, without a request`() throws {
        let versions = try Versions()
        _ = try versions.stage.answer(to: Provocation.get())
        #expect(versions.servers[0].record.connections.count == 1)

        try versions.install(2)

        GatewayStage.wait("it is still open") {
            versions.servers[0].record.connections.allSatisfy(\.hasEnded)
        }
    }

    @Test func `an upstream that goes is checked no more, and one that comes is`() throws {
        let server = RecordingUpstream()
        server.begin()
        defer { server.stop() }
        var checked = try Self.settings(1, server)
        checked.health = HealthSettings(path: "/healthz")
        checked.health?.interval = .milliseconds(20)
        let settings = checked
        let stage = try GatewayStage {
            $0.policy = Self.policy(1)
            $0.upstreams = [settings]
        }
        let old = stage.gateway.upstreams[0]
        GatewayStage.wait("it is not checked") { old.counts.healthChecks.value > 3 }
        var other = settings
        other.name = "v2"

        _ = try stage.gateway.install(Self.policy(2), upstreams: [other])

        let new = stage.gateway.upstreams[0]
        GatewayStage.wait("the new one is not checked") { new.counts.healthChecks.value > 3 }
        let count = old.counts.healthChecks.value
        GatewayStage.wait("time stands still") { new.counts.healthChecks.value > 20 }
        // One may have been under way.
        #expect(old.counts.healthChecks.value <= count + 1)
    }

    // MARK: What cannot be installed

    @Test func `a policy that leads nowhere changes nothing`() throws {
        let versions = try Versions()
        let failure = #expect(throws: LoadFailure.self) {
            try versions.stage.gateway.install(versions.policies[1], upstreams: [])
        }
        #expect(failure?.message.contains("has no settings") == true)
        #expect(try versions.stage.answer(to: Provocation.get()).value("X-Version") == "r-1")
    }

    @Test func `an upstream whose files cannot be read changes nothing`() throws {
        let versions = try Versions()
        var broken = versions.settings[1]
        broken.tls = UpstreamTLSSettings()
        broken.tls?.client.authorities = "/nowhere"
        let upstreams = [broken]

        let failure = #expect(throws: LoadFailure.self) {
            try versions.stage.gateway.install(versions.policies[1], upstreams: upstreams)
        }

        #expect(failure?.message.hasPrefix("/nowhere: it cannot be read") == true)
        #expect(try versions.stage.answer(to: Provocation.get()).value("X-Version") == "r-1")
    }

    @Test func `a gateway whose policy leads nowhere does not start`() throws {
        let failure = #expect(throws: StartFailure.self) {
            try GatewayStage { $0.upstreams = [] }
        }
        #expect(failure?.message.contains("has no settings") == true)
    }
}
