import HTTPWire
import Testing
import Vocabulary

@testable import Transport

struct ExchangeTests {
    /// Gives `scene` an exchange whose client is the test.
    private func play(
        bodyByteMax: Int = 1 << 20,
        limits: Deadlines = Deadlines(),
        _ scene: @escaping @Sendable (inout Exchange, Peer, EventLoop) async throws -> Void
    ) async throws {
        try await onLoop { loop in
            let (ours, client) = Peer.tcpPair()
            var exchange = Exchange(
                try Connection(ours, on: loop),
                peer: nil,
                deadlines: limits,
                bodyByteMax: bodyByteMax
            )
            try await scene(&exchange, client, loop)
        }
    }

    private func limits(_ change: (inout Deadlines) -> Void) -> Deadlines {
        var limits = Deadlines()
        change(&limits)
        return limits
    }

    @Test func `a head is one head, however it is cut`() async throws {
        try await play { exchange, client, loop in
            loop.start {
                for byte in "GET /a HTTP/1.1\r\nHost: a\r\n\r\n".utf8 {
                    client.send([byte])
                    await loop.round()
                }
            }
            await loop.rounds { exchange.client.socket.isReadable }

            try await exchange.expect(.head)

            #expect(exchange.head.method == .get)
            #expect(exchange.head.path.equals("/a") == true)
        }
    }

    @Test func `requests sent at once are heads one after the other`() async throws {
        try await play { exchange, client, loop in
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            await loop.round()

            try await exchange.expect(.head)
            #expect(exchange.head.path.equals("/1") == true)
            exchange.end()
            try await exchange.expect(.head)
            #expect(exchange.head.path.equals("/2") == true)
            #expect(exchange.head.method == .head)
            exchange.end()
            try await exchange.expect(.silence)
        }
    }

    @Test func `a client that says nothing is silent, and holds no memory`() async throws {
        try await play { exchange, _, _ in
            try await exchange.expect(.silence)
            #expect(exchange.client.input.capacity == 0)
            #expect(exchange.client.output.capacity == 0)
        }
    }

    @Test func `a client that leaves between requests is gone, in order or not`() async throws {
        for resets in [false, true] {
            try await play { exchange, client, loop in
                if resets { client.reset() } else { client.close() }
                await loop.round()

                try await exchange.expect(.gone)
            }
        }
    }

    @Test func `a client that leaves within a head has cut it`() async throws {
        for resets in [false, true] {
            try await play { exchange, client, loop in
                client.send("GET / HT")
                await loop.round()
                loop.start {
                    await loop.round()
                    if resets { client.reset() } else { client.close() }
                }

                await #expect(throws: TransportError.cut(.downstream)) {
                    _ = try await exchange.nextHead()
                }
            }
        }
    }

    @Test func `the head's deadline runs from its first byte, whatever drips after it`()
        async throws
    {
        try await play(limits: limits { $0.head = .milliseconds(80) }) { exchange, client, loop in
            client.send("GET / HTTP/1.1\r\n")
            await loop.round()
            let start = loop.now
            let dripping = loop.start {
                let waiter = loop.makeWaiter()
                while !Task.isCancelled {
                    client.send("x")
                    await waiter.pause(for: .milliseconds(5))
                }
            }

            await #expect(throws: TransportError.timedOut(.downstream)) {
                _ = try await exchange.nextHead()
            }

            #expect(loop.now >= start + .milliseconds(80))
            dripping.cancel()
        }
    }

    @Test(arguments: [
        "POST https://a/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
        "OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: x\r\nContent-Length: 5\r\n\r\n",
    ])
    func `the body of a refused head may still come`(request: String) async throws {
        try await play { exchange, client, loop in
            client.send(request)
            await loop.round()

            await #expect(throws: TransportError.self) { _ = try await exchange.nextHead() }

            #expect(exchange.isBodyPending == true)
        }
    }

    @Test func `a request without a body has none to come`() async throws {
        try await play { exchange, client, loop in
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            await loop.round()
            try await exchange.expect(.head)
            #expect(exchange.isBodyPending == false)
        }
    }

    @Test(arguments: [
        "Content-Length: 10\r\n\r\nhelloworld",
        "Transfer-Encoding: chunked\r\n\r\n"
            + "5\r\nhello\r\n5;x=y\r\nworld\r\n0\r\nX-Trailer: 1\r\n\r\n",
    ])
    func `a body is read whole, and what follows is left`(rest: String) async throws {
        try await play { exchange, client, loop in
            client.send("POST / HTTP/1.1\r\nHost: a\r\n" + rest + "GET /next HTTP/1.1\r\n")
            await loop.round()
            try await exchange.expect(.head)
            #expect(exchange.isBodyPending == true)

            let body = try await exchange.readBody()

            #expect(body.array == Array("helloworld".utf8))
            #expect(exchange.isBodyPending == false)
            #expect(exchange.client.inputText == "GET /next HTTP/1.1\r\n")
        }
    }

    @Test func `a body that is too large, too slow or too short is refused`() async throws {
        let slow = limits { $0.uploadWindow = .milliseconds(40) }
        let cases: [(String, Bool, TransportError)] = [
            ("Content-Length: 11\r\n\r\nhello world", false, .bodyTooLarge),
            ("Content-Length: 10\r\n\r\nhello", false, .timedOut(.downstream)),
            ("Content-Length: 10\r\n\r\nhello", true, .cut(.downstream)),
            (
                "Transfer-Encoding: chunked\r\n\r\n!\r\n", false,
                .malformed(.badChunk, .downstream)
            ),
        ]
        for (rest, leaves, failure) in cases {
            try await play(bodyByteMax: 10, limits: slow) { exchange, client, loop in
                client.send("POST / HTTP/1.1\r\nHost: a\r\n" + rest)
                if leaves { client.endSending() }
                await loop.round()
                try await exchange.expect(.head)

                await #expect(throws: failure) { _ = try await exchange.readBody() }
            }
        }
    }

    @Test func `an interim answer is not yet the answer`() async throws {
        try await play { exchange, client, loop in
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await loop.round()
            try await exchange.expect(.head)

            exchange.client.output.append("HTTP/1.1 103 Early Hints\r\n\r\n")
            try await exchange.flush()
            exchange.noteInterim()
            #expect(exchange.hasAnswered == false)

            exchange.client.output.append("HTTP/1.1 204 No Content\r\n\r\n")
            #expect(exchange.hasAnswered == false)
            try await exchange.flush()
            #expect(exchange.hasAnswered == true)
        }
    }

    @Test func `a client that does not take its answer is timed out`() async throws {
        let slow = limits { $0.downloadWindow = .milliseconds(40) }
        try await onLoop { loop in
            let (ours, client) = Peer.unixPair(bufferBytes: 4 << 10)
            var exchange = Exchange(
                try Connection(ours, on: loop),
                peer: nil,
                deadlines: slow,
                bodyByteMax: 1
            )
            exchange.client.output.append([UInt8](repeating: 0, count: 100_000))

            await #expect(throws: TransportError.timedOut(.downstream)) {
                try await exchange.flush()
            }
            #expect(client.receiveAll().count < 100_000)
        }
    }
}

extension Exchange {
    fileprivate mutating func expect(
        _ arrival: Arrival,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let came = try await nextHead()
        #expect(came == arrival, sourceLocation: sourceLocation)
    }
}
