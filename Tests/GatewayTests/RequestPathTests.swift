import Foundation
import Glibc
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Gateway

/// The line of a request, told by what happens when each of its steps fails in turn.
struct RequestPathTests {
    // MARK: Every step, every reason

    @Test(arguments: Provocation.all)
    func `a step that fails is answered by its reason, in the catalogue's words`(
        _ provocation: Provocation
    ) throws {
        let play = try Play(provocation)
        let answer = try play.answer()
        let reason = provocation.reason

        #expect(answer.status == reason.status)
        #expect(answer.value("Content-Type") == "application/problem+json")
        #expect(answer.saysClose == reason.endsConnection)
        let problem = try Problem(answer)
        #expect(problem.code == reason.rawValue)
        #expect(problem.status == reason.status)
        #expect(answer.value("X-Request-Id") == problem.id)

        let count = provocation.before.count + 1
        let record = try #require(try play.stage.log.records(count).last)
        #expect(record.status == reason.status)
        #expect(record.reason == reason.rawValue)
        #expect(record.id == problem.id)
    }

    @Test(arguments: Provocation.all)
    func `the connection goes on after an answer that says so, and only then`(
        _ provocation: Provocation
    ) throws {
        let play = try Play(provocation)
        let answer = try play.answer()

        play.client.send("GET /still-open HTTP/1.1\r\nHost: a\r\n\r\n")
        if answer.saysClose {
            #expect(play.client.waitForEnd(within: .seconds(5)) != .nothing)
            #expect(play.client.unread.isEmpty)
        } else {
            // It is a request like any other, and not the rest of the one before.
            let next = try play.client.answer()
            #expect(next.status == 200 || next.status >= 300)
            #expect(next.value("X-Request-Id") != answer.value("X-Request-Id"))
        }
    }

    @Test func `every reason is provoked somewhere`() {
        let provoked = Set(Provocation.all.map(\.reason))
        let missing = Set(Reason.allCases).subtracting(provoked)
        #expect(missing.isEmpty)
        // A lack of descriptors needs a process of its own: `ResourceTests`.
        #expect(Reason(TransportError.exhausted) == .overloaded && Reason.overloaded.status == 503)
    }

