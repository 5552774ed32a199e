import HTTPWire
import Testing
import Vocabulary

@testable import Transport

struct RelayTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
    private static let block = [UInt8](repeating: 0x61, count: 100_000)

    private func limits(_ change: (inout Deadlines) -> Void) -> Deadlines {
        var limits = Deadlines()
        change(&limits)
        return limits
    }

    @Test func `a request goes up and its answer comes down`() async throws {
        try await onLoop { loop in
            let stage = RelayStage(loop)
            let upstream = loop.start {
                var seen = ""
                await loop.rounds {
                    seen += stage.upstream.receiveText()
                    return seen.hasSuffix("\r\n\r\nhello")
                }
                stage.upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nworld")
                return seen
            }
            let request = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
            try await stage.play(request) { relay, exchange in
                try await relay.passWhole(&exchange)
                #expect(relay.answer.status == 200)
                #expect(relay.isRequestSent == true)
                #expect(exchange.isBodyPending == false)
            }
            #expect(try await upstream.value.hasPrefix("POST /x HTTP/1.1\r\nHost: a\r\n"))
            #expect(stage.client.receiveText() == "world")
        }
    }

    @Test func `interim answers are heads of their own before the final one`() async throws {
        try await onLoop { loop in
            let stage = RelayStage(loop)
            stage.upstream.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            stage.upstream.send("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
            try await stage.play(Self.get) { relay, exchange in
                var statuses: [Int] = []
                repeat {
                    try await relay.nextAnswer(&exchange)
                    statuses.append(relay.answer.status)
                } while relay.answer.isInterim

                #expect(statuses == [103, 103, 204])
            }
        }
    }

    @Test func `an early answer passes while the request is still going up`() async throws {
        try await onLoop { loop in
            let stage = RelayStage(loop, bufferBytes: 4 << 10)
            stage.upstream.send("HTTP/1.1 413 No\r\nContent-Length: 8\r\n\r\ntoo much")
            try await stage.play(Self.post) { relay, exchange in
                stage.client.send(Self.block)
                try await relay.passWhole(&exchange)

                #expect(relay.answer.status == 413)
                #expect(relay.isRequestSent == false)
                #expect(exchange.isBodyPending == true)
            }
            #expect(stage.client.receiveText() == "too much")
        }
    }

    @Test func `both bodies move at once, and neither waits for the other's end`() async throws {
        try await onLoop { loop in
            let stage = RelayStage(loop, bufferBytes: 4 << 10)
            let echo = loop.start {
                stage.upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                var echoed = 0
                var waiting: [UInt8] = []
                var isPastHead = false
                await loop.rounds {
                    waiting += stage.upstream.receiveAll()
                    if !isPastHead, let end = waiting.firstIndex(of: 0x61) {
                        waiting.removeFirst(end)
                        isPastHead = true
                    }
                    if isPastHead {
                        let count = max(stage.upstream.send(waiting), 0)
                        waiting.removeFirst(count)
                        echoed += count
                    }
                    return echoed == 100_000
                }
            }
            let client = loop.start {
                var sent = 0
                var came = 0
                await loop.rounds {
                    sent += max(stage.client.send(Self.block[sent...]), 0)
                    came += stage.client.receiveAll().count
                    return sent == 100_000 && came == 100_000
                }
            }
            let request = Self.post.replacing("POST / ", with: "POST /bbb ")
            try await stage.play(request.replacing("Host: a", with: "Host: b")) { relay, exchange in
                try await relay.passWhole(&exchange)
                #expect(relay.isRequestSent == true)
                try await client.value
            }
            try await echo.value
        }
    }

    @Test func `an upstream that reads nothing is timed out, as the upstream`() async throws {
        let limits = limits { $0.firstByte = .milliseconds(80) }
        try await onLoop { loop in
            let stage = RelayStage(loop, bufferBytes: 4 << 10)
            try await stage.play(Self.post, limits: limits) { relay, exchange in
                let feeding = loop.start {
                    while !Task.isCancelled {
                        stage.client.send(Self.block)
                        await loop.round()
                    }
                }
                await #expect(throws: TransportError.timedOut(.upstream)) {
                    try await relay.nextAnswer(&exchange)
                }
                feeding.cancel()
            }
        }
    }

    @Test func `an upstream that says nothing is timed out after the request was sent`()
        async throws
    {
        let limits = limits { $0.firstByte = .milliseconds(60) }
        try await onLoop { loop in
            let stage = RelayStage(loop)
            try await stage.play(Self.get, limits: limits) { relay, exchange in
                let start = loop.now
                await #expect(throws: TransportError.timedOut(.upstream)) {
                    try await relay.nextAnswer(&exchange)
                }
                #expect(relay.isRequestSent == true)
                #expect(loop.now >= start + .milliseconds(60))
            }
        }
    }

    @Test func `an upstream that stops within its answer is timed out`() async throws {
        let limits = limits { $0.upstreamIdle = .milliseconds(60) }
        try await onLoop { loop in
            let stage = RelayStage(loop)
            stage.upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
            try await stage.play(Self.get, limits: limits) { relay, exchange in
                await #expect(throws: TransportError.timedOut(.upstream)) {
                    try await relay.passWhole(&exchange)
                }
            }
        }
    }

    @Test func `a client that takes nothing is timed out, as the client`() async throws {
        let limits = limits { $0.downloadWindow = .milliseconds(60) }
        try await onLoop { loop in
            let stage = RelayStage(loop, bufferBytes: 4 << 10)
            stage.upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            let feeding = loop.start {
                var sent = 0
                while !Task.isCancelled, sent < 100_000 {
                    sent += max(stage.upstream.send(Self.block[sent...]), 0)
                    await loop.round()
                }
            }
            try await stage.play(Self.get, limits: limits) { relay, exchange in
                await #expect(throws: TransportError.timedOut(.downstream)) {
                    try await relay.passWhole(&exchange)
                }
                #expect(exchange.client.input.capacity + exchange.client.output.capacity < 9_000)
                #expect(relay.upstream.input.capacity <= BlockSize.bulk.byteCount)
            }
            feeding.cancel()
        }
    }

    @Test func `a client that stops within its body is timed out, as the client`() async throws {
        let limits = limits { $0.uploadWindow = .milliseconds(60) }
        try await onLoop { loop in
            let stage = RelayStage(loop)
            try await stage.play(Self.post + "aaa", limits: limits) { relay, exchange in
                await #expect(throws: TransportError.timedOut(.downstream)) {
                    try await relay.nextAnswer(&exchange)
                }
            }
        }
    }

    @Test func `a client that waits for a 100 is not blamed for the upstream's silence`()
        async throws
    {
        let limits = limits {
            $0.uploadWindow = .milliseconds(40)
            $0.firstByte = .milliseconds(120)
        }
        let request = Self.post.replacing("\r\n\r\n", with: "\r\nExpect: 100-continue\r\n\r\n")
        try await onLoop { loop in
            let stage = RelayStage(loop)
            try await stage.play(request, limits: limits) { relay, exchange in
                await #expect(throws: TransportError.timedOut(.upstream)) {
                    try await relay.nextAnswer(&exchange)
                }
            }
        }
    }

    @Test func `an exchange that drips for ever ends at its total`() async throws {
        let limits = limits { $0.total = .milliseconds(100) }
        try await onLoop { loop in
            let stage = RelayStage(loop)
            stage.upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            let dripping = loop.start {
                let waiter = loop.makeWaiter()
                while !Task.isCancelled {
                    stage.upstream.send("a")
                    await waiter.pause(for: .milliseconds(5))
                }
            }
            try await stage.play(Self.get, limits: limits) { relay, exchange in
                await #expect(throws: TransportError.timedOut(.upstream)) {
                    try await relay.passWhole(&exchange)
                }
            }
            dripping.cancel()
        }
    }

    @Test func `a client that drips its request for ever is the one the total blames`()
        async throws
    {
        let limits = limits {
            $0.total = .milliseconds(100)
            $0.bytesPerSecondMin = 0
        }
        try await onLoop { loop in
            let stage = RelayStage(loop)
            let dripping = loop.start {
                let waiter = loop.makeWaiter()
                while !Task.isCancelled {
                    stage.client.send("a")
                    await waiter.pause(for: .milliseconds(5))
                }
            }
            try await stage.play(Self.post, limits: limits) { relay, exchange in
                await #expect(throws: TransportError.timedOut(.downstream)) {
                    try await relay.nextAnswer(&exchange)
                }
            }
            dripping.cancel()
        }
    }
}
