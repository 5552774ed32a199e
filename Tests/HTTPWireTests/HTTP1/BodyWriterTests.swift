import HTTPWire
import Testing
import Vocabulary

struct BodyWriterTests {
    /// What is written of these runs of data, with the trailers of a chunked body.
    private func written(_ framing: BodyFraming, _ runs: [String], trailers: String = "") -> String
    {
        var reader = BodyReader(.chunked)
        var input = ByteBuffer()
        input.append(text: "0\r\n\(trailers)\r\n")
        _ = try? reader.next(in: &input, from: BlockPool())

        var output = ByteBuffer()
        var writer = BodyWriter(framing)
        for run in runs {
            writer.begin(run.wire.count, in: &output)
            output.append(wire: run.wire)
        }
        writer.end(reader.trailers, in: &output)
        return String(wire: output.bytes)
    }

    @Test func `a body of a length is its data`() {
        #expect(written(.length(5), ["hel", "lo"]) == "hello")
        #expect(written(.untilClose, ["hello"], trailers: "A: b\r\n") == "hello")
        #expect(written(.none, []) == "")
    }

    @Test func `one run of data is one chunk`() {
        let run = repeated("x", 26)

        #expect(written(.chunked, []) == "0\r\n\r\n")
        #expect(written(.chunked, ["a"]) == "1\r\na\r\n0\r\n\r\n")
        #expect(written(.chunked, ["abc", run]) == "3\r\nabc\r\n1a\r\n\(run)\r\n0\r\n\r\n")
    }

    @Test func `a run of no data does not end the body`() {
        #expect(written(.chunked, ["", "abc", "", ""]) == "3\r\nabc\r\n0\r\n\r\n")
    }

    @Test func `trailers that mean nothing to us go on`() {
        let body = written(.chunked, ["a"], trailers: "X-Sum: 1\r\nETag:  x \r\nX_Own: y\r\n")

        #expect(body == "1\r\na\r\n0\r\nX-Sum: 1\r\nETag: x\r\nX_Own: y\r\n\r\n")
    }

    @Test(
        arguments: [
            "Host", "Content-Length", "Transfer-Encoding", "content_length", "Connection", "TE",
            "Trailer", "Cookie",
            "Authorization", "X-Forwarded-For", "X-Forwarded-By", "X_Forwarded_Host", "Set-Cookie",
            "Content-Type",
            "X-Request-Id", "traceparent", "Forwarded", "Cache-Control", "Content-Range", "Expect",
            "Max-Forwards",
        ]
    )
    func `a trailer that would mean something comes too late`(name: String) {
        #expect(written(.chunked, [], trailers: "A: b\r\n\(name): x\r\n") == "0\r\nA: b\r\n\r\n")
    }
}
