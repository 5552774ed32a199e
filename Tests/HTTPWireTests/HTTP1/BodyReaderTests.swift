import HTTPWire
import Testing
import Vocabulary

struct BodyReaderTests {
    @Test func `a body of no bytes is complete at once`() {
        for framing in [BodyFraming.none, .length(0)] {
            let facts = BodyFacts(framing, ["GET".wire])
            #expect((facts.data, facts.end, facts.rest) == ([], .complete, 3))
        }
    }

    @Test func `a length is read to its end and no further`() {
        for sizes in [[1], [2], [3, 1], [100]] {
            let facts = BodyFacts(.length(5), "hellomore".wire.cut(sizes))
            #expect((facts.data, facts.end, facts.rest) == ("hello".wire, .complete, 4))
        }
        #expect(BodyFacts(.length(5), ["hell".wire]).end == .incomplete)
    }

    @Test func `how much is still to come is known for a length alone`() throws {
        let pool = BlockPool()
        var input = ByteBuffer()
        input.append(text: "abc")
        var reader = BodyReader(.length(5))
        let before = reader.remaining
        _ = try reader.next(in: &input, from: pool)
        let after = reader.remaining
        let others = [BodyFraming.none, .chunked, .untilClose].map { BodyReader($0).remaining }

        #expect((before, after) == (5, 2))
        #expect(others == [nil, nil, nil])
    }

    @Test func `bytes of a length that go another way are passed over`() throws {
        let pool = BlockPool()
        var input = ByteBuffer()
        input.append(text: "abcdef")
        var reader = BodyReader(.length(5))
        reader.passOver(3)
        let left = reader.remaining
        let count = try reader.next(in: &input, from: pool)
        var whole = BodyReader(.length(5))
        whole.passOver(5)
        var chunked = BodyReader(.chunked)
        chunked.passOver(5)

        let ends = (reader.isComplete, whole.isComplete, chunked.isComplete)
        #expect((left, count) == (2, 2))
        #expect(ends == (true, true, false))
    }

    @Test func `a body that ends with its connection takes whatever comes`() throws {
        let facts = BodyFacts(.untilClose, "any\r\n\r\nbytes".wire.cut([3]))
        var reader = BodyReader(.untilClose)
        let before = (reader.endsWithConnection, reader.isComplete, reader.endedWithConnection)
        reader.noteEnd()
        let after = (reader.endsWithConnection, reader.isComplete, reader.endedWithConnection)

        #expect((facts.data, facts.end) == ("any\r\n\r\nbytes".wire, .incomplete))
        #expect(before == (true, false, false))
        #expect(after == (false, true, true))
    }

    @Test func `the sender's leaving completes no other body`() {
        for framing in [BodyFraming.length(5), .chunked] {
            var reader = BodyReader(framing)
            reader.noteEnd()
            let facts = (reader.isComplete, reader.endedWithConnection, reader.endsWithConnection)
            #expect(facts == (false, false, false))
        }
    }

    @Test func `trailers are fields, and what follows them is left`() {
        for sizes in [[1], [7], [1000]] {
            let facts = BodyFacts(.chunked, "0\r\nA: b\r\nC:\r\n\r\nmore".wire.cut(sizes))
            #expect((facts.trailers, facts.end, facts.rest) == (["A: b", "C: "], .complete, 4))
        }
    }

    @Test(
        arguments: [
            "A", "A b", "A : b", " A: b", ": b", "A: b\r\n c", "A: b\0", "A: b\nC: d", "A: \u{7f}",
            "A(: b",
        ]
    )
    func `a malformed trailer is refused as its body's framing is`(trailer: String) {
        let facts = BodyFacts(.chunked, ["0\r\n\(trailer)\r\n\r\n".wire])

        #expect(facts.end == .refused)
        #expect(SlowChunks("0\r\n\(trailer)\r\n\r\n".wire).facts.end == .refused)
    }

    @Test func `a malformed trailer is a bad chunk`() {
        var reader = BodyReader(.chunked)
        var input = ByteBuffer()
        input.append(text: "0\r\nA b\r\n\r\n")
        #expect(throws: WireError.badChunk) {
            _ = try reader.next(in: &input, from: BlockPool())
        }
    }

    @Test func `trailers have 8 KiB at the most`() {
        for (count, expected) in [
            (8191, BodyFacts.End.complete), (8192, .complete), (8193, .refused),
        ] {
            let body = "0\r\nA: \(repeated("b", count - 7))\r\n\r\n".wire
            #expect(body.count - 3 == count)
            for sizes in [[1], [1000], [100_000]] {
                #expect(BodyFacts(.chunked, body.cut(sizes)).end == expected)
            }
        }
    }

    @Test func `trailers that never end are refused`() {
        #expect(BodyFacts(.chunked, ["0\r\nA: \(repeated("b", 8189))".wire]).end == .incomplete)
        #expect(BodyFacts(.chunked, ["0\r\nA: \(repeated("b", 8190))".wire]).end == .refused)
        #expect(BodyFacts(.chunked, ["0\r\nA: \(repeated("b", 50_000))".wire]).end == .refused)
    }

    @Test func `trailers are 32 at the most`() {
        for (count, expected) in [(31, BodyFacts.End.complete), (32, .complete), (33, .refused)] {
            let body = "0\r\n" + repeated("A: b\r\n", count) + "\r\n"
            #expect(BodyFacts(.chunked, [body.wire]).end == expected)
            #expect(BodyFacts(.chunked, body.wire.cut([1])).end == expected)
        }
    }

    @Test func `a short trailer before a large next message is none of its size`() {
        let facts = BodyFacts(.chunked, [("0\r\nA: b\r\n\r\n" + repeated("x", 40_000)).wire])

        #expect((facts.end, facts.rest) == (.complete, 40_000))
    }
}
