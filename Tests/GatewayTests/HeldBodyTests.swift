import Gateway
import Policy
import TestSupport
import Testing
import Transport
import Vocabulary

/// Bodies that are judged before anybody gets them.
struct HeldBodyTests {
    private static func stage(
        upTo byteMax: Int = 1 << 20,
        _ change: (inout Settings) -> Void = { _ in }
    ) throws -> GatewayStage {
        try GatewayStage {
            $0.rule {
                $0.kinds = .json
                $0.bodyByteMax = byteMax
                $0.blockedJSON = "evil"
            }
            change(&$0)
        }
    }

    private static func head(_ framing: String, _ lines: String = "") -> String {
        "POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\(framing)\r\n\(lines)\r\n"
    }

    private static func json(_ byteCount: Int) -> [UInt8] {
        Array("{\"a\":\"".utf8) + [UInt8](repeating: 0x62, count: byteCount - 8) + Array("\"}".utf8)
    }

    private static func chunked(_ body: [UInt8], by size: Int) -> [UInt8] {
        var framed: [UInt8] = []
        for start in stride(from: 0, to: body.count, by: size) {
            let piece = body[start..<min(start + size, body.count)]
            framed += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [0x0d, 0x0a]
        }
        return framed + Array("0\r\n\r\n".utf8)
    }

    @Test(arguments: [8, 100, 4_000, 5_000, 70_000, 200_000])
    func `a body of known length arrives as it was sent, and the next request after it`(
        byteCount: Int
    ) throws {
        let stage = try Self.stage()
        let body = Self.json(byteCount)
        let client = try stage.client()
        client.send(Array(Self.head("Content-Length: \(byteCount)").utf8) + body)
        client.send(Provocation.get("/next"))

        #expect(try client.answer(to: "POST").status == 200)
        let next = try client.answer()
        #expect(next.status == 200, "\(next.text)")

        let requests = stage.upstream.finish().requests
        #expect(requests.map(\.target) == ["/x", "/next"])
        let isSame = requests.first?.body == body
        #expect(isSame)
    }

    @Test(arguments: [(8, 3), (5_000, 7), (70_000, 4_096), (200_000, 65_536)])
    func `a body in chunks arrives as it was sent, and the next request after it`(
        byteCount: Int,
        size: Int
    ) throws {
        let stage = try Self.stage()
        let body = Self.json(byteCount)
        let client = try stage.client()
        client.send(
            Array(Self.head("Transfer-Encoding: chunked").utf8) + Self.chunked(body, by: size)
                + Array(Provocation.get("/next").utf8)
        )

        #expect(try client.answer(to: "POST").status == 200)
        let next = try client.answer()
        #expect(next.status == 200, "\(next.text)")

        let requests = stage.upstream.finish().requests
        #expect(requests.map(\.target) == ["/x", "/next"])
        let isSame = requests.first?.body == body
        #expect(isSame)
    }

    @Test(arguments: [true, false])
    func `what is refused reaches nobody, and the connection goes on`(isChunked: Bool) throws {
        let stage = try Self.stage()
        let body = Array(#"{"evil":true}"#.utf8)
        let client = try stage.client()
        let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.count)"
        client.send(
            Array(Self.head(framing).utf8) + (isChunked ? Self.chunked(body, by: 5) : body)
        )

        let answer = try client.answer(to: "POST")

        #expect(answer.status == 403 && !answer.saysClose)
        client.send(Provocation.get("/next"))
        #expect(try client.answer().status == 200)
        #expect(stage.upstream.finish().requests.map(\.target) == ["/next"])
        #expect(try stage.log.records(2)[0].fields["by"] as? String == "no_such_field")
    }

    @Test(arguments: [true, false])
    func `nothing goes to the upstream before the last byte is here`(isChunked: Bool) throws {
        let stage = try Self.stage()
        let client = try stage.client()
        let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 8"
        let body = Array(#"{"a":12}"#.utf8)
        let sent = isChunked ? Self.chunked(body, by: 3) : body
        client.send(Array(Self.head(framing).utf8))
        for byte in sent.dropLast() { client.send([byte]) }
        guard case .nothing = client.nextAnswer(to: "POST", within: .milliseconds(60)) else {
            Issue.record("it was answered too early")
            return
        }
        #expect(stage.upstream.record.connections.isEmpty)

        client.send([sent[sent.count - 1]])

        #expect(try client.answer(to: "POST").status == 200)
        let isSame = stage.upstream.finish().requests.first?.body == body
        #expect(isSame)
    }

    @Test func `who waits to be told to go on is told once`() throws {
        let stage = try Self.stage()
        let client = try stage.client()
        client.send(Self.head("Content-Length: 8", "Expect: 100-continue\r\n"))

        guard case .answer(let interim) = client.nextAnswer(to: "POST", within: .seconds(5)) else {
            Issue.record("it was not told to go on")
            return
        }
        #expect(interim.status == 100)
        client.send(#"{"a":12}"#)
        guard case .answer(let final) = client.nextAnswer(to: "POST", within: .seconds(5)) else {
            Issue.record("it was not answered")
            return
        }
        #expect(final.status == 200)
    }

    @Test func `who is refused for the type is never told to go on`() throws {
        let stage = try Self.stage()
        let client = try stage.client()
        client.send(
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nContent-Length: 8\r\n"
                + "Expect: 100-continue\r\n\r\n"
        )
        guard case .answer(let first) = client.nextAnswer(to: "POST", within: .seconds(5)) else {
            Issue.record("it was not answered")
            return
        }
        #expect(first.status == 415 && first.saysClose)
    }

    @Test func `chunks that are mostly framing are not held for ever`() throws {
        let stage = try Self.stage()
        let client = try stage.client()
        let tiny = [UInt8](repeating: 0x20, count: 30_000)
        client.send(
            Array(Self.head("Transfer-Encoding: chunked").utf8) + Self.chunked(tiny, by: 1)
        )
        #expect(try client.answer(to: "POST").status == 413)
        #expect(stage.upstream.finish().requests.isEmpty)
    }

    @Test func `a body that is streamed is held to its route's bound`() throws {
        let stage = try GatewayStage { $0.rule { $0.bodyByteMax = 10_000 } }
        let client = try stage.client()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        client.send(Self.chunked([UInt8](repeating: 0x61, count: 20_000), by: 4_000))
        #expect(try client.answer(to: "POST").status == 413)
        #expect(stage.upstream.finish().requests.isEmpty)
    }

    @Test func `over TLS it is the same`() throws {
        let secure = try SecureStage { settings, _ in
            settings.rule {
                $0.kinds = .json
                $0.blockedJSON = "evil"
            }
        }
        let body = Self.json(200_000)
        let client = try secure.client()
        client.send(Array(Self.head("Content-Length: \(body.count)").utf8) + body)
        #expect(try client.answer(to: "POST").status == 200)
        let isSame = secure.stage.upstream.finish().requests.first?.body == body
        #expect(isSame)
    }
}
