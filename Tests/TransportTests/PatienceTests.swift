import Testing

@testable import Transport

struct PatienceTests {
    private static let durations: [(Duration, UInt64)] = [
        (.zero, 0), (.milliseconds(1), 1), (.seconds(10), 10_000), (.nanoseconds(1), 1),
        (.microseconds(999), 1), (.microseconds(1_001), 2), (.milliseconds(-1), 0),
        (.nanoseconds(-1), 0), (.seconds(-5), 0),
    ]

    @Test(arguments: durations)
    func `a duration is rounded up to whole milliseconds, and to none if negative`(
        duration: Duration,
        milliseconds: UInt64
    ) {
        #expect(Patience(duration).wholeMilliseconds == milliseconds)
    }

    private static let endless = [
        Duration(secondsComponent: .max, attosecondsComponent: 999_999_999_999_999_999),
        Duration(
            secondsComponent: 18_446_744_073_709_551,
            attosecondsComponent: 700_000_000_000_000_000
        ),
    ]

    @Test(arguments: endless)
    func `no duration is so long that it becomes a short one`(duration: Duration) {
        #expect(Patience(duration).wholeMilliseconds == UInt64.max - 1)
    }

    @Test func `a moment and a wait add up`() {
        let moment = Instant(milliseconds: 5) + .milliseconds(7)

        #expect(moment == Instant(milliseconds: 12))
        #expect(moment > Instant(milliseconds: 11))
    }

    @Test func `what lies beyond the clock's end is never`() {
        let longest = Patience(.seconds(Int64.max))

        #expect(Instant(milliseconds: 2) + longest == .never)
        #expect(Instant.never + .milliseconds(1) == .never)
        #expect(Instant(milliseconds: .max - 1) < .never)
    }
}
