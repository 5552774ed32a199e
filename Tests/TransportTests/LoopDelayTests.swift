import Testing

@testable import Transport

struct LoopDelayTests {
    /// Rounds of some length, one after the other, with a sleep between.
    private func percent(
        after rounds: Int,
        of busy: UInt64,
        asleep: UInt64 = 0,
        isFull: Bool = false,
        bound: Int = 50
    ) -> Int {
        var now = Instant(milliseconds: 1000)
        var delay = LoopDelay(bound: .milliseconds(bound), at: now)
        for _ in 0..<rounds {
            now.milliseconds += asleep
            let woke = now
            now.milliseconds += busy
            delay.note(woke: woke, end: now, isFull: isFull)
        }
        return delay.percent
    }

    @Test func `rounds that take no time are no delay`() {
        #expect(percent(after: 1000, of: 0) == 0)
        #expect(percent(after: 1000, of: 0, asleep: 16) == 0)
    }

    @Test func `rounds of one length, one after the other, are a delay of that length`() {
        #expect(38...40 ~= percent(after: 500, of: 20))
        #expect(percent(after: 500, of: 80) == 100)
    }

    @Test func `one long round is not yet a delay`() {
        #expect(percent(after: 1, of: 30) < 10)
    }

    @Test func `a worker that sleeps most of the time has little delay`() {
        #expect(percent(after: 200, of: 20, asleep: 180) < 8)
    }

    @Test func `what does not fit one round waits for all that follow`() {
        #expect(percent(after: 20, of: 20) < 40)
        #expect(percent(after: 20, of: 20, isFull: true) == 100)
    }

    @Test func `a delay is over soon after its cause`() {
        var delay = LoopDelay(bound: .milliseconds(50), at: Instant(milliseconds: 0))
        delay.note(
            woke: Instant(milliseconds: 0),
            end: Instant(milliseconds: 2000),
            isFull: false
        )
        #expect(delay.percent == 100)
        let later = Instant(milliseconds: 12_000_000)
        delay.note(woke: later, end: later, isFull: false)
        #expect(delay.percent == 0)
    }

    @Test func `a clock that stands or goes back harms nothing`() {
        var delay = LoopDelay(bound: .milliseconds(0), at: Instant(milliseconds: 50))
        delay.note(woke: Instant(milliseconds: 40), end: Instant(milliseconds: 30), isFull: true)
        delay.note(woke: .never, end: Instant(milliseconds: 30), isFull: false)
        delay.note(woke: Instant(milliseconds: 0), end: .never, isFull: false)
        #expect(0...100 ~= delay.percent)
    }
}
