import Glibc
import Testing

@testable import Transport

struct TunnelTests {
    /// A tunnel with both of its far ends in the test's hands.
    // SAFETY: a test touches it on the thread of its loop alone.
    private final class Stage: @unchecked Sendable {
        let loop: EventLoop
        let client: Peer
        let upstream: Peer
        private let ours: (client: Int32, upstream: Int32)

        enum Kind { case tcp, unix }

        /// - bufferBytes: how little the client's side holds, if not the usual.
        init(
            _ loop: EventLoop,
            _ kind: Kind = .tcp,
            bufferBytes: Int32? = nil,
            upstreamBufferBytes: Int32? = nil
        ) {
            self.loop = loop
            let pair = { (bytes: Int32?) in
                kind == .tcp ? Peer.tcpPair(bufferBytes: bytes) : Peer.unixPair(bufferBytes: bytes)
            }
            let (oursOfClient, client) = pair(bufferBytes)
            let (oursOfUpstream, upstream) = pair(upstreamBufferBytes)
            ours = (oursOfClient, oursOfUpstream)
            self.client = client
            self.upstream = upstream
        }

        /// Runs the tunnel to its end, while `scene` plays.
        func play(
            silence: Patience = .seconds(60),
            lastWords: Patience = .seconds(10),
            _ scene: @escaping @Sendable () async -> Void
        ) async throws -> TransportError? {
            let waiter = loop.makeWaiter()
            var client = try Connection(ours.client, on: loop, sharing: waiter)
            var upstream = try Connection(ours.upstream, on: loop, .upstream, sharing: waiter)
            let playing = loop.start { await scene() }
            var tunnel = Tunnel()
            var failure: TransportError?
            do throws(TransportError) {
                try await tunnel.run(&client, &upstream, silence: silence, lastWords: lastWords)
            } catch {
                failure = error
                client.abort()
            }
            try await playing.value
            return failure
        }
    }

    private static let block = [UInt8](repeating: 0x62, count: 200_000)

    @Test func `bytes pass both ways, whoever speaks first`() async throws {
        try await onLoop { loop in
            let stage = Stage(loop)
            let failure = try await stage.play {
                for word in ["one", "two", "three"] {
                    stage.upstream.send(word)
                    await loop.rounds { stage.client.receiveText() == word }
                    stage.client.send(word + "!")
                    await loop.rounds { stage.upstream.receiveText() == word + "!" }
                }
                stage.client.close()
                await loop.rounds { stage.upstream.receive() == .end }
                stage.upstream.close()
            }
            #expect(failure == nil)
        }
    }

    @Test func `a client that ended its side still hears the upstream out`() async throws {
        try await onLoop { loop in
            let stage = Stage(loop)
            let failure = try await stage.play {
                stage.client.send("bye")
                stage.client.endSending()
                await loop.rounds { stage.upstream.receive() == .bytes(Array("bye".utf8)) }
                await loop.rounds { stage.upstream.receive() == .end }
                stage.upstream.send("but wait")
                await loop.rounds { stage.client.receiveText() == "but wait" }
                stage.upstream.endSending()
                await loop.rounds { stage.client.receive() == .end }
            }
            #expect(failure == nil)
        }
    }

    @Test func `an upstream that ended its side still hears the client out`() async throws {
        try await onLoop { loop in
            let stage = Stage(loop)
            let failure = try await stage.play {
                stage.upstream.endSending()
                await loop.rounds { stage.client.receive() == .end }
                stage.client.send("but wait")
                await loop.rounds { stage.upstream.receiveText() == "but wait" }
                stage.client.endSending()
                await loop.rounds { stage.upstream.receive() == .end }
            }
            #expect(failure == nil)
        }
    }

    @Test func `a client that resets while the upstream takes nothing is not waited for`()
        async throws
    {
        try await onLoop { loop in
            let stage = Stage(loop, upstreamBufferBytes: 4 << 10)
            let start = loop.now
            let failure = try await stage.play(lastWords: .milliseconds(80)) {
                // More than all the kernels on the way hold.
                var taken = 1
                while taken > 0 {
                    taken = stage.client.send(TunnelTests.block)
                    for _ in 0..<3 { await loop.round() }
                }
                stage.client.reset()
            }
            #expect(failure == .cut(.downstream))
            // Silence is borne for a minute.
            #expect(loop.now < start + .seconds(30))
            #expect(!stage.upstream.receiveAll().isEmpty)
        }
    }

    @Test func `an upstream that goes on taking hears a client that is gone to its end`()
        async throws
    {
        try await onLoop { loop in
            let stage = Stage(loop, .unix, upstreamBufferBytes: 4 << 10)
            let came = Came()
            let failure = try await stage.play(lastWords: .milliseconds(300)) {
                for _ in 0..<10 {
                    stage.client.send(TunnelTests.block.prefix(20_000))
                    for _ in 0..<3 { await loop.round() }
                    came.sent += 20_000
                }
                stage.client.close()
                let waiter = loop.makeWaiter()
                await loop.rounds {
                    if case .bytes(let bytes) = stage.upstream.receive(atMost: 4000) {
                        came.count += bytes.count
                        return false
                    }
                    return true
                }
                await waiter.pause(for: .milliseconds(20))
                came.count += stage.upstream.receiveAll().count
                while came.count < came.sent {
                    await waiter.pause(for: .milliseconds(20))
                    let more = stage.upstream.receiveAll().count
                    if more == 0 { break }
                    came.count += more
                }
                stage.upstream.close()
            }
            #expect(failure == nil)
            #expect(came.count == came.sent)
        }
    }

