import HTTPWire
import Testing
import Vocabulary

@testable import Transport

/// What a connection says of its peer's end when a send was the first to hear of a reset.
struct ResetWhileSendingTests {
    @Test(arguments: [false, true])
    func `a reset that a send has met is no end in order, unless one came before`(
        endsFirst: Bool
    ) async throws {
        try await onLoop { loop in
            let (ours, peer) = Peer.tcpPair()
            var connection = try Connection(ours, on: loop, .upstream)
            peer.send("a part")
            if endsFirst { peer.endSending() }
            await loop.round()
            peer.reset()
            // The loopback may take its time, but the send must be the first to be told.
            while connection.isAlive { await loop.round() }
            connection.output.append("x")
            #expect(throws: TransportError.cut(.upstream)) { try connection.send() }
            await loop.round()

            #expect(try connection.receive() == .bytes)
            #expect(connection.inputText == "a part")
            if endsFirst {
                #expect(try connection.receive() == .end)
            } else {
                #expect(throws: TransportError.cut(.upstream)) { try connection.receive() }
            }
        }
    }

    @Test func `an answer ended by closing is not whole because an upload met the reset`()
        async throws
    {
        let request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
        try await onLoop { loop in
            let stage = RelayStage(loop)
            stage.upstream.send("HTTP/1.1 200 OK\r\n\r\na part")
            try await stage.play(request) { relay, exchange in
                try await relay.nextAnswer(&exchange)
                stage.upstream.reset()
                stage.client.send([UInt8](repeating: 0x61, count: 50_000))
                await loop.round()
                await #expect(throws: TransportError.cut(.upstream)) {
                    try await relay.passBody(&exchange, .untilClose, as: .chunked)
                }
            }
        }
    }
}
