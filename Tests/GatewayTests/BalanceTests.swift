import Gateway
import TestSupport
import Testing
import Transport
import Vocabulary

/// Who of several servers a request goes to.
struct BalanceTests {
    private func set(
        _ count: Int,
        _ change: @escaping (inout UpstreamSettings) -> Void
    ) throws -> UpstreamSet {
        try UpstreamSet([ListeningSocket.Manner](repeating: .accepting, count: count)) {
            settings,
            _ in change(&settings.upstream)
        }
    }

    @Test func `round robin goes round, by weight`() throws {
        let set = try set(3) {
            $0.balance = .roundRobin
            $0.servers[0].weight = 2
        }
        for _ in 0..<12 { _ = try set.get() }
        #expect(set.seen == [6, 3, 3])
    }

    @Test func `two choices spread requests, and spare whoever is busy`() throws {
        let slow = UpstreamReply(late: [.untilAnswered] + UpstreamReply.ok.late)
        let set = try set(2) { _ in }
        set.servers[0].begin([slow])
        let client = try set.stage.client()
        GatewayStage.wait("the slow one was not asked") {
            client.send(Provocation.get())
            return client.nextAnswer(to: "GET", within: .milliseconds(100)) == .nothing([])
        }
        let before = set.seen
        for _ in 0..<20 { #expect(try set.get().status == 200) }
        // With two servers the other choice is always the idle one.
        #expect(set.seen[1] == before[1] + 20)
        set.servers[0].noteReceipt()
        #expect(try client.answer().status == 200)
        set.expectQuiet()
    }

    @Test func `a key always leads to the same server, and keys to all of them`() throws {
        let set = try set(3) { $0.balance = .hash(.field("x-tenant")) }
        for round in 1...2 {
            for tenant in 0..<30 { _ = try set.get("/\(tenant)", "X-Tenant: \(tenant)\r\n") }
            #expect(set.seen.reduce(0, +) == 30 * round)
        }
        for server in set.servers {
            let targets = server.record.requests.map(\.target)
            #expect(targets.count > 0 && targets.count == 2 * Set(targets).count)
        }
    }

    @Test func `without the field the client's address is the key`() throws {
        let set = try set(3) { $0.balance = .hash(.field("x-tenant")) }
        for _ in 0..<6 { _ = try set.get() }
        #expect(set.seen.sorted() == [0, 0, 6])
    }

    @Test func `a cookie keeps a client with its server, and is said once`() throws {
        let set = try set(3) {
            $0.balance = .roundRobin
            $0.stickyCookie = "srv"
        }
        let first = try set.get()
        let given = try #require(first.value("Set-Cookie"))
        let parts = given.split(separator: ";").map { $0.drop { $0 == " " } }
        #expect(parts.dropFirst() == ["Path=/", "HttpOnly", "SameSite=Lax"])
        #expect(parts[0].hasPrefix("srv=") && parts[0].count == 36)
        // It tells nothing of the server it means.
        #expect(!given.contains("127.0.0.1"))
        for _ in 0..<6 {
            let answer = try set.get("/", "Cookie: a=1; \(parts[0]);b=2\r\n")
            #expect(answer.status == 200 && answer.value("Set-Cookie") == nil)
        }
        #expect(set.seen.sorted() == [0, 0, 7])
    }

    @Test(arguments: ["srv=", "srv=x", "srv", "SRV=\(String(repeating: "a", count: 32))", "=;;=;"])
    func `a cookie that names no server is replaced`(_ cookie: String) throws {
        let set = try set(2) { $0.stickyCookie = "srv" }
        let answer = try set.get("/", "Cookie: \(cookie)\r\n")
        #expect(answer.status == 200)
        #expect(answer.value("Set-Cookie")?.hasPrefix("srv=") == true)
    }

    @Test func `a cookie's server that is left alone is replaced by another, and said`() throws {
        let replies = [[UpstreamReply.ok, .unavailable], [.ok, .unavailable]]
        let set = try UpstreamSet([.accepting, .accepting], begun: replies) { settings, _ in
            settings.upstream.stickyCookie = "srv"
            settings.upstream.ejection.failuresMin = 1
        }
        let first = try set.get()
        let cookie = try #require(first.value("Set-Cookie")?.split(separator: ";").first)
        let kept = set.seen[0] == 1 ? 0 : 1
        #expect(try set.get("/", "Cookie: \(cookie)\r\n").status == 503)

        let next = try set.get("/", "Cookie: \(cookie)\r\n")

        #expect(next.status == 200)
        #expect(next.value("Set-Cookie")?.hasPrefix("srv=") == true)
        #expect(next.value("Set-Cookie")?.hasPrefix(String(cookie)) == false)
        #expect(set.seen[1 - kept] == 1)
    }
}
