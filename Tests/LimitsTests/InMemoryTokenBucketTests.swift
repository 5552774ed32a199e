import Limits
import Testing
import Vocabulary

/// What the buckets of one process promise, over a clock that the test moves.
struct InMemoryTokenBucketTests {
    private static let second: Int64 = 1_000_000_000
    private static let start: Int64 = 1_000 * second

    private static func charge(
        _ key: UInt64,
        _ count: Int = 2,
        per milliseconds: Int = 60_000,
        manner: Charge.Manner = .take,
        isOnNode: Bool = false,
        shutOut: Int = 0,
        isOnTrial: Bool = false
    ) -> Charge {
        Charge(
            line: 0,
            key: KeyedHash.Digest(high: key &* 0x9e37_79b9_7f4a_7c15, low: key),
            terms: Bucket.Terms(count: count, milliseconds: milliseconds),
            manner: manner,
            isOnNode: isOnNode,
            shutOutSeconds: shutOut,
            isOnTrial: isOnTrial
        )
    }

    @Test func `a bucket gives what it holds and then says how long to wait`() {
        let store = InMemoryTokenBucket()
        let one = [Self.charge(1)]

        #expect(store.charge(one, at: Self.start) == [.granted(remaining: 1)])
        #expect(store.charge(one, at: Self.start) == [.granted(remaining: 0)])
        #expect(store.charge(one, at: Self.start) == [.spent(retryAfterSeconds: 30)])
        // A second that has begun is a second to wait.
        let later = Self.start + 29 * Self.second + 1
        #expect(store.charge(one, at: later) == [.spent(retryAfterSeconds: 1)])
        #expect(store.charge(one, at: later + Self.second) == [.granted(remaining: 0)])
    }

