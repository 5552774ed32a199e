import HTTPWire
import Testing
import Vocabulary

struct FieldSectionTests {
    private func value(_ id: FieldName, in head: borrowing RequestHead) -> String? {
        guard let value = head.section.value(of: id) else { return nil }
        return String(wire: value)
    }

    @Test func `a value is lent by its name, the first of several`() throws {
        var head = RequestHead()
        var input = ByteBuffer()
        let bytes = post("Accept: a", "Cookie: b", "accept: c").wire
        _ = try readRequest([bytes], into: &head, leaving: &input)

        let values = (value(.accept, in: head), value(.date, in: head))
        #expect(values == ("a", nil))
    }

    @Test func `what a head says outlives what is read after it`() throws {
        var head = RequestHead()
        var input = ByteBuffer()
        _ = try readRequest([post("Accept: a").wire], into: &head, leaving: &input)
        input.append(text: repeated("z", 10_000))

        let kept = value(.accept, in: head)
        #expect(kept == "a")
    }
}
