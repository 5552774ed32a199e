import Synchronization
import TestSupport
import Testing
import Vocabulary

@testable import Transport

struct PendingQueueTests {
    /// One worker's pool, and leases waited for if need be.
    // SAFETY: a test touches it on the thread of its loop alone.
    private final class Desk: @unchecked Sendable {
        let pool: UpstreamPool

        init(_ upstream: Upstream, on loop: EventLoop) {
            pool = UpstreamPool(upstream, on: loop, deadlines: Deadlines())
        }

        func lease(_ client: borrowing Connection) async throws(TransportError) -> Lease {
            var attempts = Attempts()
            if let lease = try pool.lease(&attempts) { return lease }
            return try await pool.lease(&attempts, waitingWith: client)
        }
    }

    /// What the crowd has seen.
    private final class Sight: Sendable {
        let most = Atomic<Int>(0)
        let served = Atomic<Int>(0)
    }

    private static func upstream(
        _ change: (inout UpstreamSettings) -> Void = { _ in }
    ) -> Upstream {
        var settings = UpstreamSettings(.unix(path: "/tmp/gatehouse-test-nobody.sock"))
        settings.connectionsMax = 1
        settings.pendingPatience = .seconds(30)
        change(&settings)
        return Upstream(settings)
    }

    @Test func `who waits is served in the order they came`() async throws {
        try await onLoop { loop in
            let upstream = Self.upstream()
            let desk = Desk(upstream, on: loop)
            var attempts = Attempts()
            let first: Lease? = try desk.pool.lease(&attempts)
            let order = Monitor<[Int]>([])
            var tasks: [Task<Void, any Error>] = []
            for number in 0..<5 {
                tasks.append(
                    loop.start {
                        let pair = Peer.unixPair()
                        let client = try Connection(pair.ours, on: loop)
                        let lease = try await desk.lease(client)
                        order.withState { $0.append(number) }
                        _ = consume lease
                    }
                )
                await loop.rounds { upstream.queue.count == number + 1 }
            }
            #expect(upstream.servers[0].inFlight == 1)
            // A newcomer stands behind them, even when something is free.
            _ = consume first
            for task in tasks { try await task.value }
            #expect(order.withState { $0 } == [0, 1, 2, 3, 4])
            #expect(upstream.servers[0].inFlight == 0 && upstream.queue.count == 0)
        }
    }

    @Test func `a full queue refuses at once`() async throws {
        try await onLoop { loop in
            let upstream = Self.upstream { $0.pendingMax = 0 }
            let desk = Desk(upstream, on: loop)
            let pair = Peer.unixPair()
            let client = try Connection(pair.ours, on: loop)
            let first = try await desk.lease(client)
            do throws(TransportError) {
                _ = try await desk.lease(client)
                Issue.record("there was room")
            } catch {
                #expect(error == .busy)
            }
            #expect(upstream.counts.queueRefusals.value == 1)
            _ = consume first
            #expect(upstream.servers[0].inFlight == 0)
        }
    }

    @Test func `who waits too long goes, and leaves nothing behind`() async throws {
        try await onLoop { loop in
            let upstream = Self.upstream { $0.pendingPatience = .milliseconds(40) }
            let desk = Desk(upstream, on: loop)
            let pair = Peer.unixPair()
            let client = try Connection(pair.ours, on: loop)
            let first = try await desk.lease(client)
            do throws(TransportError) {
                _ = try await desk.lease(client)
                Issue.record("there was room")
            } catch {
                #expect(error == .busy)
            }
            #expect(upstream.counts.queueTimeouts.value == 1 && upstream.queue.count == 0)
            _ = consume first
            #expect(upstream.servers[0].inFlight == 0)
        }
    }

    @Test func `a place that came free just before somebody began to wait is theirs`() async throws
    {
        try await onLoop { loop in
            let upstream = Self.upstream { $0.pendingPatience = .milliseconds(500) }
            let desk = Desk(upstream, on: loop)
            let pair = Peer.unixPair()
            let client = try Connection(pair.ours, on: loop)
            var attempts = Attempts()
            let first: Lease? = try desk.pool.lease(&attempts)
            let second: Lease? = try desk.pool.lease(&attempts)
            // Nobody waits yet, so nobody is told.
            _ = consume first

            let lease = try await desk.pool.lease(&attempts, waitingWith: client)

            #expect(upstream.servers[0].inFlight == 1)
            _ = consume lease
            _ = consume second
            #expect(upstream.servers[0].inFlight == 0)
        }
    }

