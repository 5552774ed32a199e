import HTTPWire
import Testing

struct ChunkedDecoderTests {
    private func facts(_ body: String) -> BodyFacts { BodyFacts(.chunked, [body.wire]) }

    /// The same in one piece, byte by byte and by the slow decoder.
    private func end(_ body: String) -> BodyFacts.End {
        let facts = facts(body)
        #expect(BodyFacts(.chunked, body.wire.cut([1])) == facts, "\(body)")
        #expect(SlowChunks(body.wire).facts == facts, "\(body)")
        return facts.end
    }

    @Test func `data is what stands between the lines`() {
        let table = [
            "0\r\n\r\n": "", "3\r\nabc\r\n0\r\n\r\n": "abc",
            "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n": "abc",
            "A\r\n0123456789\r\n0\r\n\r\n": "0123456789",
            "a\r\n0123456789\r\n000\r\n\r\n": "0123456789",
            "0003\r\n\r\n\n\r\n0\r\n\r\n": "\r\n\n", "3;a=b\r\nabc\r\n0;c\r\n\r\n": "abc",
            "3;a=\"b;c\" ~\r\nabc\r\n0;\r\n\r\n": "abc",
        ]
        for (body, data) in table {
            #expect(end(body) == .complete, "\(body)")
            #expect(facts(body).data == data.wire, "\(body)")
        }
    }

    @Test(
        arguments: [
            "\r\n", "\n", ";\r\n", " 3\r\nabc\r\n", "3 \r\nabc\r\n", "\t3\r\nabc\r\n",
            "+3\r\nabc\r\n", "-3\r\nabc\r\n",
            "0x3\r\nabc\r\n", "3_\r\nabc\r\n", "3,3\r\nabc\r\n", "g\r\n", "G\r\n", "3h\r\nabc\r\n",
            "3\nabc\r\n", "3\rabc\r\n",
            "3\r\r\nabc\r\n", "3\r\nabcd\r\n", "3\r\nabc\n0\r\n\r\n", "3\r\nabc0\r\n\r\n",
            "3\r\nabc\r0\r\n\r\n",
            "3\r\nabc\r\n\r\n0\r\n\r\n", "3;a\nb\r\nabc\r\n", "3;a\rb\r\nabc\r\n",
            "3;a\0\r\nabc\r\n", "3;a\u{7f}\r\nabc\r\n",
            "3;a\tb\r\nabc\r\n", "3;\u{80}\r\nabc\r\n", "3;\u{ff}\r\nabc\r\n",
            "3;a\u{1}\r\nabc\r\n", "0\n\r\n", "0\r\n\n", "0\r\n\r\r\n", "0\r\rX", "/\r\n", ":\r\n",
            "@\r\n", "`\r\n", "3\"\r\nabc\r\n",
        ]
    )
    func `a malformed chunk is refused`(body: String) {
        #expect(end(body) == .refused)
    }

    @Test func `every beginning of a body is incomplete`() {
        let body = "3;x\r\nabc\r\n0\r\nA: b\r\n\r\n"
        for count in 0..<body.wire.count {
            let start = String(wire: body.wire.prefix(count))
            #expect(end(start) == .incomplete, "\(start)")
        }
    }

    @Test func `data before a malformed chunk has come through`() {
        let facts = facts("3\r\nabc\r\nx")

        #expect((facts.data, facts.end) == ("abc".wire, .refused))
    }

    @Test func `a size has 15 digits at the most`() {
        #expect(end(repeated("0", 13) + "1\r\na\r\n0\r\n\r\n") == .complete)
        #expect(end(repeated("0", 14) + "1\r\na\r\n0\r\n\r\n") == .complete)
        #expect(end(repeated("0", 15) + "1\r\na\r\n0\r\n\r\n") == .refused)
        #expect(end(repeated("f", 15) + "\r\nabc") == .incomplete)
        #expect(end(repeated("f", 16) + "\r\nabc") == .refused)
        #expect(end("3\r\nabc\r\n" + repeated("0", 16) + "\r\n\r\n") == .refused)
    }

    @Test func `an extension has 256 bytes at the most`() {
        for (count, expected) in [(255, BodyFacts.End.complete), (256, .complete), (257, .refused)]
        {
            #expect(end("1;\(repeated("x", count))\r\na\r\n0\r\n\r\n") == expected)
            #expect(end("1\r\na\r\n0;\(repeated("x", count))\r\n\r\n") == expected)
        }
    }

    @Test func `the extensions of a body have 4 KiB at the most`() {
        let full = repeated("1;\(repeated("x", 256))\r\na\r\n", 15)
        for (count, expected) in [(255, BodyFacts.End.complete), (256, .complete)] {
            #expect(end(full + "0;\(repeated("x", count))\r\n\r\n") == expected)
        }
        let last = "1;\(repeated("x", 256))\r\na\r\n"
        #expect(end(full + last + "0\r\n\r\n") == .complete)
        #expect(end(full + last + "0;x\r\n\r\n") == .refused)
        #expect(end(full + last + "0;\r\n\r\n") == .complete)
    }

    @Test func `many chunks cost no bound`() {
        let facts = facts(repeated("1\r\na\r\n", 20_000) + "0\r\n\r\n")

        #expect((facts.data.count, facts.end) == (20_000, .complete))
    }
}
