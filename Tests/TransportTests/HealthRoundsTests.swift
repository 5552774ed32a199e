import Testing
import Vocabulary

@testable import Transport

struct HealthRoundsTests {
    private static func upstream() -> Upstream {
        var settings = UpstreamSettings([ServerSettings(.name("app.test", port: 80))])
        var health = HealthSettings(path: "/")
        health.interval = .milliseconds(400)
        settings.health = health
        return Upstream(settings)
    }

    @Test func `a server is taken once, and again an interval after its check is over`()
        async throws
    {
        try await onLoop { loop in
            let upstream = Self.upstream()
            upstream.learn(0, 80, .addresses([IPAddress(v4: 1)]))
            let pool = UpstreamPool(upstream, on: loop, deadlines: Deadlines())
            let rounds = try #require(HealthRounds(pool, worker: 0, of: 1))
            let server = try #require(rounds.take().first)
            #expect(rounds.take().isEmpty)
            rounds.isOver(server)
            #expect(rounds.take().isEmpty)
            let over = loop.now
            await loop.rounds { !rounds.take().isEmpty }
            #expect(loop.now >= over + .milliseconds(360))
        }
    }

    @Test func `servers are shared out among the workers`() async throws {
        try await onLoop { loop in
            let upstream = Self.upstream()
            upstream.learn(0, 80, .addresses((1...10).map { IPAddress(v4: $0) }))
            let pool = UpstreamPool(upstream, on: loop, deadlines: Deadlines())
            let all = try (0..<3).flatMap { worker in
                try #require(HealthRounds(pool, worker: worker, of: 3)).take().map(\.number)
            }
            #expect(all.sorted() == Array(0..<10))
        }
    }

    @Test func `who has left is not due for ever`() async throws {
        try await onLoop { loop in
            let upstream = Self.upstream()
            upstream.learn(0, 80, .addresses([IPAddress(v4: 1)]))
            let pool = UpstreamPool(upstream, on: loop, deadlines: Deadlines())
            let rounds = try #require(HealthRounds(pool, worker: 0, of: 1))
            let server = try #require(rounds.take().first)
            rounds.isOver(server)
            upstream.learn(0, 80, .addresses([]))
            await loop.makeWaiter().pause(for: .milliseconds(420))

            #expect(rounds.take().isEmpty)

            #expect(rounds.pause == .milliseconds(100))
        }
    }
}
