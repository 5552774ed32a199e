import Glibc
import TestSupport
import Testing
import Vocabulary

@testable import Transport

struct UpstreamPoolTests {
    /// A pool and the upstream it dials.
    // SAFETY: a test touches it on the thread of its loop alone.
    private final class Upstream: @unchecked Sendable {
        let pool: UpstreamPool
        private let listener: Int32
        private(set) var accepted: [Peer] = []

        init(on loop: EventLoop, _ change: (inout Deadlines) -> Void = { _ in }) {
            let made = Peer.listener(backlog: 512)
            listener = made.descriptor
            var deadlines = Deadlines()
            change(&deadlines)
            pool = UpstreamPool(made.address, on: loop, deadlines: deadlines)
        }

        deinit { close(listener) }

        /// How many connections have been made so far.
        func count() -> Int {
            while let peer = Peer.accepted(by: listener) { accepted.append(peer) }
            return accepted.count
        }
    }

    @Test func `a connection that was given back is lent again`() async throws {
        try await onLoop { loop in
            let upstream = Upstream(on: loop)
            for _ in 0..<3 {
                let connection = try await upstream.pool.connection(for: loop.makeWaiter())
                upstream.pool.giveBack(connection)
            }
            #expect(upstream.count() == 1)
        }
    }

    @Test func `two exchanges at once have a connection each`() async throws {
        try await onLoop { loop in
            let upstream = Upstream(on: loop)
            let first = try await upstream.pool.connection(for: loop.makeWaiter())
            let second = try await upstream.pool.connection(for: loop.makeWaiter())
            #expect(upstream.count() == 2)
            upstream.pool.giveBack(first)
            upstream.pool.giveBack(second)
            _ = try await upstream.pool.connection(for: loop.makeWaiter())
            #expect(upstream.count() == 2)
        }
    }

    @Test func `a lent connection sends and receives for its new owner`() async throws {
        try await onLoop { loop in
            let upstream = Upstream(on: loop)
            upstream.pool.giveBack(try await upstream.pool.connection(for: loop.makeWaiter()))
            var connection = try await upstream.pool.connection(for: loop.makeWaiter())
            #expect(upstream.count() == 1)
            connection.output.append("ping")
            #expect(try connection.send())
            await loop.rounds { upstream.accepted[0].receiveText() == "ping" }
            loop.start {
                await loop.round()
                upstream.accepted[0].send("pong")
            }
            #expect(try await connection.fill(by: loop.now + .seconds(5)))
            #expect(connection.inputText == "pong")
        }
    }

    @Test func `a connection that has been idle too long is not lent`() async throws {
        try await onLoop { loop in
            let upstream = Upstream(on: loop) { $0.upstreamKeepAlive = .milliseconds(20) }
            upstream.pool.giveBack(try await upstream.pool.connection(for: loop.makeWaiter()))
            await loop.makeWaiter().pause(for: .milliseconds(30))

            _ = try await upstream.pool.connection(for: loop.makeWaiter())

            #expect(upstream.count() == 2)
        }
    }

    @Test func `a sweep closes what has been idle too long and keeps the rest`() async throws {
        try await onLoop { loop in
            let upstream = Upstream(on: loop) { $0.upstreamKeepAlive = .milliseconds(60) }
            let old = try await upstream.pool.connection(for: loop.makeWaiter())
            let young = try await upstream.pool.connection(for: loop.makeWaiter())
            #expect(upstream.count() == 2)
            upstream.pool.giveBack(old)
            await loop.makeWaiter().pause(for: .milliseconds(70))
            upstream.pool.giveBack(young)

            upstream.pool.sweep()

            #expect(upstream.accepted[0].receive() == .end)
            #expect(upstream.accepted[1].receive() == .nothing)
        }
    }

    @Test func `a connection the upstream has closed is never lent`() async throws {
        try await onLoop { loop in
            let upstream = Upstream(on: loop)
            upstream.pool.giveBack(try await upstream.pool.connection(for: loop.makeWaiter()))
            #expect(upstream.count() == 1)
            upstream.accepted[0].close()
            await loop.round()

            _ = try await upstream.pool.connection(for: loop.makeWaiter())

            #expect(upstream.count() == 2)
        }
    }

