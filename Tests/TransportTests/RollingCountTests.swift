import TestSupport
import Testing

@testable import Transport

struct RollingCountTests {
    @Test func `what is older than ten seconds is forgotten, second by second`() {
        var count = RollingCount()
        count.add(1, at: .at(1_000))
        count.add(2, at: .at(2_500))
        count.turn(to: .at(10_999))
        #expect(count.total == 3)
        count.turn(to: .at(11_000))
        #expect(count.total == 2)
        count.turn(to: .at(12_000))
        #expect(count.total == 0)
    }

    @Test func `a long silence empties it, and a clock that goes back does nothing`() {
        var count = RollingCount()
        count.add(5, at: .at(5_000))
        count.turn(to: .at(5_000_000))
        #expect(count.total == 0)
        count.add(1, at: .at(5_000_000))
        count.add(1, at: .at(4_999_000))
        #expect(count.total == 2)
    }

    @Test func `it agrees with a list of all events`() {
        var random = SeededRandom(41)
        var count = RollingCount()
        var events: [(second: Int, count: Int)] = []
        var now = 0
        for _ in 0..<5_000 {
            now += random.below(1_500)
            let some = random.below(4)
            count.add(some, at: .at(now))
            events.append((now / 1000, some))
            let expected = events.filter { $0.second > now / 1000 - 10 }.reduce(0) { $0 + $1.count }
            #expect(count.total == expected, "seed \(random.seed)")
        }
    }
}
