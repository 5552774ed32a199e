/// When an operator is told that the guards are at work.
///
/// It is asked once a second and answers with what is new. Nothing is said twice within a minute, and
/// shedding has ended only when nothing was shed for a while: a state that flickers is one state.
struct Alarm {
    /// What the guards have counted, at one moment.
    struct Sight {
        var shed = 0
        var full = 0
        var pauses = 0
        var memoryBytes = 0
        var pressure = Pressure()
    }

    static let interval = Patience.seconds(60)
    static let calm = Patience.seconds(10)

    private var last = Sight()
    private var lastShed: Instant?
    private var shedBefore = 0
    private var isShedding = false
    private var mayBegin = Instant(milliseconds: 0)
    private var mayTellFull = Instant(milliseconds: 0)
    private var mayTellPauses = Instant(milliseconds: 0)
    private var mayTellMemory = Instant(milliseconds: 0)

    mutating func look(_ sight: Sight, _ limits: GuardLimits, at now: Instant) -> [Notice] {
        var notices: [Notice] = []
        if let notice = shedding(sight, at: now) { notices.append(notice) }
        if sight.full > last.full, now >= mayTellFull {
            mayTellFull = now + Self.interval
            notices.append(.connectionsAreFull(limit: limits.connections))
        }
        if sight.pauses > last.pauses, now >= mayTellPauses {
            mayTellPauses = now + Self.interval
            notices.append(.descriptorsAreShort(limit: limits.descriptors))
        }
        if sight.pressure.memory >= 100, now >= mayTellMemory {
            mayTellMemory = now + Self.interval
            notices.append(
                .memoryIsShort(usedBytes: sight.memoryBytes, limitBytes: limits.memoryBytes)
            )
        }
        last = sight
        return notices
    }

    private mutating func shedding(_ sight: Sight, at now: Instant) -> Notice? {
        if sight.shed > last.shed {
            lastShed = now
            guard !isShedding, now >= mayBegin else { return nil }
            isShedding = true
            shedBefore = last.shed
            mayBegin = now + Self.interval
            return .sheddingBegan(sight.pressure)
        }
        guard isShedding, let lastShed, now >= lastShed + Self.calm else { return nil }
        isShedding = false
        return .sheddingEnded(shed: sight.shed - shedBefore)
    }
}
