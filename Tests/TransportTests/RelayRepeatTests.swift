import TestSupport
import Testing
import Vocabulary

@testable import Transport

/// Whether a request whose connection died could be sent again.
struct RelayRepeatTests {
    /// Plays a request against an upstream that ends in this way, and asks.
    private static func isRepeatable(
        _ request: String,
        _ end: @escaping @Sendable (RelayStage) -> Void
    ) async throws -> Bool {
        try await onLoop { loop in
            let stage = RelayStage(loop)
            var answer: Bool?
            try await stage.play(request) { relay, exchange in
                end(stage)
                let socket = relay.upstream.socket
                await loop.rounds { socket.isReadable }
                do throws(TransportError) {
                    try await relay.nextAnswer(&exchange)
                    Issue.record("it was answered")
                } catch {
                    #expect(error == .cut(.upstream))
                }
                answer = relay.isRepeatable(exchange)
            }
            guard let answer else { throw RelayStage.NoHead() }
            return answer
        }
    }

    private static let finished: @Sendable (RelayStage) -> Void = { $0.upstream.close() }
    private static let reset: @Sendable (RelayStage) -> Void = { $0.upstream.reset() }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", true),
        ("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", true),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", true),
        ("POST / HTTP/1.1\r\nHost: a\r\n\r\n", false),
        ("LOCK / HTTP/1.1\r\nHost: a\r\n\r\n", false),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", false),
        ("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n", false),
        ("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false),
        // Nothing of the body has come yet, so all of it is still to be had.
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n", true),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n", false),
    ])
    func `an end after the request is one to repeat only what is idempotent and still whole`(
        _ request: String,
        _ expected: Bool
    ) async throws {
        #expect(try await Self.isRepeatable(request, Self.finished) == expected)
    }

    @Test(arguments: [
        ("POST / HTTP/1.1\r\nHost: a\r\n\r\n", true),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n", true),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", false),
    ])
    func `where nothing was sent even a POST is as it was, unless its body was taken`(
        _ request: String,
        _ expected: Bool
    ) async throws {
        #expect(try await Self.isRepeatable(request, Self.reset) == expected)
    }

    @Test(arguments: ["H", "HTTP/1.1 103 Hints\r\n"])
    func `one byte of an answer is too much`(_ said: String) async throws {
        let isRepeatable = try await Self.isRepeatable("GET / HTTP/1.1\r\nHost: a\r\n\r\n") {
            $0.upstream.send(said)
            $0.upstream.endSending()
        }
        #expect(!isRepeatable)
    }
}