    @Test func `every step that can throw is made to`() throws {
        let provoked = Set(Provocation.all.map(\.step))
        // Told below: an answer that is no refusal, a tunnel that breaks. Told in TransportSecurityTests: a
        // redirect.
        let told: Set = ["AnswerAtLastHop", "OpenTunnel", "RedirectToTLS"]
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Sources/Gateway/Steps"
        )
        let files = try FileManager.default.contentsOfDirectory(
            at: root,
            includingPropertiesForKeys: nil
        )
        let throwing = try files.filter {
            let text = try String(contentsOf: $0, encoding: .utf8)
            return text.contains(/func [^{]*throws\(/)
        }
        let names = Set(throwing.map { $0.deletingPathExtension().lastPathComponent })
        #expect(names == provoked.union(told))
        #expect(names.count >= 8)
    }

    @Test(arguments: [
        "POST https://a/", "OPTIONS / HTTP/1.1\r\nMax-Forwards: few",
        "OPTIONS / HTTP/1.1\r\nMax-Forwards: 0",
    ])
    func `the body of a request that is answered here is never the next request`(
        start: String
    ) throws {
        let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
        let first = start.contains("HTTP/1.1") ? start : start + " HTTP/1.1"
        let stage = try GatewayStage()
        let client = try stage.client()
        client.send(
            "\(first)\r\nHost: a\r\nContent-Length: \(smuggled.utf8.count)\r\n\r\n\(smuggled)"
        )

        let answer = try client.answer()

        #expect(answer.saysClose)
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
        #expect(client.unread.isEmpty)
        #expect(stage.upstream.finish().requests.isEmpty)
    }

    // MARK: What ends the walk without a refusal

    @Test func `OPTIONS at its last hop is answered here`() throws {
        let stage = try GatewayStage()
        let client = try stage.client()
        client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n")

        let answer = try client.answer(to: "OPTIONS")

        #expect(answer.status == 204)
        #expect(answer.value("Allow")?.contains("GET") == true)
        #expect(!answer.saysClose)
        #expect(stage.upstream.finish().requests.isEmpty)
        let record = try stage.log.record()
        #expect(record.status == 204 && record.reason == "" && record.path == "*")
    }

    @Test func `a tunnel whose upstream breaks off is a reset to the client`() throws {
        let stage = try GatewayStage([
            UpstreamReply(
                late: [
                    .bytes(
                        Array(
                            "HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nhi"
                                .utf8
                        )
                    ), .untilTaken,
                ],
                ending: .breakOff
            )
        ]) { $0.rule { $0.allowsUpgrade = true } }
        let client = try stage.client()
        client.send(Self.upgrade)

        #expect(try client.handshake().status == 101)
        #expect(client.tunnelled(atLeast: 2, within: .seconds(5)) == Array("hi".utf8))
        #expect(client.waitForEnd(within: .seconds(5)) == .reset)
        let record = try stage.log.record()
        #expect(record.status == 101 && record.reason == "upstream_cut")
    }

    @Test func `a tunnel that both sides end in order is a record without a reason`() throws {
        let stage = try GatewayStage([
            .says("HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
        ]) { $0.rule { $0.allowsUpgrade = true } }
        let client = try stage.client()
        client.send(Self.upgrade)
        #expect(try client.handshake().status == 101)
        client.send("ping")
        #expect(client.tunnelled(atLeast: 4, within: .seconds(5)) == Array("ping".utf8))

        client.socket.finishSending()

        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
        let record = try stage.log.record()
        #expect(record.status == 101 && record.reason == "")
    }

    private static let upgrade = """
        GET /ws HTTP/1.1\r
        Host: a\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        \r\n
        """

    // MARK: Answers that break after they have begun

    @Test(arguments: [
        ("Content-Length: 10\r\n\r\nhello", UpstreamReply.Ending.finish, "upstream_cut"),
        ("Content-Length: 10\r\n\r\nhello", .breakOff, "upstream_cut"),
        ("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", .finish, "upstream_cut"),
        ("\r\nuntil the end, but", .breakOff, "upstream_cut"),
    ])
    func `an answer that is cut is a reset, never a clean end`(
        rest: String,
        ending: UpstreamReply.Ending,
        reason: String
    ) throws {
        let stage = try GatewayStage([
            UpstreamReply(
                late: [.bytes(Array("HTTP/1.1 200 OK\r\n\(rest)".utf8)), .untilAnswered],
                ending: ending
            )
        ])
        let client = try stage.client()
        client.onReceipt = { [upstream = stage.upstream] in upstream.noteReceipt() }
        client.send(Provocation.get("/x"))

        guard case .reset(let bytes) = client.nextAnswer(to: "GET", within: .seconds(5)) else {
            Issue.record("it did not end in a reset")
            return
        }
        #expect(bytes.starts(with: "HTTP/1.1 200 OK\r\n".utf8))
        let record = try stage.log.record()
        #expect(record.status == 200 && record.reason == reason && record.path == "/x")
    }

    @Test func `a bad chunk after the answer has begun is a reset`() throws {
        let start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
        let stage = try GatewayStage([
            UpstreamReply(
                late: [.bytes(Array(start.utf8)), .untilAnswered, .bytes(Array("x\r\n".utf8))]
            )
        ])
        let client = try stage.client()
        client.onReceipt = { [upstream = stage.upstream] in upstream.noteReceipt() }
        client.send(Provocation.get())

        guard case .reset = client.nextAnswer(to: "GET", within: .seconds(5)) else {
            Issue.record("it did not end in a reset")
            return
        }
        let record = try stage.log.record()
        #expect(record.status == 200 && record.reason == "upstream_bad_answer")
    }

    @Test func `a refusal reaches a client that is still sending its body`() throws {
        let stage = try GatewayStage { $0.rule { $0.bodyByteMax = 1_000 } }
        let client = try stage.client()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        client.send([UInt8](repeating: 0x61, count: 100_000))

        #expect(try client.answer(to: "POST").status == 413)
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
        #expect(stage.upstream.finish().requests.isEmpty)
    }
}
