import Glibc
import TestSupport
import Testing

@testable import Transport

struct EventLoopTests {
    @Test func `a task stays on the loop's thread across every wait`() async throws {
        let threads = try await onLoop { loop in
            let waiter = loop.makeWaiter()
            var seen: Set<pthread_t> = [pthread_self()]
            await waiter.rest()
            seen.insert(pthread_self())
            await waiter.pause(for: .milliseconds(1))
            seen.insert(pthread_self())
            let other = loop.start { pthread_self() }
            seen.insert(try await other.value)
            seen.insert(pthread_self())
            return seen
        }

        #expect(threads.count == 1)
        #expect(!threads.contains(pthread_self()))
    }

    @Test func `work handed over while the loop sleeps wakes it`() async throws {
        let loop = try EventLoop()
        try loop.startThread()
        defer { loop.stop() }

        for number in 0..<200 {
            let answer = await Task(executorPreference: loop) { number }.value
            #expect(answer == number)
        }
    }

    @Test func `work handed over from many threads is all done`() async throws {
        let loop = try EventLoop()
        try loop.startThread()
        defer { loop.stop() }

        let sum = await withTaskGroup(of: Int.self) { group in
            for number in 1...500 {
                group.addTask { await Task(executorPreference: loop) { number }.value }
            }
            return await group.reduce(0, +)
        }

        #expect(sum == 500 * 501 / 2)
    }

    @Test func `stopping ends the run, even of a loop that sleeps`() async throws {
        let loop = try EventLoop()
        let run = Task { await Threads.run { loop.run() } }
        await Task(executorPreference: loop) {}.value

        loop.stop()

        await run.value
    }

    @Test func `a pause lasts as long as it was said to, and the clock moves on`() async throws {
        try await onLoop { loop in
            // The loop reads its clock when it wakes, and may have been kept waiting since.
            await loop.round()
            let start = loop.now
            let precise = PreciseClock.nanoseconds()

            await loop.makeWaiter().pause(for: .milliseconds(25))

            #expect(loop.now >= start + .milliseconds(25))
            // The coarse clock may be a few milliseconds behind when it is read first.
            #expect(PreciseClock.nanoseconds() - precise >= 15_000_000)
        }
    }

    @Test func `pauses end in the order of their deadlines`() async throws {
        let order = try await onLoop { loop in
            let order = Order()
            let pauses = [90, 10, 50].map { milliseconds in
                loop.start {
                    await loop.makeWaiter().pause(for: .milliseconds(milliseconds))
                    order.names.append("\(milliseconds)")
                }
            }
            for pause in pauses { try await pause.value }
            return order.names
        }

        #expect(order == ["10", "50", "90"])
    }

    @Test func `a rest lets all others have their turn first`() async throws {
        let order = try await onLoop { loop in
            let order = Order()
            let greedy = loop.start {
                let waiter = loop.makeWaiter()
                for _ in 0..<3 {
                    order.names.append("greedy")
                    await waiter.rest()
                }
            }
            let others = (0..<3).map { _ in loop.start { order.names.append("other") } }
            for other in others { try await other.value }
            try await greedy.value
            return order.names
        }

        #expect(order == ["greedy", "other", "other", "other", "greedy", "greedy"])
    }

    @Test func `a task that rests for ever does not keep news from others`() async throws {
        try await onLoop { loop in
            let (ours, peer) = Peer.unixPair()
            var connection = try Connection(ours, on: loop)
            let resting = loop.start {
                let waiter = loop.makeWaiter()
                while !Task.isCancelled { await waiter.rest() }
            }
            loop.start {
                await loop.makeWaiter().pause(for: .milliseconds(20))
                peer.send("news")
            }

            #expect(try await connection.fill(by: loop.now + .seconds(5)))

            resting.cancel()
            try await resting.value
        }
    }

    @Test func `a waiter's number serves the next one, without its deadline`() async throws {
        try await onLoop { loop in
            var number: Int32 = -1
            do {
                let waiter = loop.makeWaiter()
                number = waiter.number
                waiter.deadline = loop.now
                loop.file(waiter)
            }
            let (ours, peer) = Peer.unixPair()
            defer { peer.close() }
            let waiter = loop.makeWaiter()
            #expect(waiter.number == number)
            let connection = try Connection(ours, on: loop, sharing: waiter)
            let deadline = loop.now + .milliseconds(60)

            #expect(await connection.ready(.input, by: deadline) == false)

            #expect(loop.now >= deadline)
        }
    }

    @Test func `a socket says what came, once, and its end for ever`() async throws {
        try await onLoop { loop in
            let (ours, peer) = Peer.unixPair()
            let socket = try Socket(ours, on: loop)
            await loop.round()
            #expect(!socket.isReadable && socket.isWritable && !socket.hasFailed)

            peer.send("x")
            await loop.round()
            #expect(socket.isReadable)
            socket.noteDrained()
            await loop.round()
            #expect(!socket.isReadable)

            peer.endSending()
            await loop.round()
            socket.noteDrained()
            #expect(socket.isReadable && !socket.hasFailed)
            peer.close()
            await loop.round()
            #expect(socket.hasFailed)
        }
    }

    @Test func `no loop watches a closed socket that somebody else still holds`() async throws {
        let (ours, peer) = Peer.unixPair()
        var status = stat()
        unsafe fstat(ours, &status)
        let file = status
        // A process that is being started holds all our descriptors for a while.
        let other = dup(ours)
        try await onLoop { loop in
            do {
                let socket = try Socket(ours, on: loop)
                #expect(Self.isWatched(file))
                _ = socket.isReadable
            }
            #expect(!Self.isWatched(file))
        }
        close(other)
        peer.close()
    }

    @Test func `no loop watches what a listener was, once it has closed`() async throws {
        let path = "/tmp/gatehouse-test-\(ProcessID.own)-watched.sock"
        let bound = try BoundAddress.bind(.unix(path: path), workers: 2)
        defer { bound.unbind() }
        var status = stat()
        unsafe fstat(bound.descriptors[1], &status)
        let file = status

        try await onLoop { loop in
            do {
                let listener = try Listener(bound.descriptors[0], on: loop)
                #expect(Self.isWatched(file))
                listener.close()
                await listener.accept { _, _ in }
            }
            #expect(!Self.isWatched(file))
        }
        close(bound.descriptors[1])
    }

    /// Whether any epoll of this process has an entry for this file.
    ///
    /// Numbers are given out by each kind of file for itself, so the kind is compared too.
    private static func isWatched(_ file: stat) -> Bool {
        let minor = file.st_dev & 0xff | file.st_dev >> 12 & 0xfff00
        let number = String(file.st_ino, radix: 16)
        let mark = "ino:\(number) sdev:\(String(minor, radix: 16))\n"
        return (0..<10_000).contains { descriptor in
            let facts = try? TextFile.read("/proc/self/fdinfo/\(descriptor)")
            return facts?.contains(mark) ?? false
        }
    }
}

/// What happened in which order, on one thread.
// SAFETY: touched by tasks of one loop alone.
private final class Order: @unchecked Sendable {
    var names: [String] = []
}
