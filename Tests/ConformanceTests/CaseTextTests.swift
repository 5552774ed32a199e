import TestSupport
import Testing

/// The notation of the goldens says exactly one thing for every byte.
struct CaseTextTests {
    @Test func `a line stands for itself and a CRLF`() throws {
        #expect(try CaseText.bytes(["GET / HTTP/1.1", ""]) == Array("GET / HTTP/1.1\r\n\r\n".utf8))
    }

    @Test func `a backslash at the end of a line takes its CRLF away`() throws {
        #expect(try CaseText.bytes([#"hello\"#]) == Array("hello".utf8))
    }

    @Test func `each escape is one byte`() throws {
        let bytes = try CaseText.bytes([#"\r\n\t\0\s\\\x7f\xFF\"#])
        #expect(bytes == [0x0D, 0x0A, 0x09, 0x00, 0x20, 0x5C, 0x7F, 0xFF])
    }

    @Test func `a repetition repeats its text`() throws {
        #expect(try CaseText.bytes([#"<\{ab\r*3}>\"#]) == Array("<ab\rab\rab\r>".utf8))
    }

    @Test func `waits and marks part the bytes`() throws {
        let pieces = try CaseText.pieces([#"a\|b\wc\<id>\"#])
        #expect(
            pieces == [
                .bytes([0x61]), .untilTaken, .bytes([0x62]), .untilAnswered, .bytes([0x63]),
                .mark("id"),
            ]
        )
    }

    @Test(arguments: [#"\q"#, #"\x4"#, #"\{abc}"#, #"\<id"#, #"\{a*3"#])
    func `what is not an escape is refused`(line: String) {
        #expect(throws: CaseText.Malformed.self) { try CaseText.pieces([line]) }
    }

    @Test func `every byte is written in a way that reads as the same byte`() throws {
        let all =
            (0...255).map { UInt8($0) } + [UInt8](repeating: 0x61, count: 300) + [0x20, 0x0D, 0x0A]
        #expect(try CaseText.bytes(CaseText.lines(all)) == all)
        #expect(try CaseText.bytes([CaseText.inline(all) + "\\"]) == all)
    }
}
