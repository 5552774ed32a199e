import HTTPWire
import Testing
import Vocabulary

struct RequestWriterTests {
    /// What is forwarded of a head, without its end.
    private func written(_ text: String) -> String {
        var head = RequestHead()
        var input = ByteBuffer()
        _ = try? readRequest([text.wire], into: &head, leaving: &input)
        var output = ByteBuffer()
        let fallback = "up:80".wire
        unsafe output.append(head, hostIfNone: fallback.span.bytes)
        return String(wire: output.bytes)
    }

    @Test func `a request is written in the house's order`() {
        let head =
            "OPTIONS http://Ab./%7e?q HTTP/1.1\r\nExpect: 100-continue\r\nB: 1\r\ncontent-length: 07\r\n"
            + "a:2\r\nhOST: ab.\r\nMax-Forwards: 3\r\n\r\n"

        #expect(
            written(head)
                == "OPTIONS /~?q HTTP/1.1\r\nHost: ab\r\nB: 1\r\na: 2\r\nContent-Length: 7\r\n"
                + "Expect: 100-continue\r\nMax-Forwards: 2\r\n"
        )
    }

    @Test func `a request without a host goes to the one it is sent to`() {
        #expect(written("GET / HTTP/1.0\r\n\r\n") == "GET / HTTP/1.1\r\nHost: up:80\r\n")
    }

    @Test func `framing is written anew, of the kind that came`() {
        #expect(written(post("Content-Length: 0")).hasSuffix("\r\nContent-Length: 0\r\n"))
        #expect(
            written(post("TRANSFER-encoding: Chunked")).hasSuffix(
                "\r\nTransfer-Encoding: chunked\r\n"
            )
        )
        #expect(written(post()) == "POST / HTTP/1.1\r\nHost: h\r\n")
    }

    @Test(
        arguments: [
            "Connection: close", "Keep-Alive: 5", "Proxy-Connection: x", "TE: trailers",
            "Upgrade: h2c",
            "HTTP2-Settings: x", "Proxy-Authorization: x", "Forwarded: for=x", "X-Forwarded-For: x",
            "X-Forwarded-Proto: x", "X-Forwarded-Host: x", "X-Forwarded-By: x", "X-Real-IP: x",
            "X-Request-Id: x",
            "traceparent: x", "tracestate: x", "X_Forwarded_For: x", "Content_Length: 5",
            "Transfer_Encoding: chunked", "User_Agent: x", "Client-Cert: x", "client-cert-chain: x",
        ]
    )
    func `what ends at this hop, and what we say ourselves, does not go on`(field: String) {
        #expect(
            written(post("A: b", field, "C: d")) == "POST / HTTP/1.1\r\nHost: h\r\nA: b\r\nC: d\r\n"
        )
    }

    @Test(arguments: [
        "Accept: x", "Cookie: a=b", "X_Own: x", "Trailer: x", "Max-Forwards: many",
    ])
    func `what is end to end goes on as the client wrote it`(field: String) {
        #expect(written(post(field)) == "POST / HTTP/1.1\r\nHost: h\r\n\(field)\r\n")
    }

    @Test func `a nominated field ends here, unless it means something`() {
        let head = post(
            "Connection: x-a, Cookie, host, X-Forwarded-For, content-length",
            "X-A: 1",
            "X-AB: 2",
            "cookie: c",
            "x-a: 3",
            "Content-Length: 4"
        )

        #expect(
            written(head)
                == "POST / HTTP/1.1\r\nHost: h\r\nX-AB: 2\r\ncookie: c\r\nContent-Length: 4\r\n"
        )
    }

    @Test func `Max-Forwards never goes below zero`() {
        let head = "OPTIONS * HTTP/1.1\r\nHost: h\r\nMax-Forwards: 0\r\n\r\n"

        #expect(written(head) == "OPTIONS * HTTP/1.1\r\nHost: h\r\nMax-Forwards: 0\r\n")
    }
}
