/// Decides whether an upstream is asked at all.
///
/// Closed, everything passes and is counted. When most requests of the last ten seconds failed it
/// opens: what would fail is refused at once, and the upstream is left alone for a while. Then it is
/// half open: one request at a time goes through to try, and a few good ones in a row close it again.
/// How long such a request takes is its client's choice too, so one that is not heard of for a while
/// makes way for another, and keeps nobody out.
struct Breaker {
    enum Passage: Equatable, Sendable {
        case free
        /// The request decides what becomes of the breaker.
        case probe
        case refused(until: Instant)
    }

    enum Change: Equatable, Sendable {
        case opened(Patience)
        case closed
    }

    private enum State: Equatable {
        case closed
        case open(until: Instant)
        /// - probedSince: when the probe was let through that nothing was heard of yet.
        case halfOpen(probedSince: Instant?, good: Int)
    }

    private let settings: BreakerSettings
    private var state = State.closed
    private var good = RollingCount()
    private var bad = RollingCount()
    private var successesBefore = 0
    /// How often it has opened since it was closed last.
    private var openings = 0

    init(_ settings: BreakerSettings) { self.settings = settings }

    var isClosed: Bool { state == .closed }

    /// Whether a request may go, at this moment.
    mutating func passage(at now: Instant) -> Passage {
        switch state {
        case .closed: return .free
        case .open(let end):
            guard now >= end else { return .refused(until: end) }
            state = .halfOpen(probedSince: now, good: 0)
            return .probe
        case .halfOpen(let probedSince, let good):
            if let probedSince, now < probedSince + settings.probePatience {
                return .refused(until: now + .seconds(1))
            }
            state = .halfOpen(probedSince: now, good: good)
            return .probe
        }
    }

    /// Takes in how many requests have succeeded since the beginning.
    mutating func note(successes count: Int, at now: Instant) {
        good.add(count &- successesBefore, at: now)
        successesBefore = count
    }

    /// Takes in a failure of a request that passed freely.
    ///
    /// One that was asked before the breaker opened says nothing new.
    mutating func noteFailure(
        at now: Instant,
        using random: inout some RandomNumberGenerator
    ) -> Change? {
        guard settings.failurePercentMin > 0, state == .closed else { return nil }
        bad.add(1, at: now)
        good.turn(to: now)
        let all = good.total + bad.total
        guard all >= settings.requestsMin, bad.total * 100 >= all * settings.failurePercentMin
        else { return nil }
        return open(at: now, using: &random)
    }

    /// Takes in what came of a probe; nil when nobody knows, as when its client left.
    mutating func noteProbe(
        isGood: Bool?,
        at now: Instant,
        using random: inout some RandomNumberGenerator
    ) -> Change? {
        guard case .halfOpen(_, let good) = state else { return nil }
        switch isGood {
        case nil: state = .halfOpen(probedSince: nil, good: good)
        case false?: return open(at: now, using: &random)
        case true?:
            guard good + 1 >= settings.probesMin else {
                state = .halfOpen(probedSince: nil, good: good + 1)
                return nil
            }
            state = .closed
            openings = 0
            self.good.clear()
            bad.clear()
            return .closed
        }
        return nil
    }

    /// The pause doubles, and a tenth of it is chance, lest a fleet tries in step.
    private mutating func open(
        at now: Instant,
        using random: inout some RandomNumberGenerator
    ) -> Change {
        let most = max(settings.pauseMax.wholeMilliseconds, 1)
        let least = max(settings.pause.wholeMilliseconds, 1)
        let doubled = least << UInt64(min(openings, 20))
        let pause = min(doubled, most)
        let jitter = UInt64.random(in: 0...(pause / 10), using: &random)
        let patience = Patience.milliseconds(Int(clamping: pause &+ jitter))
        openings += 1
        state = .open(until: now + patience)
        return .opened(patience)
    }
}