    @Test func `of several charges all are taken or none, in whatever order they stand`() {
        let store = InMemoryTokenBucket()
        let (poor, rich) = (Self.charge(1, 1), Self.charge(2, 5))
        _ = store.charge([poor], at: Self.start)

        #expect(
            store.charge([rich, poor], at: Self.start) == [.spared, .spent(retryAfterSeconds: 60)]
        )
        #expect(
            store.charge([poor, rich], at: Self.start) == [.spent(retryAfterSeconds: 60), .spared]
        )
        #expect(store.charge([rich], at: Self.start) == [.granted(remaining: 4)])
    }

    @Test func `what is on trial decides about nobody but itself`() {
        let store = InMemoryTokenBucket()
        let (trial, real) = (Self.charge(1, 1, isOnTrial: true), Self.charge(2, 5))
        _ = store.charge([trial], at: Self.start)

        #expect(
            store.charge([trial, real], at: Self.start)
                == [.spent(retryAfterSeconds: 60), .granted(remaining: 4)]
        )
    }

    @Test func `a token that comes back can be had again, and never twice`() {
        let store = InMemoryTokenBucket()
        let one = Self.charge(1, manner: .reserve)
        _ = store.charge([one], at: Self.start)
        _ = store.charge([one], at: Self.start)

        store.settle(.giveBack(one), at: Self.start)

        #expect(store.charge([one], at: Self.start) == [.granted(remaining: 0)])
        #expect(store.charge([one], at: Self.start) == [.spent(retryAfterSeconds: 30)])
        for _ in 0..<5 { store.settle(.giveBack(one), at: Self.start) }
        #expect(store.charge([one], at: Self.start) == [.granted(remaining: 1)])
    }

    @Test func `giving back to a bucket that nobody knows does nothing`() {
        let store = InMemoryTokenBucket()
        store.settle(.giveBack(Self.charge(7)), at: Self.start)
        #expect(store.charge([Self.charge(7)], at: Self.start) == [.granted(remaining: 1)])
    }

    @Test func `strikes shut out with the last chance, for as long as was said`() {
        let store = InMemoryTokenBucket()
        let look = Self.charge(1, 2, manner: .look, shutOut: 120)
        store.settle(.strike(look), at: Self.start)
        #expect(store.charge([look], at: Self.start) == [.granted(remaining: 1)])

        store.settle(.strike(look), at: Self.start)

        #expect(store.charge([look], at: Self.start) == [.spent(retryAfterSeconds: 120)])
        let almost = Self.start + 119 * Self.second
        #expect(store.charge([look], at: almost) == [.spent(retryAfterSeconds: 1)])
        let over = Self.start + 120 * Self.second
        guard case .granted = store.charge([look], at: over)[0] else {
            Issue.record("still shut out")
            return
        }
    }

    @Test func `who only looks spends nothing`() {
        let store = InMemoryTokenBucket()
        let look = Self.charge(1, manner: .look)
        for _ in 0..<10 {
            #expect(store.charge([look], at: Self.start) == [.granted(remaining: 2)])
        }
        #expect(store.count == 0)
    }

    @Test func `other terms keep the share of tokens that is left`() {
        let store = InMemoryTokenBucket()
        for _ in 0..<5 { _ = store.charge([Self.charge(1, 10)], at: Self.start) }

        let slower = Self.charge(1, 10, per: 600_000)
        #expect(store.charge([slower], at: Self.start) == [.granted(remaining: 4)])
    }

    @Test func `what a node counts alone is another bucket`() {
        let store = InMemoryTokenBucket()
        _ = store.charge([Self.charge(1, 1)], at: Self.start)
        #expect(
            store.charge([Self.charge(1, 1, isOnNode: true)], at: Self.start)
                == [.granted(remaining: 0)]
        )
    }

    @Test func `who was asked longest ago makes way, and what is lost is counted`() {
        let store = InMemoryTokenBucket(bucketMax: 3)
        // All in one table, whatever its number.
        let charges = (0..<4).map { Self.charge(UInt64($0), 1) }
            .map {
                Charge(
                    line: 0,
                    key: .init(high: 0, low: $0.key.low),
                    terms: $0.terms,
                    manner: .take
                )
            }
        let single = InMemoryTokenBucket(bucketMax: 1)
        _ = single.charge([charges[0]], at: Self.start)
        _ = single.charge([charges[1]], at: Self.start)
        #expect(single.count == 1 && single.lostCount == 1)
        #expect(single.charge([charges[0]], at: Self.start) == [.granted(remaining: 0)])

        for number in 0..<2000 {
            let key = KeyedHash.Digest(high: UInt64(number), low: UInt64(number))
            let one = Charge(line: 0, key: key, terms: charges[0].terms, manner: .take)
            _ = store.charge([one], at: Self.start)
            #expect(store.count <= 3)
        }
        #expect(store.lostCount == 1997)
    }

    @Test func `a bucket that is full again is no loss`() {
        let store = InMemoryTokenBucket(bucketMax: 1)
        _ = store.charge([Self.charge(1, 1)], at: Self.start)
        _ = store.charge([Self.charge(2, 1)], at: Self.start + 60 * Self.second)
        #expect(store.lostCount == 0)
    }

    @Test func `the tables agree with plain buckets over many keys`() {
        var random = SplitMix(state: 42)
        let store = InMemoryTokenBucket()
        var plain: [UInt64: Bucket] = [:]
        var now = Self.start
        for _ in 0..<20_000 {
            now += Int64(random.next() % 500_000_000)
            let key = random.next() % 300
            let charge = Self.charge(key, 5, per: 10_000)
            let expected = plain[key, default: Bucket()].take(charge.terms, at: now)
            let outcome = store.charge([charge], at: now)[0]
            let isGranted = if case .granted = outcome { true } else { false }
            #expect(isGranted == expected)
        }
        #expect(store.count == 300)
    }

    @Test func `many threads together take no token too many`() async {
        let store = InMemoryTokenBucket()
        let charges = [Self.charge(1, 100, per: 3_600_000), Self.charge(2, 150, per: 3_600_000)]
        let granted = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    (0..<200).count { _ in
                        if case .granted = store.charge(charges, at: Self.start)[0] {
                            true
                        } else {
                            false
                        }
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(granted == 100)
        #expect(store.charge([charges[1]], at: Self.start) == [.granted(remaining: 49)])
    }
}

/// Chance that can be repeated.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
