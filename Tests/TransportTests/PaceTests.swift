import Testing

@testable import Transport

struct PaceTests {
    private var limits: Deadlines {
        var limits = Deadlines()
        limits.bytesPerSecondMin = 100
        limits.uploadWindow = .milliseconds(500)
        return limits
    }

    private func at(_ milliseconds: UInt64) -> Instant { Instant(milliseconds: milliseconds) }

    @Test func `a peer that keeps the rate is given window after window`() {
        var pace = Pace()

        #expect(pace.deadline(0, at: at(1_000), by: limits.upload) == at(1_500))
        #expect(pace.deadline(10, at: at(1_200), by: limits.upload) == at(1_500))
        #expect(pace.deadline(50, at: at(1_500), by: limits.upload) == at(2_000))
        #expect(pace.deadline(100, at: at(2_000), by: limits.upload) == at(2_500))
    }

    @Test func `a peer one byte too slow is found at the end of the window`() {
        var pace = Pace()

        #expect(pace.deadline(7, at: at(1_000), by: limits.upload) == at(1_500))
        #expect(pace.deadline(56, at: at(1_499), by: limits.upload) == at(1_500))
        #expect(pace.deadline(56, at: at(1_500), by: limits.upload) == nil)
    }

    @Test func `time in which somebody else was waited for does not count`() {
        var pace = Pace()
        #expect(pace.deadline(0, at: at(1_000), by: limits.upload) == at(1_500))

        pace.pause()

        #expect(pace.deadline(0, at: at(9_000), by: limits.upload) == at(9_500))
        #expect(pace.deadline(0, at: at(9_500), by: limits.upload) == nil)
    }

    @Test func `no least rate lets a peer take all the time there is`() {
        var limits = limits
        limits.bytesPerSecondMin = 0
        var pace = Pace()

        for window in 2...100 as ClosedRange<UInt64> {
            #expect(
                pace.deadline(0, at: at(window * 500), by: limits.upload) == at(window * 500 + 500)
            )
        }
    }
}
