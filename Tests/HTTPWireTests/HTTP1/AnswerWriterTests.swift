import HTTPWire
import Testing
import Vocabulary

struct AnswerWriterTests {
    /// What is forwarded of a head, without its end.
    private func written(
        _ text: String,
        _ framing: BodyFraming? = nil,
        toHead: Bool = false
    ) -> String {
        var head = AnswerHead()
        var input = ByteBuffer()
        _ = try? readAnswer([text.wire], into: &head, leaving: &input)
        var output = ByteBuffer()
        output.append(head)
        output.appendFraming(framing ?? head.framing(toHead: toHead), of: head)
        return String(wire: output.bytes)
    }

    @Test func `the phrase is ours`() {
        #expect(written(answer("HTTP/1.0 404 Nothing \u{e9} here")) == "HTTP/1.1 404 Not Found\r\n")
        #expect(written(answer("HTTP/1.1 599 x")) == "HTTP/1.1 599 \r\n")
    }

    @Test func `fields go on in their order, framing after them`() {
        let head = answer(
            "HTTP/1.1 200 OK",
            "content-LENGTH: 005",
            "Server: s",
            "date:d",
            "Set-Cookie: a=b"
        )

        #expect(
            written(head)
                == "HTTP/1.1 200 OK\r\nServer: s\r\ndate: d\r\nSet-Cookie: a=b\r\nContent-Length: 5\r\n"
        )
    }

    @Test(
        arguments: [
            "Connection: keep-alive", "Keep-Alive: 5", "Proxy-Authenticate: x", "Upgrade: h2c",
            "X-Request-Id: x",
            "Content_Length: 5", "X_Request_Id: x", "Proxy-Connection: x", "TE: x",
        ]
    )
    func `what ends at this hop, and what we say ourselves, does not go on`(field: String) {
        #expect(written(answer("HTTP/1.1 200 OK", "A: b", field)) == "HTTP/1.1 200 OK\r\nA: b\r\n")
    }

    @Test func `a nominated field ends here, unless it means something`() {
        let head = answer("HTTP/1.1 200 OK", "Connection: x-a, date", "X-A: 1", "Date: d")

        #expect(written(head) == "HTTP/1.1 200 OK\r\nDate: d\r\n")
    }

    @Test func `the way the body goes is the caller's to say`() {
        let head = answer("HTTP/1.1 200 OK")

        #expect(written(head) == "HTTP/1.1 200 OK\r\n")
        #expect(written(head, .chunked) == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n")
        #expect(written(head, .length(3)) == "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n")
    }

    @Test func `the length of a body that is not sent is told where it means that`() {
        let length = "Content-Length: 5"

        #expect(
            written(answer("HTTP/1.1 200 OK", length), toHead: true)
                == "HTTP/1.1 200 OK\r\n\(length)\r\n"
        )
        #expect(
            written(answer("HTTP/1.1 304 x", length))
                == "HTTP/1.1 304 Not Modified\r\n\(length)\r\n"
        )
        #expect(written(answer("HTTP/1.1 204 x", length)) == "HTTP/1.1 204 No Content\r\n")
        #expect(written(answer("HTTP/1.1 103 x", length)) == "HTTP/1.1 103 Early Hints\r\n")
        let chunked = answer("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
        #expect(written(chunked, toHead: true) == "HTTP/1.1 200 OK\r\n")
    }
}
