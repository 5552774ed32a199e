import JSON
import Testing

struct GrammarTests {
    @Test(arguments: [
        "{}", "[]", "0", "-0.5e+3", "\"\"", "true", " null ", "[1, [2, {\"a\": [\"\\u00e9\\n\"]}]]",
        "{\"a\": 1, \"b\": {\"c\": []}}", "1e9", "[\n]",
    ])
    func `is JSON`(text: String) {
        #expect(JSONGrammar.fault(in: Array(text.utf8)) == nil)
    }

    @Test(arguments: [
        ("", 0, "a value is missing"), ("{", 1, "a name in quotes is missing"),
        ("{\"a\" 1}", 5, "`:` is missing"), ("{\"a\": 1,}", 8, "a name in quotes is missing"),
        ("[1 2]", 3, "`,` or `]` is missing"), ("[1}", 2, "`,` or `]` is missing"),
        ("01", 1, "something follows the value"), ("1.", 2, "a digit is missing"),
        ("-", 1, "a digit is missing"),
        ("\"a", 2, "a text never ends"), ("\"\\x\"", 1, "this escape means nothing"),
        ("\"\\u12g4\"", 1, "`\\u` wants four hexadecimal digits"),
        ("tru", 0, "no value begins like this"),
        ("\"\u{1}\"", 1, "a control character stands in a text"),
        ("{} {}", 3, "something follows the value"),
        ("'a'", 0, "no value begins like this"), ("[1,]", 3, "no value begins like this"),
    ])
    func `is none, and shows where`(text: String, offset: Int, message: String) {
        let fault = JSONGrammar.fault(in: Array(text.utf8))

        #expect(fault?.offset == offset && fault?.message == message)
    }

    @Test func `as many brackets as may be open, and one more`() {
        let deep = { (count: Int) in
            Array(
                (String(repeating: "[", count: count) + String(repeating: "]", count: count)).utf8
            )
        }
        #expect(JSONGrammar.fault(in: deep(JSON.depthMax)) == nil)
        #expect(JSONGrammar.fault(in: deep(JSON.depthMax + 1))?.offset == JSON.depthMax)
    }
}
