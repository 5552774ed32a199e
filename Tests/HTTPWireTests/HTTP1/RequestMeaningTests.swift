import HTTPWire
import Testing

struct RequestMeaningTests {
    @Test func `a client that sends a body may wait for a 100`() {
        for value in ["100-continue", "100-Continue", " 100-CONTINUE "] {
            #expect(
                read(post("Content-Length: 3", "Expect: \(value)")).facts?.expectsContinue == true
            )
        }
        #expect(
            read(post("Transfer-Encoding: chunked", "Expect: 100-continue")).facts?.expectsContinue
                == true
        )
        #expect(read(post("Content-Length: 3")).facts?.expectsContinue == false)
    }

    @Test func `there is nothing to wait for without a body`() {
        #expect(read(post("Expect: 100-continue")).facts?.expectsContinue == false)
        #expect(
            read(post("Content-Length: 0", "Expect: 100-continue")).facts?.expectsContinue == false
        )
    }

    @Test(arguments: [
        "", "100", "100-continue, x", "100-continue,", "x=y", "100-continue;q=1", "100 continue",
    ])
    func `any other expectation fails`(value: String) {
        #expect(fault(post("Content-Length: 3", "Expect: \(value)")) == .expectationFailed)
        #expect(fault(post("Expect: \(value)")) == .expectationFailed)
    }

    @Test func `an expectation is said once`() {
        #expect(fault(post("Expect: 100-continue", "Expect: 100-continue")) == .expectationFailed)
    }

    @Test func `HTTP 1 0 expects nothing`() {
        for value in ["100-continue", "x"] {
            let facts = read(post("Content-Length: 3", "Expect: \(value)", version: "1.0")).facts
            #expect(facts?.expectsContinue == false)
        }
    }

    @Test func `OPTIONS counts its forwards`() {
        let table = ["0": 0, "1": 1, "007": 7, "999999999": 999_999_999]
        for (value, left) in table {
            let head = "OPTIONS * HTTP/1.1\r\nHost: h\r\nMax-Forwards: \(value)\r\n\r\n"
            #expect(read(head).facts?.forwardsLeft == left)
        }
        #expect(read(line("OPTIONS * HTTP/1.1")).facts.map { $0.forwardsLeft == nil } == true)
    }

    @Test(arguments: ["", "-1", "+1", "a", "1,1", "1 1", "1.0", "1000000000", "0x1"])
    func `OPTIONS with any other Max-Forwards is refused`(value: String) {
        let head = "OPTIONS * HTTP/1.1\r\nHost: h\r\nMax-Forwards: \(value)\r\n\r\n"

        #expect(fault(head) == .badMaxForwards)
    }

    @Test func `OPTIONS says Max-Forwards once`() {
        let head = "OPTIONS * HTTP/1.1\r\nHost: h\r\nMax-Forwards: 1\r\nMax-Forwards: 1\r\n\r\n"

        #expect(fault(head) == .badMaxForwards)
    }

    @Test func `to other methods Max-Forwards means nothing`() {
        let facts = read(post("Max-Forwards: many")).facts

        #expect(facts.map { $0.forwardsLeft == nil } == true)
    }

    @Test func `a handshake is asked for by GET, Upgrade and Connection together`() {
        let whole = "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n"
        #expect(read(whole).facts?.asksWebSocket == true)

        for (part, other) in [
            ("GET", "POST"), ("1.1", "1.0"), ("Connection: Upgrade", "Connection: close"),
            ("WebSocket", "websocket, h2c"), ("WebSocket", "h2c"), ("Upgrade: W", "X-Upgrade: W"),
            ("Host: h", "Host: h\r\nContent-Length: 1"),
            ("Host: h", "Host: h\r\nTransfer-Encoding: chunked"),
        ] {
            let head = whole.replacing(part, with: other, maxReplacements: 1)
            #expect(read(head).facts?.asksWebSocket == false, "\(other)")
        }
    }

    @Test func `where its body ends is judged before anything else of a request`() {
        let framing = "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
        for start in [
            "GET /../ HTTP/1.1\r\nHost: h\r\n", "GET / HTTP/1.1\r\n",
            "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nExpect: x\r\n",
        ] {
            #expect(fault(start + framing) == .ambiguousFraming)
        }
    }

    @Test func `nominated fields are noted`() {
        #expect(read(post("Connection: close, x-a")).facts?.nominatesFields == true)
        #expect(
            read(post("Connection: close, upgrade, keep-alive")).facts?.nominatesFields == false
        )
    }
}
