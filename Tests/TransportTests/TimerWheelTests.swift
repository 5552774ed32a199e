import TestSupport
import Testing

@testable import Transport

struct TimerWheelTests {
    /// What the loop does with the wheel, beside a list that is searched from end to end.
    private struct Model {
        var wheel = TimerWheel()
        var deadlines: [Int32: UInt64] = [:]
        var now: UInt64 = 1_000_000
        var tick: UInt64 = 1_000_000 / TimerWheel.tickMilliseconds

        mutating func set(_ number: Int32, to milliseconds: UInt64) {
            deadlines[number] = milliseconds
            wheel.file(number, by: Instant(milliseconds: milliseconds))
        }

        mutating func remove(_ number: Int32) {
            deadlines[number] = nil
            wheel.remove(number)
        }

        /// Lets time pass; answers who was found due by the wheel, who had to be, and who might.
        ///
        /// Those whose time came within the current tick may be found now or with the next.
        mutating func advance(
            by milliseconds: UInt64
        ) -> (wheel: Set<Int32>, overdue: Set<Int32>, due: Set<Int32>) {
            now += milliseconds
            let current = now / TimerWheel.tickMilliseconds
            var due: Set<Int32> = []
            while tick < current {
                tick += 1
                wheel.turn(to: tick) { [deadlines, now] number in
                    guard let deadline = deadlines[number] else { return nil }
                    if deadline > now { return Instant(milliseconds: deadline) }
                    due.insert(number)
                    return nil
                }
            }
            let overdue = deadlines.filter { $0.value / TimerWheel.tickMilliseconds < current }
            let listed = deadlines.filter { $0.value <= now }
            for number in due { deadlines[number] = nil }
            return (due, Set(overdue.keys), Set(listed.keys))
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a wheel finds whoever a list finds, and when`(number: UInt64) {
        var random = SeededRandom(number)
        var model = Model()
        for _ in 0..<2_000 {
            let who = Int32.random(in: 0..<40, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0: model.remove(who)
            case 1...5:
                let far = Bool.random(using: &random) ? 50_000 : 300
                model.set(who, to: model.now + UInt64.random(in: 0...UInt64(far), using: &random))
            case 6:
                let found = model.advance(by: UInt64.random(in: 0...40_000, using: &random))
                #expect(found.overdue.isSubset(of: found.wheel), "seed \(random.seed)")
                #expect(found.wheel.isSubset(of: found.due), "seed \(random.seed)")
            default:
                let found = model.advance(by: UInt64.random(in: 0...40, using: &random))
                #expect(found.overdue.isSubset(of: found.wheel), "seed \(random.seed)")
                #expect(found.wheel.isSubset(of: found.due), "seed \(random.seed)")
            }
        }
    }

    @Test(arguments: 0..<5 as Range<UInt64>)
    func `nobody is due before the tick the loop sleeps to`(number: UInt64) throws {
        var random = SeededRandom(number)
        var model = Model()
        for _ in 0..<500 {
            let who = Int32.random(in: 0..<10, using: &random)
            model.set(who, to: model.now + UInt64.random(in: 0...40_000, using: &random))
            if Bool.random(using: &random) {
                model.remove(Int32.random(in: 0..<10, using: &random))
            }
            let ticks = model.wheel.ticksToNext(after: model.tick)
            guard !model.deadlines.isEmpty else {
                #expect(ticks == nil, "seed \(random.seed)")
                continue
            }
            let next = try #require(ticks)
            #expect(next >= 1 && next <= 1024)
            let first = model.deadlines.values.map {
                TimerWheel.tick(after: .init(milliseconds: $0))
            }
            #expect(model.tick + next <= max(first.min() ?? 0, model.tick + 1))
            _ = model.advance(by: UInt64.random(in: 0...200, using: &random))
        }
    }

    @Test func `a deadline that moves later is not due at its old time`() {
        var model = Model()
        model.set(3, to: model.now + 100)
        model.set(3, to: model.now + 1_000)

        #expect(model.advance(by: 500).wheel == [])
        #expect(model.advance(by: 600).wheel == [3])
    }

    @Test func `a deadline that moves earlier is due at its new time`() {
        var model = Model()
        model.set(3, to: model.now + 30_000)
        model.set(3, to: model.now + 100)

        #expect(model.advance(by: 200).wheel == [3])
    }

    @Test func `never is a deadline that does not come`() {
        var wheel = TimerWheel()
        wheel.file(0, by: .never)
        var looked = 0

        for tick in 1...3_000 as ClosedRange<UInt64> {
            wheel.turn(to: tick) { _ in
                looked += 1
                return nil
            }
        }

        #expect(looked == 0)
    }

    @Test func `a wheel without deadlines lets the loop sleep on`() {
        var wheel = TimerWheel()
        #expect(wheel.ticksToNext(after: 0) == nil)
        wheel.file(7, by: Instant(milliseconds: 5))
        #expect(wheel.ticksToNext(after: 0) == 1)
        wheel.remove(7)
        wheel.remove(7)
        wheel.remove(700)
        #expect(wheel.ticksToNext(after: 0) == nil)
    }
}
