import Testing
import Vocabulary

struct ByteRangeTests {
    @Test func `a range knows where it begins and ends`() {
        let range = ByteRange(3, 4)

        #expect((range.lowerBound, range.upperBound, range.isEmpty) == (3, 7, false))
        #expect(range.bounds == 3..<7)
    }

    @Test func `no range is empty and at the start`() {
        #expect((ByteRange.none.isEmpty, ByteRange.none.lowerBound) == (true, 0))
    }

    @Test func `the end of the last range does not wrap`() {
        #expect(ByteRange(65535, 65535).upperBound == 131070)
    }

    @Test func `a span lends the bytes of a range`() {
        let part = reading("abcdef") { text($0[ByteRange(2, 3)]) }

        #expect(part == "cde")
    }
}
