import HTTPWire
import Testing
import Vocabulary

struct RequestParserTests {
    @Test func `a request line is method, target and version`() throws {
        let facts = try #require(read("GET /a?b=c HTTP/1.1\r\nHost: h\r\nAccept: x\r\n\r\n").facts)

        #expect((facts.method, facts.methodText) == (.get, "GET"))
        #expect((facts.path, facts.query) == ("/a", "b=c"))
        #expect(facts.fields.map(\.name) == ["Host", "Accept"])
        #expect(facts.fields.map(\.value) == ["h", "x"])
        #expect(facts.fields.map(\.id) == [.host, .accept])
    }

    @Test func `nothing is said before the head is whole`() {
        let head = line("GET / HTTP/1.1")
        for count in 0..<head.wire.count {
            #expect(readRequest([Array(head.wire.prefix(count))]) == .incomplete)
        }
        #expect(read(head).facts != nil)
    }

    @Test func `what follows a head is left standing`() {
        guard case .whole(_, let rest) = read(line("GET / HTTP/1.1") + "GET /2") else {
            Issue.record("a whole head was not seen")
            return
        }

        #expect(rest == 6)
    }

    @Test func `one parser reads one request after the other`() throws {
        let pool = BlockPool()
        var parser = RequestParser()
        var input = ByteBuffer()
        input.append(
            text: "\r\n\r\n" + line("GET /1 HTTP/1.1") + "\r\n\r\n" + line("GET /2 HTTP/1.1")
        )
        var paths: [String] = []
        for _ in 0..<2 {
            var head = RequestHead()
            guard try parser.parse(&input, into: &head, from: pool) else { break }
            paths.append(RequestFacts(head).path)
            head.release(to: pool)
        }

        let left = input.count
        #expect(paths == ["/1", "/2"])
        #expect(left == 0)
    }

    @Test func `a head that was released says nothing any more`() {
        let pool = BlockPool()
        var head = RequestHead()
        var input = ByteBuffer()
        _ = try? readRequest(
            [post("Content-Length: 3", "Expect: 100-continue").wire],
            into: &head,
            leaving: &input
        )
        head.release(to: pool)

        let (facts, fresh) = (RequestFacts(head), RequestFacts(RequestHead()))
        #expect(facts == fresh)
    }

    @Test(arguments: ["1.0": 0, "1.1": 1, "1.2": 1, "1.9": 1])
    func `minor versions from one on are spoken to as one`(version: String, minor: Int) {
        #expect(read(line("GET / HTTP/\(version)")).facts?.minorVersion == minor)
    }

    @Test(arguments: ["0.9", "2.0", "3.1", "9.9"])
    func `another major version is not spoken`(version: String) {
        #expect(fault(line("GET / HTTP/\(version)")) == .versionUnsupported)
    }

