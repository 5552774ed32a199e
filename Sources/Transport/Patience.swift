/// How long to wait, in the loop's own unit.
///
/// A `Duration` counts attoseconds in 128 bits; adding one to a clock takes a division that a request
/// would pay for half a dozen times.
public struct Patience: Sendable, Comparable, BitwiseCopyable {
    public let wholeMilliseconds: UInt64

    /// Rounded up, so that a wait is never shorter than it was said to be.
    public init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else {
            wholeMilliseconds = 0
            return
        }
        let fraction = UInt64(attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let (whole, overflows) = UInt64(seconds).multipliedReportingOverflow(by: 1000)
        wholeMilliseconds = overflows ? .max - 1 : whole &+ min(fraction, .max - 1 - whole)
    }

    public static func seconds(_ count: Int) -> Patience { Patience(.seconds(count)) }
    public static func milliseconds(_ count: Int) -> Patience { Patience(.milliseconds(count)) }

    public static func < (left: Patience, right: Patience) -> Bool {
        left.wholeMilliseconds < right.wholeMilliseconds
    }
}