    /// Bytes that went in and came out.
    // SAFETY: a test touches it on the thread of its loop alone.
    private final class Came: @unchecked Sendable {
        var sent = 0
        var count = 0
    }

    @Test func `the kernel asks after a silent peer`() async throws {
        try await onLoop { loop in
            let (ours, peer) = Peer.tcpPair()
            let connection = try Connection(ours, on: loop)
            connection.watchPeer()
            var value: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            unsafe getsockopt(ours, SOL_SOCKET, SO_KEEPALIVE, &value, &size)
            #expect(value == 1)
            unsafe getsockopt(ours, Int32(IPPROTO_TCP), TCP_KEEPIDLE, &value, &size)
            #expect(value == 60)
            peer.close()
        }
    }

    @Test func `a client that resets is a cut, and the upstream hears of it`() async throws {
        try await onLoop { loop in
            let stage = Stage(loop)
            let failure = try await stage.play { stage.client.reset() }
            #expect(failure == .cut(.downstream))
            #expect(stage.upstream.receive() != .nothing)
        }
    }

    @Test func `an upstream that resets is a cut, and the client is reset`() async throws {
        try await onLoop { loop in
            let stage = Stage(loop)
            let failure = try await stage.play { stage.upstream.reset() }
            #expect(failure == .cut(.upstream))
            #expect(stage.client.receive() == .reset)
        }
    }

    @Test func `silence on both sides ends a tunnel, and speech on one keeps it`() async throws {
        try await onLoop { loop in
            let stage = Stage(loop)
            let start = loop.now
            let failure = try await stage.play(silence: .milliseconds(80)) {
                let waiter = loop.makeWaiter()
                for _ in 0..<4 {
                    await waiter.pause(for: .milliseconds(30))
                    stage.client.send("still here")
                }
            }
            #expect(failure == .timedOut(.downstream))
            #expect(loop.now >= start + .milliseconds(200))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a client that takes nothing holds nobody else up`() async throws {
        try await onLoop { loop in
            let stage = Stage(loop, bufferBytes: 4 << 10)
            let failure = try await stage.play {
                // Both sides have ended; only bytes in the tunnel's hands wait for the client.
                stage.client.endSending()
                await loop.rounds { stage.upstream.receive() == .end }
                let bytes = Self.block.prefix(50_000)
                let sent = stage.upstream.send(bytes)
                #expect(sent == bytes.count)
                stage.upstream.close()
                for _ in 0..<100 { await loop.round() }
                var came = 0
                await loop.rounds {
                    came += stage.client.receiveAll().count
                    return came == sent
                }
            }
            #expect(failure == nil)
        }
    }

    @Test func `a side that takes nothing makes the other wait, and memory stays`() async throws {
        try await onLoop { loop in
            let stage = Stage(loop, bufferBytes: 4 << 10)
            let failure = try await stage.play {
                var sent = 0
                var rounds = 0
                await loop.rounds {
                    let count = stage.upstream.send(Self.block)
                    sent += max(count, 0)
                    rounds = count == 0 ? rounds + 1 : 0
                    return rounds == 50
                }
                #expect(sent < 30 << 20)
                var came = 0
                await loop.rounds {
                    came += stage.client.receiveAll().count
                    return came == sent
                }
                stage.client.close()
                stage.upstream.close()
            }
            #expect(failure == nil)
        }
    }

    @Test func `an upstream on a Unix socket that says its last and leaves is no failure`()
        async throws
    {
        try await onLoop { loop in
            let stage = Stage(loop, .unix)
            let failure = try await stage.play {
                stage.upstream.send("last words")
                stage.upstream.close()
                await loop.rounds { stage.client.receiveText() == "last words" }
                await loop.rounds { stage.client.receive() == .end }
                stage.client.close()
            }
            #expect(failure == nil)
        }
    }

    @Test func `last words wait for a slow client, though their upstream is gone`() async throws {
        try await onLoop { loop in
            let stage = Stage(loop, .unix, bufferBytes: 4 << 10)
            let failure = try await stage.play {
                let sent = stage.upstream.send(Self.block)
                stage.upstream.close()
                for _ in 0..<20 { await loop.round() }
                var came = 0
                await loop.rounds {
                    came += stage.client.receiveAll().count
                    return came == sent
                }
                await loop.rounds { stage.client.receive() == .end }
                stage.client.close()
            }
            #expect(failure == nil)
        }
    }

    @Test func `a client that talks on to an upstream that left ends in order`() async throws {
        try await onLoop { loop in
            let stage = Stage(loop)
            let failure = try await stage.play {
                let sent = stage.upstream.send(Self.block.prefix(2_000))
                stage.upstream.close()
                var came = 0
                await loop.rounds {
                    came += stage.client.receiveAll().count
                    return came == sent
                }
                // What is said now meets a reset, which takes back nothing that was heard.
                for _ in 0..<20 {
                    stage.client.send("and another thing")
                    await loop.round()
                }
                await loop.rounds { stage.client.receive() == .end }
                stage.client.close()
            }
            #expect(failure == nil)
        }
    }
}
