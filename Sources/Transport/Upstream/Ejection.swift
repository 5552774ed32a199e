/// What is held against one server by the requests it failed.
///
/// It says when the server should be left alone; whether that can be done depends on how many others
/// are, which is for the set to say.
struct Ejection {
    private let settings: EjectionSettings
    private(set) var failuresInRow = 0
    /// How often it was ejected, as far as that is not forgiven.
    private(set) var times = 0
    /// Until when it is left alone.
    private(set) var end: Instant?
    private var forgivenAt = Instant.never

    init(_ settings: EjectionSettings) { self.settings = settings }

    var isEjected: Bool { end != nil }

    /// One more request it failed; true when it should be ejected.
    ///
    /// What an ejected server fails was asked before, and is known already.
    mutating func noteFailure() -> Bool {
        guard settings.failuresMin > 0, !isEjected else { return false }
        failuresInRow += 1
        return failuresInRow >= settings.failuresMin
    }

    mutating func noteSuccess() {
        if !isEjected { failuresInRow = 0 }
    }

    /// Leaves it alone, the longer the more often it had to be.
    mutating func eject(at now: Instant) -> Patience {
        if now >= forgivenAt { times = 0 }
        times += 1
        let base = settings.pause.wholeMilliseconds
        let pause = min(base.multipliedClamped(by: times), settings.pauseMax.wholeMilliseconds)
        let patience = Patience.milliseconds(Int(clamping: pause))
        end = now + patience
        return patience
    }

    /// Has it asked again if its time is over; true when that is now.
    ///
    /// It comes back one failure away from the next time; one success clears it. How often it was
    /// ejected is forgotten when it has stayed for as long as the longest ejection.
    mutating func comesBack(at now: Instant) -> Bool {
        guard let end, now >= end else { return false }
        self.end = nil
        failuresInRow = settings.failuresMin - 1
        forgivenAt = now + settings.pauseMax
        return true
    }
}

extension UInt64 {
    fileprivate func multipliedClamped(by factor: Int) -> UInt64 {
        let (product, overflows) = multipliedReportingOverflow(by: UInt64(factor))
        return overflows ? .max : product
    }
}
