import TestSupport
import Testing

/// The recording upstream records what it is sent, and answers by its script.
struct RecordingUpstreamTests {
    private static let head =
        ["GET /a HTTP/1.1", "Host: a"]
        + ForwardedBlock.expanded(["Host: a", #"\<forwarded id=1 traceparent=2>"#]).dropFirst() + [
            ""
        ]

    private static let request = head.map { $0 + "\r\n" }.joined()

    /// Sends `bytes` and gives the first answer with what the upstream recorded.
    private func exchange(
        _ bytes: String,
        _ replies: [UpstreamReply] = [],
        _ more: @escaping @Sendable (RawClient) -> Void = { _ in }
    ) async throws -> (RawClient.Next, UpstreamRecord) {
        let result = await Threads.run { () -> (RawClient.Next, UpstreamRecord)? in
            let upstream = RecordingUpstream()
            defer { upstream.stop() }
            upstream.begin(replies)
            guard let client = RawClient(to: upstream.endpoint) else { return nil }
            client.onReceipt = { upstream.noteReceipt() }
            client.send(Array(bytes.utf8))
            let next = client.nextAnswer(to: "GET", within: .seconds(4))
            more(client)
            return (next, upstream.finish())
        }
        return try #require(result)
    }

    @Test func `a request is recorded to the byte and answered plainly`() async throws {
        let (next, record) = try await exchange(Self.request)
        guard case .answer(let answer) = next else {
            Issue.record("\(next)")
            return
        }
        #expect(answer.body == Array("GET /a".utf8))
        #expect(record.requests.map(\.bytes) == [Array(Self.request.utf8)])
    }

    @Test func `a scripted answer goes out as it is written`() async throws {
        let reply = UpstreamReply(late: [.bytes(Array("HTTP/1.1 204 No Content\r\n\r\n".utf8))])
        let (next, _) = try await exchange(Self.request, [reply])
        guard case .answer(let answer) = next else {
            Issue.record("\(next)")
            return
        }
        #expect(answer.status == 204)
    }

    @Test func `an end and a reset are told apart`() async throws {
        let cut = CaseText.Piece.bytes(
            Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc".utf8)
        )
        let (closed, _) = try await exchange(Self.request, [.init(late: [cut], ending: .finish)])
        let (reset, _) = try await exchange(Self.request, [.init(late: [cut], ending: .breakOff)])
        guard case .closed = closed, case .reset = reset else {
            Issue.record("\(closed) \(reset)")
            return
        }
    }

    @Test func `a request that is not whole is kept apart from those that are`() async throws {
        let upstream = await Threads.run { () -> UpstreamRecord? in
            let upstream = RecordingUpstream()
            defer { upstream.stop() }
            guard let client = RawClient(to: upstream.endpoint) else { return nil }
            client.send(Array("GET /a HT".utf8))
            client.socket.waitUntilTaken()
            client.socket.finishSending()
            _ = client.waitForEnd(within: .seconds(4))
            return upstream.finish()
        }
        let record = try #require(upstream)
        #expect(record.requests.isEmpty)
        #expect(record.connections.map(\.rest) == [Array("GET /a HT".utf8)])
    }

    @Test func `a request that could be read in two ways is recorded as broken`() async throws {
        let both = "POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        let (next, record) = try await exchange(both)
        #expect(next == .closed([]))
        #expect(record.connections.compactMap(\.broken).count == 1)
        #expect(record.requests.isEmpty)
    }
}
