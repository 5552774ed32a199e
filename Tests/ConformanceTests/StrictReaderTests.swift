import TestSupport
import Testing

/// The second reader reads what is plain and forgives nothing else.
struct StrictReaderTests {
    private static let block = ForwardedBlock.expanded([
        "Host: a", #"\<forwarded id=1 traceparent=2>"#,
    ])
    .joined(separator: "\r\n")

    private func reading(
        _ line: String,
        _ more: String = "",
        body: String = ""
    ) -> Reading<StrictRequest> {
        let head = "\(line)\r\n\(Self.block)\r\n\(more)\r\n"
        return StrictReader.request(Array((head + body).utf8))
    }

    private func isBroken(_ reading: Reading<StrictRequest>) -> Bool {
        if case .broken = reading { true } else { false }
    }

    @Test func `a request is read whole, and nothing of the next`() {
        let reading = reading("POST /a HTTP/1.1", "Content-Length: 3\r\n", body: "abcGET")
        guard case .whole(let request, _) = reading else {
            Issue.record("\(reading)")
            return
        }
        #expect(request.method == "POST")
        #expect(request.target == "/a")
        #expect(request.body == Array("abc".utf8))
    }

    @Test func `chunks are put together, wherever they were cut`() {
        let one = reading(
            "POST / HTTP/1.1",
            "Transfer-Encoding: chunked\r\n",
            body: "4\r\nabcd\r\n0\r\n\r\n"
        )
        let two = reading(
            "POST / HTTP/1.1",
            "Transfer-Encoding: chunked\r\n",
            body: "1\r\na\r\n3\r\nbcd\r\n0\r\n\r\n"
        )
        guard case .whole(let first, _) = one, case .whole(let second, _) = two else {
            Issue.record("\(one) \(two)")
            return
        }
        #expect(first == second)
    }

    @Test(arguments: [
        "GET  / HTTP/1.1", "GET / HTTP/1.0", "GET / HTTP/1.1 ", "GET /\n HTTP/1.1",
        " GET / HTTP/1.1",
        "GET http://a/ HTTP/1.1", "GET * HTTP/1.1", "GET /a/../b HTTP/1.1", "GET /a%2Fb HTTP/1.1",
        "GET //a HTTP/1.1", "GET /;a HTTP/1.1", "G@T / HTTP/1.1",
    ])
    func `a request line that could be read otherwise is broken`(line: String) {
        #expect(isBroken(reading(line)))
    }

    @Test(arguments: [
        "Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: +1\r\n",
        "Content-Length: 1, 1\r\n",
        "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: Chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "A : b\r\n", "A: b\r\n c\r\n", "A: b\nC: d\r\n",
        "A: \0\r\n", "Host: b\r\n", "Connection: close\r\n", "TE: trailers\r\n", "Upgrade: h2c\r\n",
        "X_Forwarded_For: 1\r\n", "Content_Length: 1\r\n", "X-Forwarded-For: 1\r\n", ": b\r\n",
    ])
    func `a field that could be read otherwise is broken`(fields: String) {
        #expect(isBroken(reading("GET / HTTP/1.1", fields, body: "a")))
    }

    @Test(arguments: [
        "1;a\r\nb\r\n0\r\n\r\n", "0x1\r\nb\r\n0\r\n\r\n", "1\nb\r\n0\r\n\r\n",
        "1\r\nbc\r\n0\r\n\r\n",
        "0\r\nHost: b\r\n\r\n", "\r\nb", "1 \r\nb\r\n0\r\n\r\n", "0\r\nA: b\n\r\n",
    ])
    func `a chunk that could be read otherwise is broken`(body: String) {
        #expect(isBroken(reading("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", body: body)))
    }

    @Test func `an answer to HEAD has no body, whatever its length`() {
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".utf8)
        guard case .whole(_, let length) = StrictReader.answer(bytes, to: "HEAD", hasEnded: false)
        else {
            Issue.record("not whole")
            return
        }
        #expect(length == bytes.count)
    }

    @Test func `an answer without a length is whole only when the connection has ended`() {
        let bytes = Array("HTTP/1.1 200 OK\r\n\r\nabc".utf8)
        #expect(
            StrictReader.answer(bytes, to: "GET", hasEnded: false) == .incomplete(headIsWhole: true)
        )
        guard case .whole(let answer, _) = StrictReader.answer(bytes, to: "GET", hasEnded: true)
        else {
            Issue.record("not whole")
            return
        }
        #expect(answer.body == Array("abc".utf8))
    }
}