    @Test(
        arguments: [
            "GET / HTTP/1.10", "GET / HTTP/1", "GET / HTTP/1.", "GET / HTTP/11", "GET / http/1.1",
            "GET / HTTP/1.x", "GET / HTTP/x.1", "GET / HTTP 1.1", "GET / HTTPS/1.1",
            "GET / HTTP/01.1",
            "GET / HTTP/1,1", "GET /", "GET", " ", "GET  / HTTP/1.1", "GET /  HTTP/1.1",
            "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET\t/ HTTP/1.1", "GET /\tHTTP/1.1",
            "GET / a HTTP/1.1",
            "GET HTTP/1.1", "GET  HTTP/1.1", "(GET) / HTTP/1.1", "G ET / HTTP/1.1",
            "GET:/ HTTP/1.1",
            "G\u{e9}T / HTTP/1.1", "GET / HTTP/1.1\0", "GET /\u{7f} HTTP/1.1",
            "GET /\u{b} HTTP/1.1",
        ]
    )
    func `any other line is no request line`(text: String) {
        #expect(fault(line(text)) == .badRequestLine)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\n", "GET / HTTP/1.1\r", "GET / HTTP/1.1\r\r\n", "GET /\nHost: h\r\n", "\n",
        "\r\r\n",
    ])
    func `only CRLF ends the request line`(start: String) {
        #expect(fault(start + line("GET / HTTP/1.1")) == .badRequestLine)
    }

    @Test func `two empty lines before a request are passed over, three are not`() {
        let head = line("GET / HTTP/1.1")

        #expect(read("\r\n\r\n" + head).facts != nil)
        #expect(fault("\r\n\r\n\r\n" + head) == .badRequestLine)
    }

    @Test func `a method has 32 bytes at the most`() {
        #expect(read(line(repeated("M", 31) + " / HTTP/1.1")).facts?.method == .other)
        #expect(
            read(line(repeated("M", 32) + " / HTTP/1.1")).facts?.methodText == repeated("M", 32)
        )
        #expect(fault(line(repeated("M", 33) + " / HTTP/1.1")) == .methodNotImplemented)
    }

    @Test func `a method that is too long is refused before its line has come`() {
        #expect(read(repeated("M", 32)) == .incomplete)
        #expect(fault(repeated("M", 33)) == .methodNotImplemented)
    }

    @Test func `a target has 8 KiB at the most`() {
        #expect(read(line("GET /\(repeated("a", 8190)) HTTP/1.1")).facts?.path.count == 8191)
        #expect(read(line("GET /\(repeated("a", 8191)) HTTP/1.1")).facts?.path.count == 8192)
        #expect(fault(line("GET /\(repeated("a", 8192)) HTTP/1.1")) == .targetTooLong)
    }

    @Test func `the longest target may arrive byte by byte`() {
        for count in [8191, 8192] {
            let bytes = line("\(repeated("M", 32)) /\(repeated("a", count)) HTTP/1.1").wire
            #expect(readRequest(bytes.cut([1])) == readRequest([bytes]))
        }
    }

    @Test func `a target that is too long is refused before its line has come`() {
        #expect(fault("GET /" + repeated("a", 9000)) == .targetTooLong)
    }

    @Test func `a request line that goes on for ever is refused`() {
        #expect(fault("GET / " + repeated("a ", 20_000)) == .badRequestLine)
        #expect(fault("GET ( " + repeated("(", 40_000)) == .badRequestLine)
    }

    @Test(
        arguments: [
            "(" + repeated("M", 40), repeated("M", 20) + "(" + repeated("M", 40),
            repeated("M", 40) + "(", repeated("M", 40) + "\n", repeated("M", 33) + "\r",
            "GET /" + repeated("a", 9000) + "\n", "GET /" + repeated("a", 9000) + "\u{7f}",
            "GET /a " + repeated("b", 9000), "GET /" + repeated("a", 8192) + "\u{7f}",
            "GET /" + repeated("a", 8000) + "\u{7f}" + repeated("a", 8000),
            "GET  " + repeated("a", 9000), "GET /" + repeated("a", 8000) + " " + repeated("b", 300),
        ]
    )
    func `which fault is named does not hang on how the line arrived`(start: String) {
        let bytes = line(start + " HTTP/1.1").wire

        #expect(readRequest(bytes.cut([1])) == readRequest([bytes]))
        #expect(readRequest(bytes.cut([700])) == readRequest([bytes]))
    }

    @Test func `a head has 32 KiB at the most`() {
        let empty = line("GET / HTTP/1.1").wire.count + "A: \r\n".wire.count
        for (bytes, isTooLarge) in [(32767, false), (32768, false), (32769, true)] {
            let head = "GET / HTTP/1.1\r\nHost: h\r\nA: \(repeated("a", bytes - empty))\r\n\r\n"
            #expect(head.wire.count == bytes)
            #expect(fault(head) == (isTooLarge ? .headTooLarge : nil))
            #expect(readRequest(head.wire.cut([1000])) == read(head))
        }
    }

    @Test func `a head that is too large is refused before it is whole`() {
        #expect(read("GET / HTTP/1.1\r\nA: " + repeated("a", 32749)) == .incomplete)
        #expect(fault("GET / HTTP/1.1\r\nA: " + repeated("a", 32750)) == .headTooLarge)
    }

    @Test func `no line is read beyond what a place in a head can name`() {
        let long = repeated("a", 100_000)

        #expect(fault(post("A: " + long)) == .headTooLarge)
        #expect(fault(line("GET /" + long + " HTTP/1.1")) == .targetTooLong)
        #expect(readAnswer(answer("HTTP/1.1 200 OK", "A: " + long)).error == .headTooLarge)
        #expect(readAnswer(answer("HTTP/1.1 200 " + long)).error == .headTooLarge)
        #expect(BodyFacts(.chunked, ["0\r\nA: \(long)\r\n\r\n".wire]).end == .refused)
    }

    @Test func `a large body behind a small head is none of its size`() {
        guard case .whole(_, let rest) = read(post("Content-Length: 40000") + repeated("x", 40_000))
        else {
            Issue.record("a whole head was not seen")
            return
        }

        #expect(rest == 40_000)
    }

    @Test func `a head has 100 fields at the most`() {
        for (count, isTooLarge) in [(99, false), (100, false), (101, true)] {
            let head = "GET / HTTP/1.1\r\nHost: h\r\n" + repeated("A: b\r\n", count - 1) + "\r\n"
            #expect(fault(head) == (isTooLarge ? .headTooLarge : nil))
            #expect(isTooLarge || read(head).facts?.fields.count == count)
        }
    }

    @Test func `values lose the blanks around them and keep those within`() {
        let values = read(post("A:", "B: \t ", "C:c", "D: \td  d\t ", "E: \u{80}\u{ff}")).facts?
            .fields.map(\.value)

        #expect(values == ["h", "", "", "c", "d  d", "\u{80}\u{ff}"])
    }

    @Test(
        arguments: [
            "A", "A b", ": b", "A : b", "A\t: b", " A: b", "\tA: b", "A: b\r\n c", "A: b\r\n\tc",
            "A(: b",
            "A\u{e9}: b", "\"A\": b", "A: b\0", "A: \0", "A: b\u{1}", "A: \u{7f}b", "A: b\u{b}c",
            "A: b\nC: d", "A: b\rC: d", "A: b\n", "A: b\r", "\u{1b}: c", "A\0: b", "A: b\r\r\n",
        ]
    )
    func `a malformed field is refused`(field: String) {
        #expect(fault(post(field)) == .badField)
        #expect(readRequest(post(field).wire.cut([1])).error == .badField)
    }

    @Test func `every control character in a value but the tab is refused, in every place`() {
        for byte in UInt8.min...UInt8.max {
            let isAllowed = byte == 0x09 || byte >= 0x20 && byte != 0x7f
            for place in 0..<16 {
                let value = repeated("a", place) + String(wire: [byte]) + "b"
                #expect((fault(post("A: x" + value)) == nil) == isAllowed, "\(byte)")
            }
        }
    }

    @Test(arguments: ["", "Accept b\r\n", "A: b\n", repeated("A: b\r\n", 100)])
    func `a head that never came whole has no fields to ask for`(rest: String) {
        var head = RequestHead()
        var input = ByteBuffer()
        let bytes = ("GET / HTTP/1.1\r\nAccept: text/html\r\n" + rest).wire
        let isWhole = (try? readRequest([bytes], into: &head, leaving: &input)) ?? false

        // Its text is still the connection's, so a field would point at nothing.
        let facts = (isWhole, head.section.fields.has(.accept), head.section.fields.count)
        #expect(facts == (false, false, 0))
        #expect(RequestFacts(head).methodText.isEmpty)
    }

    @Test func `a bad field is seen when its line ends, not when the head does`() {
        #expect(fault("GET / HTTP/1.1\r\nA b\r\n") == .badField)
        #expect(fault("GET / HTTP/1.1\r\nHost: h\r\nA: b\n") == .badField)
    }
}
