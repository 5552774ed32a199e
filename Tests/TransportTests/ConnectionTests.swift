import Glibc
import Testing
import Vocabulary

@testable import Transport

struct ConnectionTests {
    private func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    }

    @Test func `what one send cannot take goes with the next ones, in order`() async throws {
        let sent = pattern(200_000)
        try await onLoop { loop in
            let (ours, peer) = Peer.unixPair(bufferBytes: 4 << 10)
            var connection = try Connection(ours, on: loop)
            connection.output.append(sent)
            var arrived: [UInt8] = []
            var partial = 0

            while try !connection.send() {
                partial += 1
                arrived += peer.receiveAll()
                await loop.round()
            }

            arrived += peer.receiveAll()
            #expect(arrived == sent)
            #expect(partial > 10)
            #expect(connection.sent == sent.count)
        }
    }

    @Test func `bytes sent past the queue come after what is queued`() async throws {
        let head = pattern(3_000)
        let body = pattern(100_000).reversed() as [UInt8]
        try await onLoop { loop in
            let (ours, peer) = Peer.unixPair(bufferBytes: 4 << 10)
            var connection = try Connection(ours, on: loop)
            connection.output.append(head)
            var arrived: [UInt8] = []
            var gone = 0

            while gone < body.count {
                let rest = Array(body[gone...])
                unsafe gone += try connection.send(rest.span.bytes)
                arrived += peer.receiveAll()
                await loop.round()
            }

            arrived += peer.receiveAll()
            #expect(arrived == head + body)
            #expect(connection.output.count == 0)
        }
    }

    @Test func `the peer's end is seen after its last bytes, and stays`() async throws {
        try await onLoop { loop in
            let (ours, peer) = Peer.unixPair()
            var connection = try Connection(ours, on: loop)
            peer.send("last words")
            peer.close()
            await loop.round()

            #expect(try connection.receive() == .bytes)
            #expect(connection.inputText == "last words")
            #expect(try connection.receive() == .end)
            #expect(try connection.receive() == .end)
        }
    }

    @Test func `a peer that resets is a cut, and not alive`() async throws {
        try await onLoop { loop in
            let (ours, peer) = Peer.tcpPair()
            var connection = try Connection(ours, on: loop, .upstream)
            peer.reset()
            await loop.round()

            #expect(connection.isAlive == false)
            #expect(throws: TransportError.cut(.upstream)) { try connection.receive() }
        }
    }

    @Test func `sending to a peer that left is a cut of that side`() async throws {
        try await onLoop { loop in
            let (ours, peer) = Peer.unixPair()
            var connection = try Connection(ours, on: loop, .downstream)
            peer.close()
            connection.output.append("x")

            #expect(throws: TransportError.cut(.downstream)) { try connection.send() }
        }
    }

    @Test func `a peer that only ends its side is alive`() async throws {
        try await onLoop { loop in
            let (ours, peer) = Peer.tcpPair()
            let connection = try Connection(ours, on: loop)
            peer.endSending()
            await loop.round()

            #expect(connection.isAlive == true)
        }
    }

    @Test func `filling waits for bytes and takes them`() async throws {
        try await onLoop { loop in
            let (ours, peer) = Peer.unixPair()
            var connection = try Connection(ours, on: loop)
            loop.start {
                await loop.round()
                peer.send("late")
            }

            #expect(try await connection.fill(by: .never))
            #expect(connection.inputText == "late")
            peer.endSending()
            #expect(try await connection.fill(by: .never) == false)
        }
    }

    @Test func `filling gives up at its deadline and not before`() async throws {
        try await onLoop { loop in
            let (ours, peer) = Peer.unixPair()
            defer { peer.close() }
            var connection = try Connection(ours, on: loop, .upstream)
            let deadline = loop.now + .milliseconds(40)

            await #expect(throws: TransportError.timedOut(.upstream)) {
                _ = try await connection.fill(by: deadline)
            }
            #expect(loop.now >= deadline)
        }
    }

    @Test func `a wait for two connections ends with the first that is ready`() async throws {
        try await onLoop { loop in
            let waiter = loop.makeWaiter()
            let (first, firstPeer) = Peer.unixPair()
            let (second, secondPeer) = Peer.unixPair()
            var one = try Connection(first, on: loop, sharing: waiter)
            var other = try Connection(second, on: loop, sharing: waiter)
            for peer in [secondPeer, firstPeer] {
                loop.start {
                    await loop.round()
                    peer.send("!")
                }
                await one.ready(.input, or: other, .input, by: .never)
                let heard = try (one.receive(), other.receive())
                #expect(heard.0 == (peer === firstPeer ? .bytes : .nothingYet))
                #expect(heard.1 == (peer === secondPeer ? .bytes : .nothingYet))
            }
        }
    }

    @Test func `a wait for two connections ends at its deadline`() async throws {
        try await onLoop { loop in
            let waiter = loop.makeWaiter()
            let (first, firstPeer) = Peer.unixPair()
            let (second, secondPeer) = Peer.unixPair()
            defer {
                firstPeer.close()
                secondPeer.close()
            }
            let one = try Connection(first, on: loop, sharing: waiter)
            let other = try Connection(second, on: loop, sharing: waiter)
            let deadline = loop.now + .milliseconds(30)

            await one.ready(.input, or: other, .input, by: deadline)

            #expect(loop.now >= deadline)
        }
    }

    @Test func `an aborted connection ends in a reset, another in order`() async throws {
        try await onLoop { loop in
            for aborts in [true, false] {
                let (ours, peer) = Peer.tcpPair()
                do {
                    var connection = try Connection(ours, on: loop)
                    if aborts { connection.abort() }
                    #expect(connection.isAborted == aborts)
                }
                // The loopback may take its time.
                var news = peer.receive()
                await loop.rounds {
                    if news == .nothing { news = peer.receive() }
                    return news != .nothing
                }
                #expect(news == (aborts ? .reset : .end))
            }
        }
    }

    @Test func `lingering takes what still comes, so that the last answer is read`() async throws {
        try await onLoop { loop in
            let (ours, peer) = Peer.tcpPair()
            peer.send("a body nobody wants")
            await loop.round()
            do {
                var connection = try Connection(ours, on: loop)
                connection.output.append("answer")
                #expect(try connection.send())
                let end = loop.start {
                    await loop.rounds { peer.receive() == .end }
                    peer.send("still more")
                    peer.endSending()
                }
                #expect(peer.receive() == .bytes(Array("answer".utf8)))
                await connection.linger(for: .seconds(5))
                try await end.value
            }
            #expect(peer.receive() == .end)
        }
    }

    @Test func `lingering ends after its time, and after its bytes`() async throws {
        try await onLoop { loop in
            let (quiet, silent) = Peer.unixPair()
            defer { silent.close() }
            var connection = try Connection(quiet, on: loop)
            let start = loop.now
            await connection.linger(for: .milliseconds(30))
            #expect(loop.now >= start + .milliseconds(30))

            let (busy, flood) = Peer.unixPair()
            var flooded = try Connection(busy, on: loop)
            let feeding = loop.start {
                while flood.send([UInt8](repeating: 0, count: 32 << 10)) >= 0 {
                    if Task.isCancelled { return }
                    await loop.round()
                }
            }
            await flooded.linger(for: .seconds(60))
            feeding.cancel()
            #expect(flooded.received >= TransportBounds.lingerByteMax)
            #expect(flooded.received <= 2 * TransportBounds.lingerByteMax)
        }
    }

    @Test func `empty queues give their memory back, and full ones keep it`() async throws {
        try await onLoop { loop in
            let (ours, peer) = Peer.unixPair()
            var connection = try Connection(ours, on: loop)
            peer.send("x")
            await loop.round()
            _ = try connection.receive()
            connection.output.append("y")
            connection.releaseEmptyMemory()
            #expect(connection.input.capacity > 0 && connection.output.capacity > 0)

            connection.input.removeAll()
            connection.output.removeAll()
            connection.releaseEmptyMemory()

            #expect(connection.input.capacity == 0 && connection.output.capacity == 0)
        }
    }
}
