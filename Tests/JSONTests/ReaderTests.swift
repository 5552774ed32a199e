import JSON
import TestSupport
import Testing

struct ReaderTests {
    /// All that the reader says of a text, or nil where it refuses it.
    static func read(_ text: [UInt8], with reader: inout JSONReader) -> [SlowReader.Found]? {
        var found: [SlowReader.Found] = []
        reader.begin()
        do throws(JSONFault) {
            while unsafe try reader.next(in: text.span.bytes) {
                let (path, value) = (Self.text(reader.path), Self.text(reader.value))
                found.append(.init(kind: "\(reader.kind)", path: path, value: value))
            }
            return found
        } catch {
            return nil
        }
    }

    static func text(_ span: RawSpan) -> String {
        unsafe span.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    private static func lines(_ text: String) -> [String]? {
        var reader = JSONReader()
        return read(Array(text.utf8), with: &reader)?.map { "\($0.path) = \($0.value)" }
    }

    @Test(arguments: [
        ("7", [" = 7"]), ("\"a\"", [" = a"]), ("[]", []), ("{}", []), ("[[],{}]", []),
        (
            #"{"items": [{"note": "x"}, {"note": null}], "b": true}"#,
            [
                "<key> = items", "items[].<key> = note", "items[].note = x", "items[].<key> = note",
                "items[].note = null", "<key> = b", "b = true",
            ]
        ),
        (
            "[1, [2, {\"a\": 3}], 4]",
            ["[] = 1", "[][] = 2", "[][].<key> = a", "[][].a = 3", "[] = 4"]
        ),
        (#"{"a": {"b": [], "c": 1}}"#, ["<key> = a", "a.<key> = b", "a.<key> = c", "a.c = 1"]),
        (
            #"{"password": {"$gt": ""}}"#,
            ["<key> = password", "password.<key> = $gt", "password.$gt = "]
        ),
        (#""\u0041\ud83d\ude00\n""#, [" = A😀\n"]),
    ])
    func `each value is named with its path`(text: String, lines: [String]) {
        #expect(Self.lines(text) == lines)
    }

    @Test func `a name is never taken for a place deeper down`() {
        #expect(Self.lines(#"{"a.b": 1}"#)?.last == "a%2Eb = 1")
        #expect(Self.lines(#"{"a[]": 1}"#)?.last == "a%5B%5D = 1")
        #expect(Self.lines(#"{"<key>": 1}"#)?.last == "%3Ckey%3E = 1")
        #expect(Self.lines(#"{"": 1}"#)?.last == "% = 1")
        #expect(Self.lines(#"{"a": {"": 1}}"#)?.last == "a.% = 1")
        #expect(Self.lines(#"{"é %": 1}"#)?.last == "%C3%A9%20%25 = 1")
        #expect(JSONPath.spelling(of: "a.b") == "a%2Eb")
    }

    @Test(arguments: [
        ("{\"a\": 1, \"a\": 2}", 9, "this object has a name twice"),
        ("{\"a\": 1, \"\\u0061\": 2}", 9, "this object has a name twice"),
        ("{\"\\ud83d\\ude00\": 1, \"😀\": 2}", 20, "this object has a name twice"),
        ("\"\\ud83d\"", 1, "half of a pair of `\\u` escapes stands alone"),
        ("\"\\ud83d\\n\"", 1, "half of a pair of `\\u` escapes stands alone"),
        ("\"\\ude00\\ud83d\"", 1, "half of a pair of `\\u` escapes stands alone"),
        ("\"\\ud83d\\u00", 7, "`\\u` wants four hexadecimal digits"),
    ])
    func `what readers take differently is refused`(text: String, offset: Int, message: String) {
        #expect(
            JSONGrammar.fault(in: Array(text.utf8)) == JSONFault(offset: offset, message: message)
        )
    }

    @Test(arguments: [
        [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82],
    ])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
        let fault = JSONGrammar.fault(in: [0x22, 0x61] + bytes + [0x22])

        #expect(fault == JSONFault(offset: 2, message: "a text is not UTF-8"))
    }

    @Test func `one name may stand in many objects`() {
        #expect(Self.lines(#"{"a": {"a": 1}, "b": {"a": 1}, "c": [{"a": 1}, {"a": 2}]}"#) != nil)
    }

    @Test func `names are compared however many there are, up to the bound`() {
        let object = { (count: Int, last: String) in
            Array(("{" + (0..<count).map { "\"k\($0)\":0," }.joined() + last + "}").utf8)
        }
        let bound = JSON.openNameCountMax

        #expect(JSONGrammar.fault(in: object(bound - 1, "\"x\":0")) == nil)
        #expect(
            JSONGrammar.fault(in: object(bound - 1, "\"k0\":0"))?.message
                == "this object has a name twice"
        )
        #expect(
            JSONGrammar.fault(in: object(bound, "\"x\":0"))?.message
                == "there are more names than can be compared"
        )
        let small = String(repeating: #"{"a":0,"b":0},"#, count: bound)
        #expect(JSONGrammar.fault(in: Array("[\(small)0]".utf8)) == nil)
    }

    @Test func `the reader says what a second one says, of good texts and of damaged ones`() {
        var maker = JSONMaker(random: SeededRandom(11))
        var reader = JSONReader()
        var taken = 0
        for _ in 0..<4000 {
            let good = maker.text()
            for text in [good, maker.damaged(good)] {
                let expected = SlowReader.read(text)
                let found = Self.read(text, with: &reader)
                if expected != nil { taken += 1 }
                #expect(
                    found == expected,
                    "seed \(maker.random.seed): \(String(decoding: text, as: UTF8.self))"
                )
                #expect((JSONGrammar.fault(in: text) == nil) == (expected != nil))
            }
        }
        #expect(taken > 3000, "what is made by chance should mostly be JSON")
    }

    @Test func `no beginning of a text is one, but for numbers`() {
        var maker = JSONMaker(random: SeededRandom(12))
        for _ in 0..<300 {
            var text = maker.text()
            while text.last.map({ $0 <= 0x20 }) == true { text.removeLast() }
            guard JSONGrammar.fault(in: text) == nil, let last = text.last,
                !(0x30...0x39 ~= last)
            else { continue }
            for length in 0..<text.count {
                let fault = JSONGrammar.fault(in: Array(text[..<length]))
                #expect(fault != nil && (fault?.offset ?? 0) <= length)
            }
        }
    }

    @Test func `what the last text left does not show in the next`() {
        var reader = JSONReader()
        for _ in 0..<3 {
            #expect(Self.read(Array(#"{"a": [{"b": "lo"#.utf8), with: &reader) == nil)
            let found = Self.read(Array(#"{"a": 1}"#.utf8), with: &reader)
            #expect(found?.map(\.path) == ["<key>", "a"])
        }
    }
}
