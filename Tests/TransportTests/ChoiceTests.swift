import TestSupport
import Testing
import Vocabulary

@testable import Transport

/// Whom one worker's pool chooses, without anybody being asked.
struct ChoiceTests {
    private static func upstream(
        _ weights: [Int],
        _ change: (inout UpstreamSettings) -> Void = { _ in }
    ) -> Upstream {
        var settings = UpstreamSettings(
            weights.enumerated().map {
                ServerSettings(
                    .address(.tcp(IPAddress(v4: UInt32($0.offset + 1)), port: 80)),
                    weight: $0.element
                )
            }
        )
        change(&settings)
        return Upstream(settings)
    }

    /// How often each server is chosen.
    private static func choices(
        _ upstream: Upstream,
        _ count: Int,
        before: @escaping @Sendable (Upstream) -> Void = { _ in }
    ) async throws -> [Int] {
        try await onLoop { loop in
            before(upstream)
            let pool = UpstreamPool(upstream, on: loop, deadlines: Deadlines())
            var counts = [Int](repeating: 0, count: upstream.servers.count)
            for _ in 0..<count {
                guard let server = pool.choose(Attempts()) else { continue }
                counts[server.number] += 1
            }
            return counts
        }
    }

    @Test func `idle servers are chosen by their weight`() async throws {
        let counts = try await Self.choices(Self.upstream([1, 2, 5]), 40_000)
        #expect(counts.reduce(0, +) == 40_000)
        for (count, weight) in zip(counts, [1, 2, 5]) {
            #expect((0.9...1.1).contains(Double(count) / Double(5_000 * weight)), "\(counts)")
        }
    }

    @Test func `a server busier than all others is never chosen`() async throws {
        let counts = try await Self.choices(Self.upstream([1, 1, 1, 1, 1]), 5_000) { upstream in
            #expect(upstream.servers[2].take())
        }
        #expect(counts[2] == 0 && counts.reduce(0, +) == 5_000)
    }

    @Test func `the busier of two servers is chosen as seldom as two choices promise`() async throws
    {
        // One of ten is idle: it is chosen whenever it is one of the two.
        let upstream = Self.upstream([Int](repeating: 1, count: 10))
        let counts = try await Self.choices(upstream, 20_000) { upstream in
            for server in upstream.servers.dropFirst() { #expect(server.take()) }
        }
        #expect((0.17...0.23).contains(Double(counts[0]) / 20_000), "\(counts)")
    }

    @Test func `busy is by weight`() async throws {
        let counts = try await Self.choices(Self.upstream([3, 1]), 1_000) { upstream in
            for _ in 0..<2 { #expect(upstream.servers[0].take()) }
            #expect(upstream.servers[1].take())
        }
        #expect(counts == [1_000, 0])
    }

    @Test func `servers that took no connection are passed over, whatever the balance`()
        async throws
    {
        for balance in [Balance.leastRequest, .roundRobin, .hash(.client)] {
            try await onLoop { loop in
                let upstream = Self.upstream([1, 1, 1]) { $0.balance = balance }
                let pool = UpstreamPool(upstream, on: loop, deadlines: Deadlines())
                for _ in 0..<50 {
                    var attempts = Attempts()
                    var asked: Set<Int> = []
                    for _ in 0..<3 {
                        guard let server = pool.choose(attempts) else { break }
                        asked.insert(server.number)
                        attempts.begin(with: server)
                        attempts.prepare(for: .otherServer)
                    }
                    #expect(asked == [0, 1, 2])
                }
            }
        }
    }
}
