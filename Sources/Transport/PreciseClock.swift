import Glibc

/// The monotonic clock to the nanosecond, for what is measured rather than waited for.
public enum PreciseClock {
    public static func nanoseconds() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// The same clock as the loops', read afresh.
    public static func now() -> Instant { Instant(milliseconds: nanoseconds() / 1_000_000) }
}