    @Test func `a server that came back just before somebody began to wait is theirs`() async throws
    {
        try await onLoop { loop in
            let upstream = Self.upstream {
                $0.servers.append(ServerSettings(.address(.unix(path: "/tmp/nobody-too.sock"))))
                $0.health = HealthSettings(path: "/")
                $0.pendingPatience = .milliseconds(500)
            }
            let other = upstream.servers[1]
            for _ in 0..<3 { upstream.noteCheck(of: other, isGood: false) }
            let desk = Desk(upstream, on: loop)
            let pair = Peer.unixPair()
            let client = try Connection(pair.ours, on: loop)
            var attempts = Attempts()
            let first: Lease? = try desk.pool.lease(&attempts)
            let second: Lease? = try desk.pool.lease(&attempts)
            // Nobody waits yet, so nobody is told.
            for _ in 0..<2 { upstream.noteCheck(of: other, isGood: true) }

            let lease = try await desk.pool.lease(&attempts, waitingWith: client)

            #expect(lease.server === other)
            _ = consume second
            _ = consume lease
            _ = consume first
            #expect(upstream.servers.allSatisfy { $0.inFlight == 0 })
        }
    }

    @Test func `a client that leaves while it waits leaves the queue`() async throws {
        try await onLoop { loop in
            let upstream = Self.upstream()
            let desk = Desk(upstream, on: loop)
            let pair = Peer.tcpPair()
            let client = try Connection(pair.ours, on: loop)
            let first = try await desk.lease(client)
            loop.start {
                await loop.rounds { upstream.queue.count == 1 }
                pair.peer.reset()
            }
            do throws(TransportError) {
                _ = try await desk.lease(client)
                Issue.record("it stayed")
            } catch {
                #expect(error == .cut(.downstream))
            }
            #expect(upstream.queue.count == 0)
            _ = consume first
            #expect(upstream.servers[0].inFlight == 0)
        }
    }

    @Test func `what is given back on one loop wakes who waits on another`() async throws {
        let upstream = Self.upstream()
        let holder = try EventLoop()
        try holder.startThread()
        defer {
            holder.stop()
            holder.join()
        }
        try await onLoop { loop in
            let held = Task(executorPreference: holder) {
                let desk = Desk(upstream, on: holder)
                var attempts = Attempts()
                let lease: Lease? = try desk.pool.lease(&attempts)
                await holder.rounds { upstream.queue.count == 1 }
                _ = consume lease
            }
            await loop.rounds { upstream.servers[0].inFlight == 1 }
            let desk = Desk(upstream, on: loop)
            let pair = Peer.unixPair()
            let client = try Connection(pair.ours, on: loop)
            let lease = try await desk.lease(client)
            #expect(upstream.servers[0].inFlight == 1)
            _ = consume lease
            try await held.value
            #expect(upstream.servers[0].inFlight == 0)
        }
    }

    /// Three loops, far more requests than places, and patience so short that many give up just as
    /// something is handed to them: never more in use than may be, and nothing lost at the end.
    @Test func `no place is lost or given twice, whoever gives up when`() async throws {
        var settings = UpstreamSettings([])
        settings.servers = [1, 2].map {
            ServerSettings(.address(.tcp(IPAddress(v4: $0), port: 9)))
        }
        settings.connectionsMax = 2
        settings.pendingMax = 64
        settings.pendingPatience = .milliseconds(1)
        let upstream = Upstream(settings)
        let loops = try (0..<3).map { _ in try EventLoop() }
        for loop in loops { try loop.startThread() }
        defer {
            for loop in loops { loop.stop() }
            for loop in loops { loop.join() }
        }
        let sight = Sight()
        let tasks = loops.map { loop in
            Task(executorPreference: loop) {
                let desk = Desk(upstream, on: loop)
                let crowd = (0..<12).map { _ in
                    loop.start { try await Self.comeAndGo(desk, loop, upstream, sight) }
                }
                for one in crowd { try await one.value }
            }
        }
        for task in tasks { try await task.value }

        #expect(sight.most.load(ordering: .relaxed) <= 2)
        #expect(sight.served.load(ordering: .relaxed) > 0)
        #expect(upstream.servers.allSatisfy { $0.inFlight == 0 })
        #expect(upstream.queue.count == 0)
    }

    private static func comeAndGo(
        _ desk: Desk,
        _ loop: EventLoop,
        _ upstream: Upstream,
        _ sight: Sight
    ) async throws {
        let pair = Peer.unixPair()
        let client = try Connection(pair.ours, on: loop)
        for _ in 0..<100 {
            do throws(TransportError) {
                let lease = try await desk.lease(client)
                let inUse = upstream.servers.map(\.inFlight).max() ?? 0
                sight.most.max(inUse, ordering: .relaxed)
                sight.served.wrappingAdd(1, ordering: .relaxed)
                await client.waiter.rest()
                _ = consume lease
            } catch {
                #expect(error == .busy)
            }
        }
    }
}
