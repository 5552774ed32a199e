import Foundation
import Gateway
import TestSupport
import Testing
import Transport
import Vocabulary

/// Who asked, under which name, as part of which trace.
struct IdentityTests {
    private func trustingStage(_ replies: [UpstreamReply] = []) throws -> GatewayStage {
        let loopback = try #require(AddressBlock(text: "127.0.0.1/32"))
        return try GatewayStage(replies) { $0.trusted = [loopback] }
    }

    /// What the upstream was sent under `name`, when the client sent `lines`.
    private func forwarded(
        _ name: String,
        _ lines: String,
        by stage: GatewayStage
    ) throws -> [String] {
        let client = try stage.client()
        client.send(Provocation.get("/", lines))
        #expect(try client.answer().status == 200)
        let request = try #require(stage.upstream.finish().requests.last)
        return request.fields.values(name)
    }

    private static let hexadecimal = Set("0123456789abcdef")

    @Test func `a stranger's request id is not believed`() throws {
        let ids = try forwarded(
            "X-Request-Id",
            "X-Request-Id: chosen-by-me\r\n",
            by: GatewayStage()
        )

        let id = try #require(ids.first)
        #expect(ids.count == 1)
        #expect(id.count == 32 && id.allSatisfy(Self.hexadecimal.contains))
    }

    @Test(arguments: ["chosen-1", "A.b_c-d.9", String(repeating: "x", count: 64)])
    func `a trusted proxy's request id is kept, on both sides and in the log`(id: String) throws {
        let stage = try trustingStage()
        let client = try stage.client()
        client.send(Provocation.get("/", "X-Request-Id: \(id)\r\n"))

        #expect(try client.answer().value("X-Request-Id") == id)

        #expect(stage.upstream.finish().requests.last?.fields.values("X-Request-Id") == [id])
        #expect(try stage.log.record().id == id)
    }

    @Test(arguments: [
        "short-7", String(repeating: "x", count: 65), "with space", "semi;colon", "é-eight-",
    ])
    func `a trusted proxy's request id out of its grammar is replaced`(id: String) throws {
        let ids = try forwarded("X-Request-Id", "X-Request-Id: \(id)\r\n", by: trustingStage())

        #expect(ids.count == 1 && ids.first?.count == 32 && ids.first != id)
    }

    @Test func `every request has a name of its own`() throws {
        let stage = try GatewayStage()
        let client = try stage.client()
        var ids: Set<String> = []
        for _ in 0..<50 {
            client.send(Provocation.get())
            ids.insert(try client.answer().value("X-Request-Id") ?? "")
        }
        #expect(ids.count == 50)
    }

    @Test func `the client is told our name for its request, not the upstream's`() throws {
        let stage = try GatewayStage([
            .says("HTTP/1.1 200 OK\r\nX-Request-Id: theirs-theirs\r\nContent-Length: 0\r\n\r\n")
        ])
        let answer = try stage.answer(to: Provocation.get())

        #expect(answer.fields.values("X-Request-Id") == [try stage.log.record().id ?? ""])
    }

    @Test func `a whole trace passes with its state`() throws {
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let lines = "traceparent: \(parent)\r\ntracestate: a=1\r\ntracestate: b=2\r\n"
        let stage = try GatewayStage()
        #expect(try forwarded("traceparent", lines, by: stage) == [parent])
        let sent = stage.upstream.finish().requests.last?.fields
        #expect(sent?.values("tracestate") == ["a=1", "b=2"])
    }

    @Test(arguments: [
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
        "00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01", "",
    ])
    func `a broken trace is begun anew, and its state is dropped`(given: String) throws {
        let stage = try GatewayStage()
        let lines = "traceparent: \(given)\r\ntracestate: a=1\r\n"
        let parents = try forwarded("traceparent", lines, by: stage)
        let parent = try #require(parents.first)

        #expect(parents.count == 1 && parent != given)
        let parts = parent.split(separator: "-").map(String.init)
        #expect(parts.map(\.count) == [2, 32, 16, 2])
        #expect(parts.joined().allSatisfy(Self.hexadecimal.contains))
        #expect(parts.first == "00" && parts.last == "00")
        let sent = stage.upstream.finish().requests.last?.fields
        #expect(sent?.values("tracestate") == [])
    }

    @Test func `two traceparents are none`() throws {
        let one = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"
        let parents = try forwarded("traceparent", one + one, by: GatewayStage())
        #expect(parents.count == 1 && parents.first?.hasPrefix("00-4bf92f") == false)
    }

    @Test func `a client is known by its peer unless that is trusted`() throws {
        let lines = "X-Forwarded-For: 203.0.113.9\r\nX-Real-IP: 203.0.113.8\r\n"
        #expect(try forwarded("X-Forwarded-For", lines, by: GatewayStage()) == ["127.0.0.1"])
        #expect(try forwarded("X-Forwarded-For", lines, by: trustingStage()) == ["203.0.113.9"])
        #expect(try forwarded("X-Real-IP", lines, by: trustingStage()) == ["203.0.113.9"])
        let forwards = try forwarded("Forwarded", lines, by: trustingStage())
        #expect(forwards == ["for=203.0.113.9;host=\"a\";proto=http"])
    }

    @Test func `a client on a Unix socket is unknown`() throws {
        let path = "/tmp/gatehouse-test-\(ProcessID.own)-identity.sock"
        let stage = try GatewayStage { $0.listeners = [ListenerSettings(.unix(path: path))] }
        let lines = "X-Forwarded-For: 203.0.113.9\r\nX-Real-IP: 203.0.113.8\r\n"
        #expect(try forwarded("X-Forwarded-For", lines, by: stage) == ["unknown"])
        let sent = stage.upstream.finish().requests.last?.fields
        #expect(sent?.values("X-Real-IP") == [])
        #expect(sent?.values("Forwarded") == ["for=unknown;host=\"a\";proto=http"])
    }
}
