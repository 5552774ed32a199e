import JSON
import Testing

struct ValueTests {
    private static func read(_ text: String) -> JSONValue? {
        try? JSONValue.read(Array(text.utf8))
    }

    @Test func `a tree holds what the text says`() {
        let value = Self.read(#"{"a": [1, "x\n", true, null, {}], "b": {"c": -2.5}}"#)

        #expect(value?["a"]?.elements?.count == 5)
        #expect(value?["a"]?.elements?[0].integer == 1)
        #expect(value?["a"]?.elements?[1].text == "x\n")
        #expect(value?["a"]?.elements?[2].boolean == true)
        #expect(value?["a"]?.elements?[3] == .null)
        #expect(value?["a"]?.elements?[4].members == [])
        #expect(value?["b"]?["c"] == .number("-2.5"))
        #expect(value?["b"]?["d"] == nil && value?["a"]?["b"] == nil)
    }

    @Test func `values are found by their path`() {
        let value = Self.read(
            #"{"realm": {"roles": ["a", "b"]}, "x": [{"y": 1}, {"z": 2}, {"y": 3}], "a.b": 4}"#
        )

        #expect(value?.values(at: "realm.roles[]") == [.string("a"), .string("b")])
        #expect(value?.values(at: "x[].y") == [.number("1"), .number("3")])
        #expect(value?.value(at: "a%2Eb") == .number("4"))
        #expect(value?.value(at: "x[].z") == .number("2"))
        #expect(value?.value(at: "realm.roles[]") == nil)
        #expect(value?.values(at: "a.b") == [])
        #expect(value?.value(at: "") == value)
    }

    @Test(arguments: ["", "{", "[1,]", "{} {}", #"{"a":1,"a":1}"#])
    func `what is no JSON is no tree`(text: String) {
        #expect(Self.read(text) == nil)
    }

    @Test func `a tree is as deep as brackets may stand`() {
        let deep = { (count: Int) in
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(Self.read(deep(JSON.depthMax)) != nil)
        #expect(Self.read(deep(JSON.depthMax + 1)) == nil)
    }
}
