import HTTPWire
import TestSupport
import Testing
import Vocabulary

@testable import Transport

/// Long bodies, which go through a pipe of the kernel.
struct SplicedBodyTests {
    private static let length = 192 << 10

    /// A pump for one long body, its two connections and their far ends.
    private struct Passage: ~Copyable {
        let sender: Peer
        let receiver: Peer
        var source: Connection
        var sink: Connection
        var pump = BodyPump(.length(length), as: .length(length))
        var arrived: [UInt8] = []

        init(on loop: EventLoop, bufferBytes: Int32? = nil) throws {
            let waiter = loop.makeWaiter()
            let (ours, sender) = Peer.unixPair()
            let (theirs, receiver) = Peer.unixPair(bufferBytes: bufferBytes)
            let (upstream, client) = (try Socket(ours, on: loop), try Socket(theirs, on: loop))
            self.sender = sender
            self.receiver = receiver
            source = Connection(upstream, side: .upstream, waiter: waiter)
            sink = Connection(client, side: .downstream, waiter: waiter)
        }

        /// Moves until only the source can help, or all is done.
        mutating func move(_ loop: EventLoop) async throws -> BodyPump.Stall {
            while true {
                let stall = try pump.move(from: &source, to: &sink)
                arrived += receiver.receiveAll()
                guard stall == .sink || stall == .turn else { return stall }
                await loop.round()
            }
        }
    }

    @Test func `small runs that fill a pipe's places are passed on, not waited for`() async throws {
        try await onLoop { loop in
            var passage = try Passage(on: loop)
            // More runs than a pipe of 512 KiB has places, each far smaller than a place.
            var sent = 0
            for _ in 0..<150 {
                sent += passage.sender.send(repeatElement(UInt8(ascii: "a"), count: 600))
            }
            await loop.round()

            let stall = try await passage.move(loop)

            let count = passage.arrived.count
            #expect(stall == .source)
            #expect(count == sent)
        }
    }

    @Test func `what is in the pipe reaches a slow sink before the body is over`() async throws {
        try await onLoop { loop in
            var passage = try Passage(on: loop, bufferBytes: 4096)
            var random = SeededRandom(1)
            let body = (0..<Self.length).map { _ in UInt8.random(in: 0...255, using: &random) }
            var left = body[...]
            var stall = BodyPump.Stall.source
            while stall != .done {
                left = left.dropFirst(max(passage.sender.send(left.prefix(16 << 10)), 0))
                await loop.round()
                stall = try await passage.move(loop)
            }
            passage.arrived += passage.receiver.receiveAll()

            let arrived = passage.arrived
            #expect(arrived == body)
        }
    }

    @Test func `a sender that leaves within a long body has cut it`() async throws {
        try await onLoop { loop in
            var passage = try Passage(on: loop)
            passage.sender.send(repeatElement(UInt8(ascii: "a"), count: 1000))
            await loop.round()
            _ = try await passage.move(loop)
            passage.sender.close()
            await loop.round()

            await #expect(throws: TransportError.cut(.upstream)) {
                _ = try await passage.move(loop)
            }
        }
    }

    @Test func `no more pipes are lent than there may be`() throws {
        let pool = PipePool()
        var lent: [Pipe] = []
        while let pipe = pool.take() { lent.append(pipe) }

        #expect(lent.count == TransportBounds.pipesMax)
        if let last = lent.popLast() { pool.give(last) }
        let again = pool.take()
        #expect(again != nil)
        lent.removeAll()
        #expect(pool.take() != nil)
    }
}
