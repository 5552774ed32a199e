import Testing

@testable import Transport

struct KernelRandomTests {
    @Test func `numbers do not come twice, within a fetch or after the next`() {
        var random = KernelRandom()

        let numbers = Set((0..<2_000).map { _ in random.next() })

        #expect(numbers.count == 2_000)
    }

    @Test func `two generators say different things`() {
        var first = KernelRandom()
        var second = KernelRandom()

        #expect(first.next() != second.next())
    }

    @Test func `every bit is set half of the time`() {
        var random = KernelRandom()
        var counts = [Int](repeating: 0, count: 64)

        for _ in 0..<10_000 {
            let number = random.next()
            for bit in 0..<64 where number >> UInt64(bit) & 1 == 1 { counts[bit] += 1 }
        }

        // Eight standard deviations either way: once in 10^13 runs.
        #expect(counts.allSatisfy { (4_600...5_400).contains($0) })
    }
}
