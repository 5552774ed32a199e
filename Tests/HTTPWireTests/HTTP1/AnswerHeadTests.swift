import HTTPWire
import Testing
import Vocabulary

struct AnswerHeadTests {
    private func facts(_ line: String, _ fields: String...) -> AnswerFacts? {
        readAnswer(line + "\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n").facts
    }

    @Test func `a body is framed by its length, by chunks, or by the end of the connection`() {
        #expect(facts("HTTP/1.1 200 OK", "Content-Length: 7")?.framing == .length(7))
        #expect(facts("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")?.framing == .chunked)
        #expect(facts("HTTP/1.1 200 OK")?.framing == .untilClose)
        #expect(facts("HTTP/1.0 200 OK", "Content-Length: 7")?.framing == .length(7))
    }

    @Test(arguments: [100, 103, 199, 204, 304])
    func `some answers have no body whatever their head says`(status: Int) {
        #expect(facts("HTTP/1.1 \(status) x", "Content-Length: 7")?.framing == BodyFraming.none)
        #expect(facts("HTTP/1.1 \(status) x")?.framing == BodyFraming.none)
    }

    @Test func `an answer to HEAD has no body`() {
        #expect(facts("HTTP/1.1 200 OK", "Content-Length: 7")?.framingToHead == BodyFraming.none)
        #expect(
            facts("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")?.framingToHead
                == BodyFraming.none
        )
    }

    @Test(arguments: [100, 103, 204])
    func `where no coding may be, one is refused`(status: Int) {
        let head = answer("HTTP/1.1 \(status) x", "Transfer-Encoding: chunked")

        #expect(readAnswer(head).error == .ambiguousFraming)
    }

    @Test func `a 304 may tell how its body would be coded`() {
        #expect(facts("HTTP/1.1 304 x", "Transfer-Encoding: chunked")?.framing == BodyFraming.none)
    }

    @Test func `an end that is said twice is refused`() {
        for fields in [
            ["Content-Length: 1", "Content-Length: 1"],
            ["Content-Length: 1", "Transfer-Encoding: chunked"],
            ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
        ] {
            let head = answer("HTTP/1.1 200 OK", fields[0], fields[1])
            #expect(readAnswer(head).error == .ambiguousFraming, "\(fields)")
        }
        #expect(
            readAnswer(answer("HTTP/1.1 200 OK", "Content-Length: 1, 1")).error == .badContentLength
        )
        #expect(
            readAnswer(answer("HTTP/1.1 200 OK", "Transfer-Encoding: gzip")).error
                == .codingNotImplemented
        )
        #expect(
            readAnswer(answer("HTTP/1.0 200 OK", "Transfer-Encoding: chunked")).error
                == .ambiguousFraming
        )
    }

    @Test func `the connection lives on after HTTP 1 1, unless it says otherwise`() {
        #expect(facts("HTTP/1.1 200 OK")?.keepsAlive == true)
        #expect(facts("HTTP/1.1 200 OK", "Connection: x, Close")?.keepsAlive == false)
        #expect(facts("HTTP/1.0 200 OK", "Connection: keep-alive")?.keepsAlive == false)
    }

    @Test func `it is interim below 200`() {
        #expect(facts("HTTP/1.1 199 x")?.isInterim == true)
        #expect(facts("HTTP/1.1 200 x")?.isInterim == false)
    }

    @Test func `a switch to WebSocket is named by both fields`() {
        let both = facts("HTTP/1.1 101 x", "Connection: upgrade", "Upgrade: WebSocket")
        let upgrade = facts("HTTP/1.1 101 x", "Upgrade: websocket")
        let other = facts("HTTP/1.1 101 x", "Connection: upgrade", "Upgrade: h2c")

        #expect([both, upgrade, other].map { $0?.namesWebSocket } == [true, false, false])
    }

    @Test func `nominated fields are noted`() {
        #expect(facts("HTTP/1.1 200 x", "Connection: X-A")?.nominatesFields == true)
        #expect(facts("HTTP/1.1 200 x", "Connection: close, keep-alive")?.nominatesFields == false)
    }
}
