import HTTPWire
import Testing
import Vocabulary

struct AnswerParserTests {
    @Test func `a status line is version, status and a phrase that may be missing`() {
        for line in [
            "HTTP/1.1 200 OK", "HTTP/1.1 200 ", "HTTP/1.1 200", "HTTP/1.1 200 a b \u{e9}\t!",
        ] {
            #expect(readAnswer(answer(line)).facts?.status == 200, "\(line)")
        }
    }

    @Test func `a status is 100 to 599`() {
        for (status, isKnown) in [
            (99, false), (100, true), (599, true), (600, false), (999, false),
        ] {
            let padded = repeated("0", 3 - String(status).count) + String(status)
            let error = readAnswer(answer("HTTP/1.1 \(padded) x")).error
            #expect(error == (isKnown ? nil : .badStatusLine), "\(status)")
        }
    }

    @Test(
        arguments: [
            "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2000", "HTTP/1.1 20x", "HTTP/1.1 +20",
            "HTTP/1.1  200", "HTTP/1.1 200-OK", "HTTP/1.1\t200 OK", "http/1.1 200 OK",
            "HTTP/1.1200 OK",
            "HTTP/1 200 OK ok", "HTTP/1.10 200 OK", "ICY 200 OK and more", "200 OK and more", "x",
            " HTTP/1.1 200 OK", "HTTP/1.1 2 00",
        ]
    )
    func `any other line is no status line`(line: String) {
        #expect(readAnswer(answer(line)).error == .badStatusLine)
    }

    @Test(arguments: ["HTTP/2.0 200 OK", "HTTP/0.9 200 OK", "HTTP/3.0 200 OK"])
    func `another major version is not spoken`(line: String) {
        #expect(readAnswer(answer(line)).error == .versionUnsupported)
    }

    @Test func `an empty line before an answer is no answer`() {
        #expect(readAnswer("\r\n" + answer("HTTP/1.1 200 OK")).error == .badStatusLine)
    }

    @Test(
        arguments: [
            "HTTP/1.1 200 OK\n\r\n", "HTTP/1.1 200 OK\rA: b\r\n\r\n", "HTTP/1.1 200 \0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "HTTP/1.1 200 OK\r\nA: \u{7f}\r\n\r\n",
            "HTTP/1.1 200 OK\r\n: b\r\n\r\n", "HTTP/1.1 200 OK\r\nA\r\n\r\n",
        ]
    )
    func `an upstream's head is judged as strictly as a client's`(head: String) {
        #expect(readAnswer(head).error == .badField)
        #expect(readAnswer(head.wire.cut([1])).error == .badField)
    }

    @Test func `an answer head has 32 KiB and 100 fields at the most`() {
        let empty = answer("HTTP/1.1 200 OK", "A: ").wire.count
        for (bytes, isTooLarge) in [(32767, false), (32768, false), (32769, true)] {
            let head = answer("HTTP/1.1 200 OK", "A: " + repeated("a", bytes - empty))
            #expect(readAnswer(head).error == (isTooLarge ? .headTooLarge : nil))
            #expect(readAnswer(head.wire.cut([1000])) == readAnswer(head))
        }
        for (count, isTooLarge) in [(99, false), (100, false), (101, true)] {
            let head = "HTTP/1.1 200 OK\r\n" + repeated("A: b\r\n", count) + "\r\n"
            #expect(readAnswer(head).error == (isTooLarge ? .headTooLarge : nil))
        }
    }

    @Test func `a status line that goes on for ever is refused`() {
        #expect(readAnswer("HTTP/1.1 200 " + repeated("a", 32755)) == .incomplete)
        #expect(readAnswer("HTTP/1.1 200 " + repeated("a", 32756)).error == .headTooLarge)
    }

    @Test func `one parser reads one answer after the other`() throws {
        let pool = BlockPool()
        var parser = AnswerParser()
        var input = ByteBuffer()
        input.append(text: answer("HTTP/1.1 103 x", "Link: a") + answer("HTTP/1.1 200 OK") + "rest")
        var statuses: [Int] = []
        for _ in 0..<2 {
            var head = AnswerHead()
            guard try parser.parse(&input, into: &head, from: pool) else { break }
            statuses.append(head.status)
            head.release(to: pool)
        }

        let left = input.count
        #expect(statuses == [103, 200])
        #expect(left == 4)
    }
}
