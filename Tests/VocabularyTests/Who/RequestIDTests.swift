import TestSupport
import Testing
import Vocabulary

struct RequestIDTests {
    private func kept(_ given: String) -> String? {
        reading(given) { RequestID($0).map { text($0.bytes) } }
    }

    @Test func `a fresh id is 128 bits in small hexadecimal digits`() {
        var source = Counting()
        let id = RequestID(using: &source)

        let written = text(id.bytes)
        #expect(written == "0123456789abcdef" + "fedcba9876543210")
    }

    @Test func `fresh ids differ`() {
        var random = SeededRandom(8)
        let ids = Set((0..<1000).map { _ in text(RequestID(using: &random).bytes) })

        #expect(ids.count == 1000)
        #expect(ids.allSatisfy { $0.count == 32 })
    }

    @Test func `an id from outside is kept byte for byte`() {
        for id in ["abcDEF12", "a.b-c_d.", String(repeating: "9", count: 64)] {
            #expect(kept(id) == id)
        }
    }

    @Test func `an id is 8 to 64 bytes`() {
        let isKept = [7, 8, 64, 65, 0].map { kept(String(repeating: "a", count: $0)) != nil }

        #expect(isKept == [false, true, true, false, false])
    }

    @Test func `just letters, digits, dots, hyphens and underscores make an id`() {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_".utf8)
        for byte in UInt8.min...UInt8.max {
            let given = "1234567" + String(Character(Unicode.Scalar(byte)))
            #expect((kept(given) != nil) == allowed.contains(byte), "\(byte)")
        }
    }

    @Test func `an id knows whether it is one of ours`() {
        var random = SeededRandom(10)
        let given = reading("01234567") { RequestID($0)?.isFresh }

        #expect(RequestID(using: &random).isFresh)
        #expect(given == false)
        #expect(!RequestID.none.isFresh)
        #expect(text(RequestID.none.bytes) == "")
    }

    @Test func `a fresh id would be taken from a trusted proxy`() {
        var random = SeededRandom(9)
        let fresh = text(RequestID(using: &random).bytes)

        #expect(kept(fresh) == fresh)
    }

    /// Two words that show every digit in its place.
    private struct Counting: RandomNumberGenerator {
        var words: [UInt64] = [0xfedc_ba98_7654_3210, 0x0123_4567_89ab_cdef]
        mutating func next() -> UInt64 { words.removeLast() }
    }
}
