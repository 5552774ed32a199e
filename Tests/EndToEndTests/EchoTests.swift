import Glibc
import TestSupport
import Testing

/// The small upstream, asked directly.
struct EchoTests {
    @Test func `a request is described`() throws {
        let echo = try RunningEcho()
        let client = try #require(RawClient(to: echo.endpoint))

        let answer = try client.ask(
            "PUT /a/b?c=d HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nContent-Length: 5\r\n\r\nhello"
        )

        #expect(answer.status == 200)
        #expect(answer.value("Content-Type")?.hasPrefix("text/plain") == true)
        #expect(answer.text.hasPrefix("PUT /a/b?c=d\n"))
        #expect(answer.text.contains("\nX-One: 1\n"))
        #expect(answer.text.contains("\nHost: h\n"))
        #expect(answer.text.hasSuffix("\n5 bytes of body\n"))
    }

    @Test func `a POST gets its own body back, with its type`() throws {
        let echo = try RunningEcho()
        let client = try #require(RawClient(to: echo.endpoint))
        for body in [
            "Content-Length: 5\r\n\r\nhello",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        ] {
            let answer = try client.ask(
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: a/b\r\n" + body
            )
            #expect(answer.text == "hello")
            #expect(answer.value("Content-Type") == "a/b")
        }
    }

    @Test(arguments: [0, 1, 63, 64, 65, 16_384, 16_385, 100_000])
    func `bytes come in the number asked for, with a length or in chunks`(count: Int) throws {
        let echo = try RunningEcho()
        let client = try #require(RawClient(to: echo.endpoint))
        let plain = try client.get("/bytes/\(count)")
        #expect(plain.body.count == count && plain.framing == .length || count == 0)
        let chunked = try client.get("/chunked/\(count)")
        #expect(chunked.body == plain.body && chunked.framing == .chunked)
        let head = try client.ask("HEAD /bytes/\(count) HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(head.value("Content-Length") == "\(count)" && head.body.isEmpty)
    }

    @Test(arguments: [200, 204, 304, 404, 503, 599])
    func `a status is answered as asked`(status: Int) throws {
        let echo = try RunningEcho()
        let client = try #require(RawClient(to: echo.endpoint))

        #expect(try client.get("/status/\(status)").status == status)
        #expect(try client.get("/").status == 200)
    }

    @Test func `a delay lasts as long as it says`() throws {
        let echo = try RunningEcho()
        let client = try #require(RawClient(to: echo.endpoint))
        let start = ContinuousClock.now
        #expect(try client.get("/delay/60").status == 200)
        #expect(ContinuousClock.now - start >= .milliseconds(55))
    }

    @Test func `early hints come first, trailers last`() throws {
        let echo = try RunningEcho()
        let client = try #require(RawClient(to: echo.endpoint))
        client.send("GET /early-hints HTTP/1.1\r\nHost: h\r\n\r\n")
        guard case .answer(let hints) = client.nextAnswer(to: "GET", within: .seconds(5)) else {
            Issue.record("no hints")
            return
        }
        #expect(hints.status == 103 && hints.value("Link") != nil)
        #expect(try client.answer().status == 200)

        let answer = try client.get("/trailers")
        #expect(answer.text == "hello\n")
        #expect(String(decoding: answer.bytes, as: UTF8.self).contains("\r\n0\r\nX-Checksum: "))
    }

    @Test func `a socket is opened and answers every byte`() throws {
        let echo = try RunningEcho()
        let client = try #require(RawClient(to: echo.endpoint))
        client.send(
            "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
        )
        guard case .answer(let answer) = client.nextAnswer(to: "GET", within: .seconds(5)) else {
            Issue.record("no handshake")
            return
        }
        #expect(answer.status == 101)
        client.send("any bytes")
        #expect(client.tunnelled(atLeast: 9, within: .seconds(5)) == Array("any bytes".utf8))
    }

    @Test func `a path that only looks special is described`() throws {
        let echo = try RunningEcho()
        let client = try #require(RawClient(to: echo.endpoint))
        for path in ["/bytes/x", "/status/99", "/status/600", "/bytes/1/2", "/bytesize/3", "/ws"] {
            #expect(try client.get(path).text.hasPrefix("GET \(path)\n"), "\(path)")
        }
    }

    @Test func `a terminated echo ends well and takes its socket's name along`() throws {
        let path = freshPath("echo.sock")
        let echo = try RunningEcho(on: "unix:\(path)")
        echo.process.send(signal: SIGTERM)
        #expect(echo.process.waitForExit(within: .seconds(5)) == 0)
        #expect(unsafe access(path, F_OK) != 0)
    }
}
