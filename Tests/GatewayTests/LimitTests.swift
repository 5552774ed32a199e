import Gateway
import Limits
import Policy
import TestSupport
import Testing
import Transport
import Vocabulary

/// Nobody who could count is there.
struct AbsentStore: TokenStore {
    let name: StaticString = "absent"

    func charge(_ charges: [Charge], at now: Int64) -> [Charge.Outcome] {
        charges.map { _ in .unavailable }
    }

    func settle(_ settlement: Charge.Settlement, at now: Int64) {}
}

/// Limits as clients and operators see them.
struct LimitTests {
    /// A limit of so many an hour.
    static func one(
        _ key: LimitKey = .address,
        _ count: Int = 1,
        at stage: Stage = .addressLimits,
        _ limit: Limit = Limit("few")
    ) -> (limit: Limit, terms: Bucket.Terms, keys: [LimitKey], stage: Stage) {
        (limit, Bucket.Terms(count: count, milliseconds: 3_600_000), [key], stage)
    }

    private static func stage(
        _ replies: [UpstreamReply] = [],
        _ limits: (limit: Limit, terms: Bucket.Terms, keys: [LimitKey], stage: Stage)...
    ) throws -> GatewayStage {
        try GatewayStage(replies) { $0.rule { $0.limits = limits } }
    }

    @Test func `who has asked too often is told when to come back, and the log says whose`() throws
    {
        let stage = try Self.stage([], Self.one(.address, 2))
        for _ in 0..<2 { #expect(try stage.answer(to: Provocation.get()).status == 200) }

        let answer = try stage.answer(to: Provocation.get())

        #expect(answer.status == 429)
        let seconds = try #require(Int(answer.value("Retry-After") ?? ""))
        #expect(seconds > 1_700 && seconds <= 1_800)
        #expect(try Problem(answer).code == "limit_spent")
        let fields = try stage.log.records(3).map(\.fields)
        #expect(fields.map { $0["rate_limit_state"] as? String } == ["allow", "allow", "throttle"])
        #expect(fields.map { $0["tokens_remaining"] as? Int } == [1, 0, 0])
        #expect(fields.allSatisfy { $0["rl_backend"] as? String == "memory" })
        #expect(fields.map { $0["verdict"] as? String } == ["forwarded", "forwarded", "limited"])
        #expect(fields.map { $0["by"] as? String } == ["", "", "few"])
        let keys = Set(fields.compactMap { $0["rate_limit_key"] as? String })
        #expect(keys.count == 1)
        #expect(keys.first?.count == 16 && keys.first?.contains("127") == false)
    }

    @Test func `all workers count together`() throws {
        let stage = try GatewayStage {
            $0.workers = 4
            $0.rule { $0.limits = [Self.one(.everyone, 8)] }
        }
        let statuses = try (0..<24).map { _ in try stage.answer(to: Provocation.get()).status }
        #expect(statuses.count { $0 == 200 } == 8)
        #expect(statuses.count { $0 == 429 } == 16)
    }

    @Test func `failures alone cost where failures are counted`() throws {
        let refused = UpstreamReply.says("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
        let stage = try Self.stage(
            [.ok, .ok, refused, .ok, refused],
            Self.one(.address, 2, at: .addressLimits, Limit("guesses", counted: .failures))
        )
        let statuses = try (0..<6).map { _ in try stage.answer(to: Provocation.get()).status }
        #expect(statuses == [200, 200, 401, 200, 401, 429])
    }

    @Test func `a limit on trial counts and refuses nobody`() throws {
        let stage = try Self.stage(
            [],
            Self.one(.address, 1, at: .addressLimits, Limit("trial", isOnTrial: true)),
            Self.one(.address, 3, at: .addressLimits, Limit("real"))
        )
        let statuses = try (0..<4).map { _ in try stage.answer(to: Provocation.get()).status }
        #expect(statuses == [200, 200, 200, 429])
    }

    @Test func `buckets outlive a policy that keeps their limit`() throws {
        let stage = try Self.stage([], Self.one(.address, 2))
        _ = try stage.answer(to: Provocation.get())
        var other = PlainPolicy()
        other.version = "r-2"
        other.limits = [Self.one(.address, 2)]

        _ = try stage.gateway.install(
            other.policy,
            upstreams: stage.gateway.upstreams.map(\.settings)
        )

        #expect(try stage.answer(to: Provocation.get()).status == 200)
        #expect(try stage.answer(to: Provocation.get()).status == 429)
    }

    @Test func `a request that is refused later keeps what its address has paid`() throws {
        let stage = try GatewayStage {
            $0.rule {
                $0.limits = [Self.one(.address, 2)]
                $0.admittedHeader = "x-guest"
            }
        }
        let statuses = try (0..<3).map { _ in try stage.answer(to: Provocation.get()).status }
        #expect(statuses == [403, 403, 429])
    }
}
