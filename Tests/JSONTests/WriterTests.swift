import JSON
import Testing

struct WriterTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter(capacity: 0)
        write(&json)
        return String(of: json)
    }

    // MARK: Structure

    @Test func `an empty object is two brackets`() {
        let text = text { json in
            json.beginObject()
            json.endObject()
        }

        #expect(text == "{}")
    }

    @Test func `commas stand between members and elements and nowhere else`() {
        let text = text { json in
            json.beginObject()
            json.key("a")
            json.beginArray()
            json.integer(1)
            json.boolean(true)
            json.beginObject()
            json.endObject()
            json.null()
            json.endArray()
            json.key("b")
            json.string("x")
            json.key("c")
            json.boolean(false)
            json.endObject()
        }

        #expect(text == #"{"a":[1,true,{},null],"b":"x","c":false}"#)
    }

    @Test func `verbatim text frames values that begin afresh`() {
        let text = text { json in
            for number in 1...2 {
                json.verbatim("LINE: ")
                json.integer(number)
                json.verbatim("\n")
            }
        }

        #expect(text == "LINE: 1\nLINE: 2\n")
    }

    @Test(arguments: [true, false])
    func `what was removed leaves no trace`(keepingCapacity: Bool) {
        var json = JSONWriter()
        json.beginArray()
        json.integer(1)
        json.removeAll(keepingCapacity: keepingCapacity)

        let isEmpty = json.isEmpty
        #expect(isEmpty)
        json.integer(2)

        #expect(String(of: json) == "2")
    }

    @Test func `memory grows to hold a text of any length`() {
        let text = text { json in
            json.beginArray()
            for number in 0..<10_000 { json.integer(number) }
            json.endArray()
        }

        #expect(text == "[" + (0..<10_000).map(String.init).joined(separator: ",") + "]")
    }

    // MARK: Numbers

    @Test(arguments: [
        (0, "0"), (7, "7"), (10, "10"), (-1, "-1"), (404, "404"),
        (Int.max, "9223372036854775807"), (Int.min, "-9223372036854775808"),
    ])
    func `an integer is its digits`(value: Int, digits: String) {
        #expect(text { json in json.integer(value) } == digits)
    }

    @Test(arguments: [
        (0, "0.000"), (499, "0.000"), (500, "0.001"), (999, "0.001"), (1_000, "0.001"),
        (1_234_000, "1.234"), (1_234_499, "1.234"), (1_234_500, "1.235"),
        (999_999_500, "1000.000"), (60_000_000_000, "60000.000"), (-1_500_000, "-1.500"),
        (Int64.max, "9223372036854.776"), (Int64.min, "-9223372036854.776"),
    ])
    func `nanoseconds become milliseconds with three decimals`(nanoseconds: Int64, digits: String) {
        #expect(text { json in json.milliseconds(nanoseconds: nanoseconds) } == digits)
    }
}
