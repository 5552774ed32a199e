import Testing
import Vocabulary

@testable import HTTPWire

struct MessageFramingTests {
    private func framing(_ fields: String..., version: String = "1.1") -> BodyFraming? {
        let fields = fields.map { $0 + "\r\n" }.joined()
        return read("POST / HTTP/\(version)\r\nHost: h\r\n\(fields)\r\n").facts?.framing
    }

    @Test func `a head that says nothing has no body`() {
        #expect(framing() == BodyFraming.none)
        #expect(framing(version: "1.0") == BodyFraming.none)
    }

    @Test func `Content-Length is one plain number`() {
        let table = ["0": 0, "5": 5, "0005": 5, "999999999999999999": 999_999_999_999_999_999]
        for (value, count) in table {
            #expect(framing("Content-Length: \(value)") == .length(count))
            #expect(framing("content-length:\(value) \t", version: "1.0") == .length(count))
        }
    }

    @Test(
        arguments: [
            "", " ", "+5", "-5", "5 5", "5,5", "5, 5", "5,", ",5", "0x5", "5.0", "5e1", "1_0",
            "five", "\u{b2}",
            "5;", "\"5\"", "5\u{a0}", "5\t5", "chunked",
        ]
    )
    func `any other Content-Length is refused`(value: String) {
        #expect(fault(post("Content-Length: \(value)")) == .badContentLength)
    }

    @Test func `Content-Length has 18 digits at the most`() {
        #expect(framing("Content-Length: " + repeated("9", 17)) != nil)
        #expect(framing("Content-Length: " + repeated("9", 18)) != nil)
        #expect(fault(post("Content-Length: " + repeated("9", 19))) == .badContentLength)
        #expect(fault(post("Content-Length: " + repeated("0", 19))) == .badContentLength)
    }

    @Test func `a second Content-Length is refused even when it is equal`() {
        #expect(fault(post("Content-Length: 5", "Content-Length: 5")) == .ambiguousFraming)
        #expect(fault(post("Content-Length: 5", "A: b", "content-length: 6")) == .ambiguousFraming)
    }

    @Test func `Transfer-Encoding is chunked, in any case`() {
        for value in ["chunked", "Chunked", "CHUNKED", " \tchunked\t "] {
            #expect(framing("Transfer-Encoding:\(value)") == .chunked)
        }
    }

    @Test func `a second Transfer-Encoding is refused even when it is equal`() {
        #expect(
            fault(post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"))
                == .ambiguousFraming
        )
        #expect(
            fault(post("Transfer-Encoding: gzip", "Transfer-Encoding: chunked"))
                == .ambiguousFraming
        )
    }

    @Test func `a length beside a coding is refused, in either order`() {
        #expect(fault(post("Content-Length: 5", "Transfer-Encoding: chunked")) == .ambiguousFraming)
        #expect(fault(post("Transfer-Encoding: chunked", "Content-Length: 5")) == .ambiguousFraming)
        #expect(fault(post("Transfer-Encoding: gzip", "Content-Length: 5")) == .ambiguousFraming)
    }

    @Test func `HTTP 1 0 knows no coding`() {
        #expect(fault(post("Transfer-Encoding: chunked", version: "1.0")) == .ambiguousFraming)
        #expect(fault(post("Transfer-Encoding: gzip", version: "1.0")) == .ambiguousFraming)
        #expect(framing("Transfer-Encoding: chunked", version: "1.2") == .chunked)
    }

    @Test func `an alias frames nothing`() {
        #expect(framing("Transfer_Encoding: chunked", "Content_Length: 5") == BodyFraming.none)
    }

    @Test func `just no body and a length of zero are empty`() {
        let framings: [BodyFraming] = [.none, .length(0), .length(1), .chunked, .untilClose]

        #expect(framings.map(\.isEmpty) == [true, true, false, false, false])
    }
}