    @Test func `a connection on which anything came meanwhile is never lent`() async throws {
        try await onLoop { loop in
            let upstream = Upstream(on: loop)
            upstream.pool.giveBack(try await upstream.pool.connection(for: loop.makeWaiter()))
            #expect(upstream.count() == 1)
            upstream.accepted[0].send("HTTP/1.1 408 Timeout\r\n\r\n")
            await loop.round()

            _ = try await upstream.pool.connection(for: loop.makeWaiter())

            #expect(upstream.count() == 2)
        }
    }

    @Test func `a sweep closes what the upstream has closed`() async throws {
        try await onLoop { loop in
            let upstream = Upstream(on: loop)
            upstream.pool.giveBack(try await upstream.pool.connection(for: loop.makeWaiter()))
            #expect(upstream.count() == 1)
            upstream.accepted[0].endSending()
            await loop.round()

            upstream.pool.sweep()

            #expect(upstream.accepted[0].receive() == .end)
        }
    }

    @Test func `no more connections are kept than the bound`() async throws {
        try await onLoop { loop in
            let upstream = Upstream(on: loop)
            let waiter = loop.makeWaiter()
            let leases = loop.start {
                // One task for each, since none may be given back before all are lent.
                let all = (0...TransportBounds.idleUpstreamMax).map { _ in
                    loop.start {
                        let lent = try await upstream.pool.connection(for: loop.makeWaiter())
                        await loop.rounds { upstream.count() > TransportBounds.idleUpstreamMax }
                        upstream.pool.giveBack(lent)
                    }
                }
                for one in all { try await one.value }
            }
            try await leases.value
            await waiter.rest()
            // The loopback may take its time with the end.
            await loop.rounds { upstream.accepted.contains { $0.receive() == .end } }

            let ended = upstream.accepted.count { $0.receive() == .end }

            #expect(upstream.count() == TransportBounds.idleUpstreamMax + 1)
            #expect(ended == 1)
        }
    }

    @Test func `an upstream that refuses is unreachable`() async throws {
        try await onLoop { loop in
            let listener = Peer.listener(backlog: 1)
            close(listener.descriptor)
            let missing = SocketAddress.unix(path: "/tmp/gatehouse-test-\(ProcessID.own)-none.sock")
            for address in [listener.address, missing] {
                let pool = UpstreamPool(address, on: loop, deadlines: Deadlines())
                do throws(TransportError) {
                    _ = try await pool.connection(for: loop.makeWaiter())
                    Issue.record("\(address) was reached")
                } catch {
                    #expect(error == .unreachable)
                }
            }
        }
    }

    @Test func `an upstream that takes no connection is timed out`() async throws {
        try await onLoop { loop in
            // A queue of none that one connection fills: the kernel leaves the next one's SYN lying.
            let listener = Peer.listener(backlog: 0)
            defer { close(listener.descriptor) }
            var deadlines = Deadlines()
            deadlines.connect = .milliseconds(80)
            let pool = UpstreamPool(listener.address, on: loop, deadlines: deadlines)
            let first = try await pool.connection(for: loop.makeWaiter())
            let start = loop.now
            do throws(TransportError) {
                _ = try await pool.connection(for: loop.makeWaiter())
                Issue.record("the full queue took a connection")
            } catch {
                #expect(error == .connectTimedOut)
                #expect(loop.now >= start + .milliseconds(80))
            }
            pool.giveBack(first)
        }
    }

    @Test func `a request without a Host is given the upstream's address`() async throws {
        try await onLoop { loop in
            for (text, host) in [
                ("127.0.0.1:9000", "127.0.0.1:9000"), ("[::1]:9000", "[::1]:9000"),
                ("unix:/run/a.sock", "localhost"),
            ] {
                let address = try #require(SocketAddress(text))
                let pool = UpstreamPool(address, on: loop, deadlines: Deadlines())
                #expect(String(decoding: pool.upstream.servers[0].host, as: UTF8.self) == host)
            }
        }
    }

    @Test func `what came within the round is seen before a connection is lent`() async throws {
        try await onLoop { loop in
            let upstream = Upstream(on: loop)
            let first = try await upstream.pool.connection(for: loop.makeWaiter())
            #expect(upstream.count() == 1)
            await loop.round()
            upstream.pool.giveBack(first)
            // No round passes, so the loop has not been told.
            upstream.accepted[0].send("HTTP/1.1 200 OK\r\n\r\n")

            _ = try await upstream.pool.connection(for: loop.makeWaiter())

            #expect(upstream.count() == 2)
        }
    }
}
