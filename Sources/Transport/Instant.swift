import Glibc

/// A moment on the monotonic clock, in milliseconds since the machine started.
///
/// Whole milliseconds are as fine as deadlines need, and let "never" be a number like any other.
public struct Instant: Comparable, Sendable, BitwiseCopyable {
    public var milliseconds: UInt64

    public init(milliseconds: UInt64) {
        self.milliseconds = milliseconds
    }

    public static let never = Instant(milliseconds: .max)

    public static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The moment when `right` has run out.
    public static func + (left: Instant, right: Patience) -> Instant {
        let (sum, overflows) = left.milliseconds.addingReportingOverflow(right.wholeMilliseconds)
        return overflows ? .never : Instant(milliseconds: sum)
    }

    /// The moment so long before.
    public static func - (left: Instant, right: Patience) -> Instant {
        Instant(milliseconds: left.milliseconds &- min(left.milliseconds, right.wholeMilliseconds))
    }

    /// The clock, as coarse as the kernel keeps it without being asked twice.
    static func coarseNow() -> Instant {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return Instant(
            milliseconds: UInt64(time.tv_sec) &* 1000 &+ UInt64(time.tv_nsec) / 1_000_000
        )
    }
}
