/// A hashed wheel of deadlines, by the number of the waiter they belong to.
///
/// A deadline that moves later costs nothing: its entry stays filed and is looked at again when its
/// bucket comes round. That matters because every read moves one, and hardly any ever passes.
struct TimerWheel {
    /// One turn of a bucket.
    static let tickMilliseconds: UInt64 = 16
    private static let bucketCount = 1024

    private struct Entry {
        var next: Int32 = -1
        var previous: Int32 = -1
        /// The tick it is filed under; zero when it is not filed.
        var tick: UInt64 = 0
    }

    private var entries: [Entry] = []
    private var buckets = [Int32](repeating: -1, count: bucketCount)
    /// One bit for each bucket that has an entry.
    private var occupied = [UInt64](repeating: 0, count: bucketCount / 64)

    /// The first tick after `instant`.
    static func tick(after instant: Instant) -> UInt64 {
        instant.milliseconds / tickMilliseconds &+ 1
    }

    /// Sees to it that `number` is looked at when `instant` has passed, or before.
    mutating func file(_ number: Int32, by instant: Instant) {
        let index = Int(number)
        while entries.count <= index { entries.append(Entry()) }
        let tick = Self.tick(after: instant)
        let filed = entries[index].tick
        if filed != 0 {
            if filed <= tick { return }
            unlink(index)
        }
        link(index, tick)
    }

    mutating func remove(_ number: Int32) {
        let index = Int(number)
        if index < entries.count, entries[index].tick != 0 { unlink(index) }
    }

    /// Looks at the entries filed under `tick`; `expire` answers when to look again, nil for never.
    mutating func turn(to tick: UInt64, expire: (Int32) -> Instant?) {
        var next = buckets[Int(tick % UInt64(Self.bucketCount))]
        while next >= 0 {
            let index = Int(next)
            next = entries[index].next
            if entries[index].tick > tick { continue }
            unlink(index)
            guard let again = expire(Int32(index)) else { continue }
            link(index, max(Self.tick(after: again), tick &+ 1))
        }
    }

    /// How many ticks after `tick` the next occupied bucket stands; nil when none does.
    func ticksToNext(after tick: UInt64) -> UInt64? {
        let first = Int((tick &+ 1) % UInt64(Self.bucketCount))
        // The word that holds the first bucket is looked at twice: its later bits first, and its
        // earlier ones when the wheel has come round.
        for step in 0...Self.bucketCount / 64 {
            let word = (first / 64 &+ step) % (Self.bucketCount / 64)
            var bits = occupied[word]
            if step == 0 { bits &= ~0 << UInt64(first % 64) }
            guard bits != 0 else { continue }
            let bucket = word &* 64 &+ bits.trailingZeroBitCount
            return UInt64((bucket &- first &+ Self.bucketCount) % Self.bucketCount) &+ 1
        }
        return nil
    }

    private mutating func link(_ index: Int, _ tick: UInt64) {
        let bucket = Int(tick % UInt64(Self.bucketCount))
        let first = buckets[bucket]
        entries[index] = Entry(next: first, previous: -1, tick: tick)
        if first >= 0 { entries[Int(first)].previous = Int32(index) }
        buckets[bucket] = Int32(index)
        occupied[bucket / 64] |= 1 << UInt64(bucket % 64)
    }

    private mutating func unlink(_ index: Int) {
        let entry = entries[index]
        let bucket = Int(entry.tick % UInt64(Self.bucketCount))
        if entry.previous >= 0 {
            entries[Int(entry.previous)].next = entry.next
        } else {
            buckets[bucket] = entry.next
            if entry.next < 0 { occupied[bucket / 64] &= ~(1 << UInt64(bucket % 64)) }
        }
        if entry.next >= 0 { entries[Int(entry.next)].previous = entry.previous }
        entries[index].tick = 0
    }
}
