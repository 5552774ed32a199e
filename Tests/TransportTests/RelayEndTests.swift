import Glibc
import HTTPWire
import Testing
import Vocabulary

@testable import Transport

/// How an exchange with an upstream ends, and what becomes of its connection.
struct RelayEndTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    /// What an upstream says, to what, and whether its connection may serve another request.
    struct Ending: CustomTestStringConvertible, Sendable {
        let what: String
        var request = get
        let answer: String
        var closes = false
        let isKept: Bool
        var testDescription: String { what }
    }

    private static let endings = [
        Ending(
            what: "a whole answer",
            answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            isKept: true
        ),
        Ending(
            what: "a whole chunked answer",
            answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            isKept: true
        ),
        Ending(what: "no content", answer: "HTTP/1.1 204 No Content\r\n\r\n", isKept: true),
        Ending(
            what: "an answer to HEAD without a length",
            request: get.replacing("GET", with: "HEAD"),
            answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            isKept: true
        ),
        Ending(
            what: "an answer to HEAD, whose body a mistaken server may send late",
            request: get.replacing("GET", with: "HEAD"),
            answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
            isKept: false
        ),
        Ending(
            what: "a body after an answer to HEAD",
            request: get.replacing("GET", with: "HEAD"),
            answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            isKept: false
        ),
        Ending(
            what: "an upstream that says close",
            answer: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
            isKept: false
        ),
        Ending(
            what: "an upstream of HTTP/1.0",
            answer: "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
            isKept: false
        ),
        Ending(
            what: "an answer ended by closing",
            answer: "HTTP/1.1 200 OK\r\n\r\nok",
            closes: true,
            isKept: false
        ),
        Ending(
            what: "a byte too many",
            answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok!",
            isKept: false
        ),
        Ending(
            what: "an answer nobody asked for",
            answer: "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
            isKept: false
        ),
        Ending(
            what: "an upstream that leaves after its answer",
            answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            closes: true,
            isKept: false
        ),
    ]

    @Test(arguments: endings)
    func `a connection serves again only when nothing is left open`(ending: Ending) async throws {
        try await onLoop { loop in
            let stage = RelayStage(loop)
            // A pool whose own upstream is not there: what it lends, it was given.
            let pool = UpstreamPool(Self.nowhere, on: loop, deadlines: Deadlines())
            stage.upstream.send(ending.answer)
            if ending.closes { stage.upstream.endSending() }
            try await stage.play(ending.request, endingAt: pool) { relay, exchange in
                await loop.round()
                try await relay.passWhole(&exchange)
            }
            var isKept = true
            do throws(TransportError) {
                _ = try await pool.connection(for: loop.makeWaiter())
            } catch {
                #expect(error == .unreachable)
                isKept = false
            }
            #expect(isKept == ending.isKept)
        }
    }

    private static let nowhere = SocketAddress.unix(path: "/tmp/gatehouse-test-nobody.sock")

    @Test func `an upstream that leaves before its head is whole is a cut`() async throws {
        for said in ["", "HTTP/1.1 200 OK\r\nContent-Le"] {
            try await onLoop { loop in
                let stage = RelayStage(loop)
                stage.upstream.send(said)
                stage.upstream.endSending()
                try await stage.play(Self.get) { relay, exchange in
                    await #expect(throws: TransportError.cut(.upstream)) {
                        try await relay.nextAnswer(&exchange)
                    }
                }
            }
        }
    }

    @Test func `an upstream that resets within its answer is a cut`() async throws {
        try await onLoop { loop in
            let stage = RelayStage(loop)
            stage.upstream.send("HTTP/1.1 200 OK\r\n\r\nuntil close, but then")
            try await stage.play(Self.get) { relay, exchange in
                try await relay.nextAnswer(&exchange)
                stage.upstream.reset()
                await #expect(throws: TransportError.cut(.upstream)) {
                    try await relay.passBody(&exchange, .untilClose, as: .chunked)
                }
            }
        }
    }

    @Test func `a client that resets while the upstream thinks is a cut`() async throws {
        try await onLoop { loop in
            let stage = RelayStage(loop)
            try await stage.play(Self.get) { relay, exchange in
                loop.start {
                    await loop.round()
                    stage.client.reset()
                }
                await #expect(throws: TransportError.cut(.downstream)) {
                    try await relay.nextAnswer(&exchange)
                }
            }
        }
    }

    @Test func `a client that has only ended its side still gets its answer`() async throws {
        try await onLoop { loop in
            let stage = RelayStage(loop)
            try await stage.play(Self.get) { relay, exchange in
                stage.client.endSending()
                await loop.round()
                loop.start {
                    await loop.round()
                    stage.upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                }
                try await relay.passWhole(&exchange)
            }
            #expect(stage.client.receiveText() == "ok")
        }
    }

    @Test func `an answer is heard though its upstream would not hear the whole request`()
        async throws
    {
        try await onLoop { loop in
            // Reset by the upstream only after its answer has come: the answer was read by then.
            let (ours, client) = Peer.tcpPair()
            let (theirs, upstream) = Peer.unixPair(bufferBytes: 4 << 10)
            let waiter = loop.makeWaiter()
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
            client.send([UInt8](repeating: 0x61, count: 100_000))
            var exchange = Exchange(
                try Connection(ours, on: loop, sharing: waiter),
                peer: nil,
                deadlines: Deadlines(),
                bodyByteMax: 1 << 30
            )
            await loop.round()
            #expect(try await exchange.nextHead() == .head)
            var relay = Relay(
                try Connection(theirs, on: loop, .upstream, sharing: waiter),
                exchange
            )
            relay.upstream.output.append(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
            )
            upstream.send("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno")
            upstream.close()
            await loop.round()

            try await relay.passWhole(&exchange)

            #expect(relay.answer.status == 401)
            #expect(relay.isRequestSent == false)
            #expect(client.receiveText() == "no")
        }
    }

    @Test func `a chunked body beyond its bound never reaches the upstream whole`() async throws {
        let request = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        try await onLoop { loop in
            let stage = RelayStage(loop)
            try await stage.play(request, bodyByteMax: 10) { relay, exchange in
                stage.client.send("6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n")
                await loop.round()
                await #expect(throws: TransportError.bodyTooLarge) {
                    try await relay.nextAnswer(&exchange)
                }
            }
            let forwarded = stage.upstream.receiveText()
            #expect(!forwarded.contains("0\r\n\r\n"))
        }
    }

    @Test func `a chunked body as long as its bound goes up`() async throws {
        let request = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        try await onLoop { loop in
            let stage = RelayStage(loop)
            stage.upstream.send("HTTP/1.1 204 No Content\r\n\r\n")
            try await stage.play(request, bodyByteMax: 10) { relay, exchange in
                stage.client.send("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n")
                await loop.round()
                try await relay.passWhole(&exchange)
                #expect(relay.isRequestSent == true)
            }
        }
    }

    @Test func `a body that breaks off takes its upstream connection with it`() async throws {
        try await onLoop { loop in
            let stage = RelayStage(loop)
            let request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello"
            try await stage.play(request) { relay, exchange in
                stage.client.endSending()
                await #expect(throws: TransportError.cut(.downstream)) {
                    try await relay.nextAnswer(&exchange)
                }
            }
            // Reset, so that the upstream cannot take the part for the whole.
            var last = stage.upstream.receive()
            while case .bytes = last { last = stage.upstream.receive() }
            #expect(last == .reset)
        }
    }
}
