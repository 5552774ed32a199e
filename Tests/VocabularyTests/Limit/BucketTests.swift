import Testing
import Vocabulary

struct BucketTests {
    private let second: Int64 = 1_000_000_000
    /// Five a minute, five at once.
    private let terms = Bucket.Terms(count: 5, milliseconds: 60_000)

    @Test func `a new bucket is full, and the sixth of five waits`() {
        var bucket = Bucket()
        #expect(bucket.tokens(terms, at: 0) == 5)
        for left in [4, 3, 2, 1, 0] as [Int64] {
            #expect(bucket.take(terms, at: 0) == true)
            #expect(bucket.tokens(terms, at: 0) == left)
        }
        #expect(bucket.take(terms, at: 0) == false)
        #expect(bucket.wait(terms, at: 0) == 12 * second)
    }

    @Test func `tokens come back one by one, and never more than the burst`() {
        var bucket = Bucket()
        for _ in 0..<5 { _ = bucket.take(terms, at: 0) }
        #expect(bucket.tokens(terms, at: 12 * second - 1) == 0)
        #expect(bucket.tokens(terms, at: 12 * second) == 1)
        #expect(bucket.tokens(terms, at: 59 * second) == 4)
        #expect(bucket.tokens(terms, at: 3600 * second) == 5)
        #expect(bucket.wait(terms, at: 12 * second) == 0)
    }

    @Test func `a wait is exactly as long as it says`() {
        var bucket = Bucket()
        for _ in 0..<5 { _ = bucket.take(terms, at: 7) }
        let wait = bucket.wait(terms, at: second)
        #expect(bucket.tokens(terms, at: second + wait - 1) == 0)
        #expect(bucket.tokens(terms, at: second + wait) == 1)
    }

    @Test func `what is given back can be taken again`() {
        var bucket = Bucket()
        for _ in 0..<5 { _ = bucket.take(terms, at: 0) }
        bucket.giveBack(terms)
        #expect(bucket.tokens(terms, at: 0) == 1)
        #expect(bucket.take(terms, at: 0) == true)
        #expect(bucket.take(terms, at: 0) == false)
    }

    @Test func `a burst of its own is what can be had at once`() {
        let burst = Bucket.Terms(count: 60, milliseconds: 60_000, burst: 20)
        var bucket = Bucket()
        for _ in 0..<20 { #expect(bucket.take(burst, at: 0) == true) }
        #expect(bucket.take(burst, at: 0) == false)
        #expect(bucket.take(burst, at: second) == true)
    }

    @Test func `under other terms the same share is left`() {
        var bucket = Bucket()
        for _ in 0..<5 { _ = bucket.take(terms, at: 0) }
        let twice = Bucket.Terms(count: 10, milliseconds: 60_000)
        #expect(bucket.rescaled(from: terms, to: twice, at: 0).tokens(twice, at: 0) == 0)
        let half = bucket.rescaled(from: terms, to: twice, at: 30 * second)
        #expect(half.tokens(twice, at: 30 * second) == 5)
        #expect(Bucket().rescaled(from: terms, to: twice, at: 0).tokens(twice, at: 0) == 10)
    }

    @Test func `terms that nobody can mean overflow nothing`() {
        let odd = Bucket.Terms(count: 1, milliseconds: .max, burst: .max)
        var bucket = Bucket()
        bucket.giveBack(odd)
        #expect(bucket.take(odd, at: .max / 4) == true)
        #expect(bucket.tokens(odd, at: .max / 4) == odd.burst - 1)
        #expect(bucket.wait(odd, at: .max / 4) == 0)
    }

    @Test func `over a long time nobody gets more than the rate and one burst`() {
        var bucket = Bucket()
        var taken = 0
        for millisecond in 0..<600_000 as Range<Int64>
        where bucket.take(terms, at: millisecond * 1_000_000) { taken += 1 }
        #expect(taken == 5 + 49)
    }
}
