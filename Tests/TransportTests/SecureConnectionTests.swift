import Crypto
import Glibc
import HTTPWire
import TestSupport
import Testing
import Vocabulary

@testable import Transport

struct SecureConnectionTests {
    private let stage: SecureStage

    init() throws { stage = try SecureStage() }

    private func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    }

    @Test func `what one send cannot take goes with the next ones, in order`() async throws {
        let sent = pattern(300_000)
        try await onLoop { [stage] loop in
            var ends = try await stage.pair(on: loop, bufferBytes: 4 << 10)
            let peer = ends.peer
            ends.connection.output.append(sent)
            var partial = 0
            while try !ends.connection.send() {
                partial += 1
                peer.step()
                await loop.round()
            }
            await loop.rounds {
                peer.step()
                return peer.heard.count == sent.count
            }
            let isSame = peer.heard == sent
            #expect(isSame)
            #expect(partial > 3)
            let (said, given) = (ends.connection.sent, ends.connection.given)
            #expect(said > sent.count && given == said)
        }
    }

    @Test func `bytes sent past the queue come after what is queued`() async throws {
        for headCount in [1, 300, 16 << 10, 40_000] {
            let head = pattern(headCount)
            let body = pattern(150_000).reversed() as [UInt8]
            try await onLoop { [stage] loop in
                var ends = try await stage.pair(on: loop, bufferBytes: 4 << 10)
                let peer = ends.peer
                ends.connection.output.append(head)
                var gone = 0
                while gone < body.count {
                    let rest = Array(body[gone...])
                    unsafe gone += try ends.connection.send(rest.span.bytes)
                    peer.step()
                    await loop.round()
                }
                while try !ends.connection.send() {
                    peer.step()
                    await loop.round()
                }
                await loop.rounds {
                    peer.step()
                    return peer.heard.count == head.count + body.count
                }
                let isSame = peer.heard == head + body
                #expect(isSame)
                let left = ends.connection.output.count
                #expect(left == 0)
            }
        }
    }

    @Test func `a short head is sealed with what follows`() async throws {
        let head = pattern(300)
        let body = pattern(40_000)
        try await onLoop { [stage] loop in
            var ends = try await stage.pair(on: loop)
            let peer = ends.peer
            await loop.round()
            peer.step()
            let before = peer.records.count
            ends.connection.output.append(head)

            let gone = try unsafe ends.connection.send(body.span.bytes)

            await loop.rounds {
                peer.step()
                return peer.heard.count == 40_300
            }
            #expect(gone == 40_000)
            // 16 bytes of authenticator and one of type; the rest is data.
            let data = peer.records.dropFirst(before).map { $0 - 17 }
            #expect(data == [16 << 10, 16 << 10, 40_300 - (32 << 10)])
        }
    }

    @Test func `what comes is read, and drained without asking the kernel again`() async throws {
        let sent = pattern(200_000)
        try await onLoop { [stage] loop in
            var ends = try await stage.pair(on: loop)
            let peer = ends.peer
            let saying = loop.start { try await Self.say(sent, peer, loop) }
            var came: [UInt8] = []
            while came.count < sent.count {
                #expect(try await ends.connection.fill(by: loop.now + .seconds(5)))
                came += ends.connection.input.array
                ends.connection.input.removeAll()
            }
            try await saying.value
            let isSame = came == sent
            #expect(isSame)
            #expect(try ends.connection.receive() == .nothingYet)
            let isReadable = ends.connection.socket.isReadable
            #expect(!isReadable)
        }
    }

    private static func say(_ bytes: [UInt8], _ peer: SecurePeer, _ loop: EventLoop) async throws {
        for start in stride(from: 0, to: bytes.count, by: 10_000) {
            try peer.say(Array(bytes[start..<min(start + 10_000, bytes.count)]))
            await loop.round()
        }
        while peer.session.output.count > 0 {
            peer.step()
            await loop.round()
        }
    }

    @Test func `records that wait unopened count as news`() async throws {
        try await onLoop { [stage] loop in
            var ends = try await stage.pair(on: loop)
            let peer = ends.peer
            try peer.say(pattern(9_000))
            await loop.rounds { ends.connection.socket.isReadable }

            // One record, of which a head's block takes less than half.
            #expect(try ends.connection.receive(.head) == .bytes)
            let (isReadable, isNews) = (ends.connection.socket.isReadable, ends.connection.hasNews)
            #expect(!isReadable && isNews)

            var count = 0
            repeat {
                count += ends.connection.input.count
                ends.connection.input.removeAll()
            } while try ends.connection.receive(.head) == .bytes
            let hasNews = ends.connection.hasNews
            #expect(count == 9_000 && !hasNews)
        }
    }

    @Test func `an end that was said is an end, a mere close is a cut`() async throws {
        try await onLoop { [stage] loop in
            var told = try await stage.pair(on: loop)
            let polite = told.peer
            try polite.say("bye")
            polite.sayEnd()
            polite.peer.close()
            #expect(try await told.connection.fill(by: loop.now + .seconds(5)))
            let heard = told.connection.inputText
            #expect(heard == "bye")
            #expect(try await !told.connection.fill(by: loop.now + .seconds(5)))

            var cut = try await stage.pair(on: loop)
            let rude = cut.peer
            try rude.say("by")
            rude.peer.close()
            #expect(try await cut.connection.fill(by: loop.now + .seconds(5)))
            await #expect(throws: TransportError.cut(.downstream)) {
                try await cut.connection.fill(by: loop.now + .seconds(5))
            }
        }
    }

    @Test func `our end is said in TLS's words`() async throws {
        try await onLoop { [stage] loop in
            var ends = try await stage.pair(on: loop)
            let peer = ends.peer
            ends.connection.output.append("last words")
            #expect(try ends.connection.send())
            ends.connection.endSending()
            await loop.rounds {
                peer.step()
                return peer.hasEnded
            }
            #expect(String(decoding: peer.heard, as: UTF8.self) == "last words")
            try peer.say("and mine")
            #expect(try await ends.connection.fill(by: loop.now + .seconds(5)))
            let heard = ends.connection.inputText
            #expect(heard == "and mine")
        }
    }

    @Test func `a silent connection holds no blocks`() async throws {
        try await onLoop { [stage] loop in
            var ends = try await stage.pair(on: loop)
            let peer = ends.peer
            try peer.say("hello")
            #expect(try await ends.connection.fill(by: loop.now + .seconds(5)))
            ends.connection.output.append("hello")
            #expect(try ends.connection.send())
            ends.connection.input.removeAll()
            #expect(try ends.connection.receive() == .nothingYet)

            ends.connection.releaseMemory()

            guard let tls = ends.connection.tls else { return }
            #expect(tls.input.capacity == 0 && tls.output.capacity == 0)
        }
    }

    @Test func `half a record begins a head, and has no more time than one`() async throws {
        try await onLoop { [stage] loop in
            let ends = try await stage.pair(on: loop)
            let peer = ends.peer
            var deadlines = Deadlines()
            deadlines.head = .milliseconds(60)
            var exchange = Exchange(
                ends.release(),
                peer: nil,
                deadlines: deadlines,
                bodyByteMax: 1
            )
            #expect(try await exchange.nextHead() == .silence)
            try peer.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await loop.rounds { exchange.client.socket.isReadable }
            #expect(try await exchange.nextHead() == .head)
            exchange.end()
            #expect(try await exchange.nextHead() == .silence)

            peer.peer.send([0x17, 0x03, 0x03, 0x01])
            await loop.rounds { exchange.client.socket.isReadable }

            #expect(try await exchange.nextHead() == .gone)
            let isOver = loop.now >= exchange.began + deadlines.head
            #expect(isOver)
        }
    }

    @Test func `an answer that lasts until the end is cut where TLS did not say so`() async throws {
        for isSaid in [true, false] {
            try await onLoop { [stage] loop in
                var ends = try await stage.pair(on: loop)
                let (ours, reader) = Peer.unixPair()
                var sink = try Connection(
                    ours,
                    on: loop,
                    .upstream,
                    sharing: ends.connection.waiter
                )
                var pump = BodyPump(.untilClose, as: .chunked)
                try ends.peer.say("all there is")
                if isSaid { ends.peer.sayEnd() }
                ends.peer.peer.close()
                await loop.rounds { ends.connection.socket.isReadable }
                var error: TransportError?
                var stall = BodyPump.Stall.source
                let limit = loop.now + .seconds(5)
                do throws(TransportError) {
                    while stall != .done, loop.now < limit {
                        stall = try pump.move(from: &ends.connection, to: &sink)
                        await loop.round()
                    }
                } catch let thrown {
                    error = thrown
                }
                #expect(error == (isSaid ? nil : .cut(.downstream)))
                let wire = reader.receiveText()
                #expect(wire.hasPrefix("c\r\nall there is"))
                #expect(wire.hasSuffix("0\r\n\r\n") == isSaid)
            }
        }
    }

    @Test func `a long body of known length passes through TLS, never through a pipe`() async throws
    {
        let body = pattern(1_500_000)
        try await onLoop { [stage] loop in
            var ends = try await stage.pair(on: loop)
            let (ours, upstream) = Peer.unixPair()
            var source = try Connection(ours, on: loop, .upstream, sharing: ends.connection.waiter)
            var pump = BodyPump(.length(body.count), as: .length(body.count))
            var sent = 0
            var stall = BodyPump.Stall.source
            let limit = loop.now + .seconds(5)
            while stall != .done, loop.now < limit {
                sent += upstream.send(body[sent...].prefix(100_000))
                stall = try pump.move(from: &source, to: &ends.connection)
                ends.peer.step()
                await loop.round()
            }
            await loop.rounds {
                ends.peer.step()
                return ends.peer.heard.count == body.count
            }
            let isSame = ends.peer.heard == body
            #expect(isSame)
        }
    }
}
