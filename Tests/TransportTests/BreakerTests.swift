import TestSupport
import Testing

@testable import Transport

struct BreakerTests {
    private var random = SeededRandom(7)
    private var breaker = Breaker(BreakerSettings())
    private var successes = 0

    private mutating func fail(_ count: Int, at now: Int) -> Breaker.Change? {
        for _ in 0..<count {
            if let change = breaker.noteFailure(at: .at(now), using: &random) { return change }
        }
        return nil
    }

    private mutating func succeed(_ count: Int, at now: Int) {
        successes += count
        breaker.note(successes: successes, at: .at(now))
    }

    private mutating func probe(_ isGood: Bool?, at now: Int) -> Breaker.Change? {
        breaker.noteProbe(isGood: isGood, at: .at(now), using: &random)
    }

    /// Opens it; answers when it is half open.
    private mutating func open(at now: Int) throws -> Int {
        guard case .opened(let pause)? = fail(20, at: now) else {
            Issue.record("it did not open")
            return now
        }
        return now + Int(pause.wholeMilliseconds)
    }

    @Test mutating func `nineteen failures prove nothing, the twentieth opens it`() {
        #expect(fail(19, at: 1_000) == nil)
        #expect(breaker.passage(at: .at(1_000)) == .free)
        guard case .opened(let pause)? = fail(1, at: 1_000) else {
            Issue.record("it did not open")
            return
        }
        #expect((5_000...5_500).contains(pause.wholeMilliseconds))
        #expect(breaker.passage(at: .at(1_000)) == .refused(until: .at(1_000) + pause))
        #expect(!breaker.isClosed)
    }

    @Test mutating func `half of the requests have to fail`() {
        succeed(100, at: 1_000)
        #expect(fail(99, at: 1_500) == nil)
        #expect(fail(1, at: 1_600) != nil)
    }

    @Test mutating func `only the last ten seconds count`() {
        succeed(1_000, at: 1_000)
        #expect(fail(19, at: 2_000) == nil)
        #expect(fail(19, at: 12_000) == nil)
        #expect(fail(1, at: 12_000) != nil)
    }

    @Test mutating func `half open lets one request through at a time`() throws {
        let end = try open(at: 1_000)
        #expect(breaker.passage(at: .at(end - 1)) == .refused(until: .at(end)))
        #expect(breaker.passage(at: .at(end)) == .probe)
        #expect(breaker.passage(at: .at(end)) == .refused(until: .at(end + 1_000)))
        #expect(probe(true, at: end) == nil)
        #expect(breaker.passage(at: .at(end)) == .probe)
    }

    @Test mutating func `three good probes close it, and what was before is forgotten`() throws {
        let end = try open(at: 1_000)
        for _ in 0..<2 {
            #expect(breaker.passage(at: .at(end)) == .probe)
            #expect(probe(true, at: end) == nil)
        }
        #expect(breaker.passage(at: .at(end)) == .probe)
        #expect(probe(true, at: end) == .closed)
        #expect(breaker.isClosed)
        #expect(breaker.passage(at: .at(end)) == .free)
        #expect(fail(19, at: end) == nil)
    }

    @Test mutating func `one bad probe opens it again, for twice as long each time`() throws {
        var end = try open(at: 1_000)
        for seconds in [10, 20, 40, 60, 60, 60] {
            #expect(breaker.passage(at: .at(end)) == .probe)
            #expect(probe(true, at: end) == nil)
            #expect(breaker.passage(at: .at(end)) == .probe)
            guard case .opened(let pause)? = probe(false, at: end) else {
                Issue.record("it did not open")
                return
            }
            let whole = UInt64(seconds * 1000)
            #expect((whole...whole + whole / 10).contains(pause.wholeMilliseconds))
            end += Int(pause.wholeMilliseconds)
        }
    }

    @Test mutating func `a probe nobody learned from makes way for the next`() throws {
        let end = try open(at: 1_000)
        #expect(breaker.passage(at: .at(end)) == .probe)
        #expect(probe(nil, at: end) == nil)
        #expect(breaker.passage(at: .at(end)) == .probe)
    }

    @Test mutating func `a probe that takes long does not keep everybody out`() throws {
        let end = try open(at: 1_000)
        #expect(breaker.passage(at: .at(end)) == .probe)
        #expect(breaker.passage(at: .at(end + 4_999)) == .refused(until: .at(end + 5_999)))
        #expect(breaker.passage(at: .at(end + 5_000)) == .probe)
        #expect(breaker.passage(at: .at(end + 5_000)) == .refused(until: .at(end + 6_000)))
        // Whatever the first one comes to in the end counts as well.
        for _ in 0..<2 { #expect(probe(true, at: end + 6_000) == nil) }
        #expect(probe(true, at: end + 6_000) == .closed)
    }

    @Test mutating func `what was asked before it opened says nothing new`() throws {
        let end = try open(at: 1_000)
        #expect(fail(100, at: 1_100) == nil)
        #expect(breaker.passage(at: .at(end)) == .probe)
        #expect(fail(100, at: end) == nil)
        #expect(probe(true, at: end) == nil)
    }

    @Test mutating func `a percentage of zero never opens it`() {
        var settings = BreakerSettings()
        settings.failurePercentMin = 0
        breaker = Breaker(settings)
        #expect(fail(10_000, at: 1_000) == nil)
    }

    /// Whatever happens in whatever order, it never lets two probes through unless the first was
    /// heard of, or has had its time, and an open one refuses.
    @Test mutating func `no sequence of events lets more through than it should`() {
        var now = 1_000
        var probedAt = Int?.none
        for step in 0..<50_000 {
            now += random.below(700)
            let before = breaker.isClosed
            switch random.below(4) {
            case 0: _ = fail(1, at: now)
            case 1: succeed(1, at: now)
            case 2:
                switch breaker.passage(at: .at(now)) {
                case .free: #expect(before, "step \(step), seed \(random.seed)")
                case .probe:
                    let isAlone = probedAt.map { now - $0 >= 5_000 } ?? true
                    #expect(!before && isAlone, "step \(step), seed \(random.seed)")
                    probedAt = now
                case .refused(let end): #expect(end > .at(now) && !before)
                }
            default:
                if probedAt != nil { _ = probe([true, false, nil][random.below(3)], at: now) }
                probedAt = nil
            }
        }
    }
}
