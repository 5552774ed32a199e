/// A count over the last ten seconds, in ten buckets of one second.
///
/// What is older goes out a second at a time, so a burst is forgotten within eleven seconds and
/// nothing has to be remembered of any one event.
struct RollingCount {
    static let bucketCount: UInt64 = 10

    private var buckets: InlineArray<10, Int> = .init(repeating: 0)
    private(set) var total = 0
    /// The second the newest bucket stands for.
    private var second: UInt64 = 0

    mutating func add(_ count: Int, at now: Instant) {
        turn(to: now)
        let bucket = Int(second % Self.bucketCount)
        buckets[bucket] &+= count
        total &+= count
    }

    /// Forgets what is too old by now.
    mutating func turn(to now: Instant) {
        // A clock that goes backwards, as two threads' may by a tick, turns nothing.
        let current = max(now.milliseconds / 1000, second)
        let steps = min(current &- second, Self.bucketCount)
        var step: UInt64 = 0
        while step < steps {
            step &+= 1
            let bucket = Int((current &- steps &+ step) % Self.bucketCount)
            total &-= buckets[bucket]
            buckets[bucket] = 0
        }
        second = current
    }

    mutating func clear() {
        buckets = .init(repeating: 0)
        total = 0
    }
}
