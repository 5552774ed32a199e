import Glibc

/// The monotonic clock to the nanosecond, for what is measured rather than waited for.
public enum PreciseClock {
    public static func nanoseconds() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
