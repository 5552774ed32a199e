import HTTPWire
import TestSupport
import Testing

/// What holds for every message, asked of many that were made by the grammar.
struct SeededTests {
    @Test func `how a request arrives changes nothing, and it is written as it was read`() {
        var generator = HeadGenerator(11)
        var accepted = 0
        for _ in 0..<6000 {
            let bytes = generator.request()
            let sizes = (0..<3).map { _ in 1 + generator.random.below(20) }
            let complaint = Oracle.request(bytes, sizes)
            #expect(complaint == nil, "\(String(wire: bytes)), seed \(generator.random.seed)")
            if readRequest([bytes]).facts != nil { accepted += 1 }
        }

        // If hardly one were accepted, hardly anything would have been shown.
        #expect(accepted > 1500)
    }

    @Test func `how an answer arrives changes nothing, and it is written as it was read`() {
        var generator = HeadGenerator(12)
        var accepted = 0
        for _ in 0..<6000 {
            let bytes = generator.answer()
            let sizes = (0..<3).map { _ in 1 + generator.random.below(20) }
            let complaint = Oracle.answer(bytes, sizes)
            #expect(complaint == nil, "\(String(wire: bytes)), seed \(generator.random.seed)")
            if readAnswer([bytes]).facts != nil { accepted += 1 }
        }

        #expect(accepted > 2000)
    }

    @Test func `a chunked body gives its data however it is cut`() {
        var generator = HeadGenerator(13)
        for _ in 0..<1500 {
            let data = (0..<generator.random.below(900)).map { UInt8(truncatingIfNeeded: $0) }
            let body = generator.chunked(data) + "next".wire
            let sizes = (0..<3).map { _ in 1 + generator.random.below(50) }
            let facts = BodyFacts(.chunked, body.cut(sizes))

            #expect(facts.data == data, "seed \(generator.random.seed)")
            #expect((facts.end, facts.rest) == (.complete, 4), "seed \(generator.random.seed)")
            #expect(facts == BodyFacts(.chunked, [body]), "seed \(generator.random.seed)")
        }
    }

    @Test func `a chunked body that was spoiled is read as the slow decoder reads it`() {
        var generator = HeadGenerator(14)
        for _ in 0..<3000 {
            var input = "abcd".wire + generator.chunked(Array("some data, in chunks".utf8))
            let place = 4 + generator.random.below(input.count - 4)
            switch generator.random.below(3) {
            case 0: input.remove(at: place)
            case 1: input[place] = generator.random.pick(Array("\r\n;:0aFg \0\u{7f}+x".utf8))
            default:
                input.insert(generator.random.pick(Array("\r\n;:0aFg \0\u{7f}".utf8)), at: place)
            }
            let complaint = Oracle.chunked(input)
            #expect(complaint == nil, "\(String(wire: input)), seed \(generator.random.seed)")
        }
    }

    @Test func `a whole request is forwarded as one message with its data`() {
        var generator = HeadGenerator(15)
        var random = SeededRandom(16)
        for _ in 0..<1500 {
            let data = (0..<random.below(200)).map { UInt8(truncatingIfNeeded: $0) }
            let isChunked = random.once(in: 2)
            let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(data.count)"
            let body = isChunked ? generator.chunked(data) : data
            let input =
                random.text(4, of: "abcdefgh").wire + post(framing).wire + body + "rest".wire
            let complaint = Oracle.framing(input)
            #expect(complaint == nil, "seeds \(random.seed) and \(generator.random.seed)")
        }
    }

    @Test func `a target is accepted just when the slow model accepts it`() {
        var random = SeededRandom(17)
        let pieces = [
            "/", "/", "a", "b", ".", "..", "%2e", "%2E", "%2f", "%5c", "\\", ";", "%3b", "%", "%4",
            "%41",
            "%zz", "%00", "%1f", "%7f", "%20", "%c3", "?", "#", "\u{e9}", "^", "{", "~", "%7e",
            "%25", "*",
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            let target = "/" + (0..<random.below(7)).map { _ in random.pick(pieces) }.joined()
            let complaint = Oracle.target(target.wire)
            #expect(complaint == nil, "\(target), seed \(random.seed)")
            if read(line("GET \(target) HTTP/1.1")).facts != nil { accepted += 1 }
        }

        #expect(accepted > 2000)
    }
}
