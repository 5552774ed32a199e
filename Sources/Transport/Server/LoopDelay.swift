/// How long a ready event waits for its turn: the length of a worker's rounds, smoothed over time.
///
/// An event that comes while a round is under way waits for its end. Where the kernel had more events
/// than fit one round, the wait is of all rounds until it had fewer. The clock is the coarse one, read
/// once more a round; what it rounds away is far below what matters here.
struct LoopDelay {
    private let bound: UInt64
    private var behindSince: Instant?
    private var lastEnd: Instant
    /// Thousandths of a millisecond.
    private var smoothed: UInt64 = 0
    /// The same as a percentage of what may be, at most 100.
    private(set) var percent = 0

    /// How much of the past counts.
    private static let memoryMilliseconds: UInt64 = 250

    init(bound: Patience, at now: Instant) {
        self.bound = max(bound.wholeMilliseconds, 1) &* 1000
        lastEnd = now
    }

    /// A round is over.
    ///
    /// - isFull: the kernel had more events than the round took.
    mutating func note(woke: Instant, end: Instant, isFull: Bool) {
        let start = behindSince ?? woke
        behindSince = isFull ? start : nil
        let busy = end.milliseconds &- min(woke.milliseconds, end.milliseconds)
        let wait = end.milliseconds &- min(start.milliseconds, end.milliseconds)
        let slept = woke.milliseconds &- min(lastEnd.milliseconds, woke.milliseconds)
        lastEnd = end
        if busy == 0, smoothed == 0 { return }
        smoothed = Self.blend(smoothed, 0, over: slept)
        smoothed = Self.blend(smoothed, min(wait, 1 << 20) &* 1000, over: busy)
        percent = Int(min(smoothed &* 100 / bound, 100))
    }

    /// Moves `old` towards `new`, the further the longer it lasted.
    private static func blend(_ old: UInt64, _ new: UInt64, over lasted: UInt64) -> UInt64 {
        let weight = min(lasted, 1 << 20)
        return (old &* memoryMilliseconds &+ new &* weight) / (memoryMilliseconds &+ weight)
    }
}
