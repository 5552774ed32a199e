import Gateway
import TestSupport
import Testing
import Transport
import Vocabulary

/// Servers that are asked whether they are well.
struct HealthCheckTests {
    private func set(
        _ manners: [ListeningSocket.Manner],
        _ replies: [[UpstreamReply]] = [],
        _ change: @escaping (inout Settings) -> Void = { _ in }
    ) throws -> UpstreamSet {
        let set = try UpstreamSet(manners, begun: replies) { settings, _ in
            var health = HealthSettings(path: "/healthz")
            health.interval = .milliseconds(20)
            health.patience = .milliseconds(200)
            settings.upstream.health = health
            settings.upstream.balance = .roundRobin
            change(&settings)
        }
        return set
    }

    @Test func `a server that takes no connections is found out, and no request goes there`() throws
    {
        let set = try set([.refusing, .accepting])
        set.waits(for: .serverUnwell(set.upstream.servers[0].address))
        for _ in 0..<6 { #expect(try set.get().status == 200) }
        let lines = try set.stage.log.records(6)
        let other = "\(set.servers[1].endpoint)"
        #expect(lines.allSatisfy { $0.upstream == other && $0.attempts == nil })
        #expect(set.counts.healthChanges.value == 1)
    }

    @Test func `a server that says it is unwell is not asked, until it says otherwise`() throws {
        let bad = [UpstreamReply](repeating: .unavailable, count: 8)
        let set = try set([.accepting], [bad])
        let address = set.upstream.servers[0].address
        set.waits(for: .serverUnwell(address))
        set.waits(for: .serverWell(address))
        #expect(set.counts.healthChanges.value == 2)
        #expect(try set.get().status == 200)
        let checks = set.servers[0].record.requests.filter { $0.target == "/healthz" }
        #expect(checks.count >= 10)
        let check = try #require(checks.first)
        #expect(check.fields.values("Host") == ["\(set.servers[0].endpoint)"])
        #expect(check.method == "GET")
    }

    @Test func `with nobody well requests are refused at once`() throws {
        let set = try set([.refusing, .refusing])
        for server in set.upstream.servers { set.waits(for: .serverUnwell(server.address)) }
        let connects = set.counts.requests.value
        let answer = try set.get()
        #expect(answer.status == 503 && answer.value("Retry-After") == "5")
        #expect(try Problem(answer).code == "upstream_down")
        #expect(set.counts.requests.value == connects + 1)
    }

    @Test(arguments: [
        UpstreamReply.says("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /\r\n\r\n"),
        .says(""), .leaves, .says("nonsense\r\n\r\n"),
        .says(String(repeating: "HTTP/1.1 102 Wait\r\n\r\n", count: 20)),
    ])
    func `whatever is no 2xx in time is a bad sign`(_ reply: UpstreamReply) throws {
        let set = try set([.accepting], [[UpstreamReply](repeating: reply, count: 1000)])
        set.waits(for: .serverUnwell(set.upstream.servers[0].address))
    }

    @Test func `each server is checked by one of the workers alone`() throws {
        let set = try set([.accepting, .accepting, .accepting]) {
            $0.workers = 3
            $0.upstream.health?.interval = .seconds(60)
        }
        GatewayStage.wait("they were not checked") { set.counts.healthChecks.value == 3 }
        #expect(set.seen == [1, 1, 1])
    }

    @Test func `checks count for nothing but health`() throws {
        let set = try set([.refusing]) {
            $0.upstream.breaker = BreakerSettings()
            $0.upstream.ejection = EjectionSettings()
        }
        GatewayStage.wait("nothing was checked") { set.counts.healthChecks.value > 40 }
        #expect(set.counts.breakerOpenings.value == 0 && set.counts.ejections.value == 0)
        #expect(set.counts.requests.value == 0)
    }
}
