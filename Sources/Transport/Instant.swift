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

    /// The moment `duration` later.
    public static func + (left: Instant, right: Duration) -> Instant {
        let (sum, overflows) = left.milliseconds.addingReportingOverflow(right.wholeMilliseconds)
        return overflows ? .never : Instant(milliseconds: sum)
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

extension Duration {
    /// Rounded up, so that a wait is never shorter than it was said to be.
    public var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0 else { return 0 }
        let fraction = UInt64(attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let (whole, overflows) = UInt64(seconds).multipliedReportingOverflow(by: 1000)
        return overflows ? .max - 1 : whole &+ fraction
    }
}
