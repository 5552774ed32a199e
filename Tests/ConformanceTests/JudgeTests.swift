import TestSupport
import Testing

/// The judge condemns what differs and passes what does not.
struct JudgeTests {
    private static let id = "0123456789abcdef0123456789abcdef"

    private static func wireCase(
        _ client: String = "200\nkept",
        upstream: String? = nil
    ) throws -> WireCase {
        let forwarded = upstream ?? "GET / HTTP/1.1\nHost: a\n\\<forwarded>\n"
        let text =
            "# Why.\nvalid\n\nGET / HTTP/1.1\nHost: a\n\n----------\n\(client)\n----------\n\(forwarded)\n"
        return try WireCase(
            GoldenCase(path: "/corpus/a-case.golden", name: "a-case", text: text),
            .request
        )
    }

    /// What a gateway without fault does.
    private static func faultless() throws -> Observation {
        let answer =
            "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 2\r\nX-Request-Id: \(id)\r\n\r\nok"
        var seen = Observation()
        seen.answers = [try #require(read(answer))]
        seen.fate = "kept"
        let block = ForwardedBlock.expanded([
            "Host: a", "\\<forwarded id=\(id) traceparent=00-\(id)-0123456789abcdef-00>",
        ])
        let request = "GET / HTTP/1.1\r\n" + block.map { $0 + "\r\n" }.joined() + "\r\n"
        guard case .whole(let message, _) = StrictReader.request(Array(request.utf8)) else {
            Issue.record("the faultless request is not one")
            return seen
        }
        var connection = UpstreamRecord.Connection()
        connection.requests = [message]
        seen.record.connections = [connection]
        seen.record.requests = [message]
        return seen
    }

    private static func read(_ answer: String) -> StrictAnswer? {
        let reading = StrictReader.answer(Array(answer.utf8), to: "GET", hasEnded: false)
        if case .whole(let answer, _) = reading { return answer }
        return nil
    }

    private func complaints(
        _ wireCase: WireCase,
        _ change: (inout Observation) -> Void = { _ in }
    ) throws -> [String] {
        var seen = try Self.faultless()
        change(&seen)
        return Judge(wireCase: wireCase, seen: seen).complaints()
    }

    @Test func `the faultless gateway passes`() throws {
        #expect(try complaints(Self.wireCase()) == [])
        #expect(try complaints(Self.wireCase("200\n    body: ok\n    no Server\nkept")) == [])
    }

    @Test func `a complaint names the file and shows both sides with their escapes`() throws {
        let wireCase = try Self.wireCase(upstream: "GET /b\\x00 HTTP/1.1\nHost: a\n\\<forwarded>\n")
        let complaint = try #require(try complaints(wireCase).first)
        #expect(complaint.contains("/corpus/a-case.golden"))
        #expect(complaint.contains(#"    > GET /b\0 HTTP/1.1"#))
        #expect(complaint.contains("    > GET / HTTP/1.1"))
        #expect(complaint.contains("      Host: a"))
    }

    @Test(arguments: [
        "400 bad_host\nclosed", "200\nclosed", "200\naborted", "200\n    body: no\nkept",
        "200\n200\nkept",
        "200\n    no Date\nkept", "200\n    Server: x\nkept", "103\n200\nkept", "nothing\nkept",
    ])
    func `an answer that differs is condemned`(client: String) throws {
        #expect(try !complaints(Self.wireCase(client)).isEmpty)
    }

    @Test func `a forward where none may be is condemned`() throws {
        let wireCase = try Self.wireCase(upstream: "nothing")
        #expect(try !complaints(wireCase).isEmpty)
        #expect(try Judge(wireCase: wireCase, seen: Self.faultless()).desyncs().count == 1)
    }

    @Test func `a broken forward is a desync whatever the golden says`() throws {
        let wireCase = try Self.wireCase()
        var seen = try Self.faultless()
        seen.record.connections[0].broken = "both lengths"
        #expect(Judge(wireCase: wireCase, seen: seen).desyncs() == ["both lengths"])
    }

    @Test func `a request that begins and never ends is condemned`() throws {
        let complaints = try complaints(Self.wireCase()) { $0.record.connections[0].rest = [0x47] }
        #expect(!complaints.isEmpty)
    }

    @Test func `a forwarded id that the client was not told is condemned`() throws {
        let complaints = try complaints(Self.wireCase()) { seen in
            seen.answers[0].fields.removeAll { $0.name == "X-Request-Id" }
            seen.answers[0].fields.append(
                StrictField(name: "X-Request-Id", value: String(repeating: "f", count: 32))
            )
        }
        #expect(!complaints.isEmpty)
    }

    @Test func `a close that was not announced is condemned`() throws {
        let complaints = try complaints(Self.wireCase("200\nclosed")) { $0.fate = "closed" }
        #expect(complaints.contains { $0.contains("closed without Connection: close") })
    }

    @Test func `a valid request that is refused is counted`() throws {
        let wireCase = try Self.wireCase()
        var seen = try Self.faultless()
        #expect(!Judge(wireCase: wireCase, seen: seen).isWronglyRefused)
        seen.answers[0].fields.append(
            StrictField(name: "Content-Type", value: "application/problem+json")
        )
        #expect(Judge(wireCase: wireCase, seen: seen).isWronglyRefused)
    }
}
