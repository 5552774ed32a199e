import Transport

/// The crews a supervisor knows of, and what becomes of them.
extension Supervisor {
    /// One process with all its workers.
    struct Crew: Equatable {
        /// The number of its process.
        let id: Int32
        var stage: Stage

        var isServing: Bool { if case .serving = stage { true } else { false } }
        /// It serves nobody new any more.
        var isLeaving: Bool {
            switch stage {
            case .draining, .dismissed, .condemned: true
            case .starting, .serving: false
            }
        }
        var isDraining: Bool { if case .draining = stage { true } else { false } }
        var isCondemned: Bool { stage == .condemned }
        /// It is to take another's place and has yet to show that it can.
        var isSuccessor: Bool {
            switch stage {
            case .starting(.replaced, _), .starting(.changed, _): true
            default: false
            }
        }

        /// When the supervisor loses its patience with it.
        var deadline: Instant {
            switch stage {
            case .starting(_, let end), .dismissed(let end): end
            case .draining(let end): end + SupervisorBounds.drainSlack
            case .serving, .condemned: .never
            }
        }
    }

    enum Stage: Equatable {
        case starting(Image, by: Instant)
        case serving(since: Instant)
        /// It accepts nothing more.
        case draining(by: Instant)
        /// It was told to end.
        case dismissed(by: Instant)
        /// It was killed, and its end is no news.
        case condemned
    }

    // MARK: Ends

    mutating func bury(_ id: Int32, _ end: End, _ now: Instant) {
        guard let index = crews.firstIndex(where: { $0.id == id }) else { return }
        let crew = crews.remove(at: index)
        if isStopping {
            if end != .code(0), !crew.isCondemned { act(.note("process \(id) \(end)")) }
            if crews.isEmpty { act(.exit(0)) }
            return
        }
        switch crew.stage {
        case .condemned: break
        case .draining, .dismissed:
            if end != .code(0) { act(.note("process \(id) \(end) while it drained")) }
            act(.announce(.ready(status: status)))
        case .starting(.replaced, _):
            act(.note("no upgrade: process \(id) of the new program \(end) before it was ready"))
        case .starting(.changed, _):
            act(.note("no reload: process \(id) with the new rules \(end) before it was ready"))
        case .starting(.running, _):
            guard hasServed else { return giveUp(end) }
            startAnother("process \(id) \(end) before it was ready", now)
        case .serving(let since):
            if now >= since + SupervisorBounds.steadyPatience { earlyDeathCount = 0 }
            startAnother("process \(id) \(end)", now)
        }
    }

    mutating func noteNotStarted(_ image: Image, _ why: String, _ now: Instant) {
        switch image {
        case .running: break
        case .replaced: return act(.note("no upgrade: \(why)"))
        case .changed: return act(.note("no reload: \(why)"))
        }
        guard hasServed else {
            act(.note(why))
            return giveUp(.code(2))
        }
        startAnother(why, now)
    }

    /// Has another crew take the place of one that ended: the first time at once, then ever later.
    private mutating func startAnother(_ why: String, _ now: Instant) {
        defer { earlyDeathCount += 1 }
        guard earlyDeathCount > 0 else {
            act(.note(why + "; another takes its place"))
            return act(.start(.running))
        }
        let doublings = min(earlyDeathCount - 1, 16)
        let delay = min(
            SupervisorBounds.restartDelayMin.wholeMilliseconds << UInt64(doublings),
            SupervisorBounds.restartDelayMax.wholeMilliseconds
        )
        act(.note(why + "; another takes its place in \(delay) ms"))
        restartsAt = now + .milliseconds(Int(delay))
    }

    /// What never worked is not tried again: whoever started it is told, and knows better.
    private mutating func giveUp(_ end: End) {
        switch end {
        case .code(let code) where code > 0: act(.exit(code))
        default:
            act(.note("the first process \(end)"))
            act(.exit(2))
        }
    }

    // MARK: Time

    mutating func lookAtClock(_ now: Instant) {
        if restartsAt <= now {
            restartsAt = .never
            act(.start(.running))
        }
        for index in crews.indices where crews[index].deadline <= now {
            let id = crews[index].id
            switch crews[index].stage {
            case .starting(.replaced, _):
                act(.note("no upgrade: process \(id) of the new program was not ready in time"))
                condemn(index)
            case .starting(.changed, _):
                act(.note("no reload: process \(id) with the new rules was not ready in time"))
                condemn(index)
            case .starting(let image, _):
                act(.note("process \(id) was not ready in time"))
                act(.kill(id))
                crews[index].stage = .starting(image, by: .never)
            case .draining, .dismissed:
                act(.note("process \(id) did not end in time"))
                condemn(index)
            case .serving, .condemned: break
            }
        }
    }
}

extension Supervisor.Stage {
    func append(to writer: inout PacketWriter) {
        switch self {
        case .serving(let since):
            writer.append(UInt8(1))
            writer.append(since.milliseconds)
        case .draining(let end):
            writer.append(UInt8(2))
            writer.append(end.milliseconds)
        case .dismissed(let end):
            writer.append(UInt8(3))
            writer.append(end.milliseconds)
        // Nothing is handed over while a crew starts.
        case .condemned, .starting:
            writer.append(UInt8(4))
            writer.append(UInt64(0))
        }
    }

    init?(_ reader: inout PacketReader) {
        guard let kind = reader.number(UInt8.self), let time = reader.number(UInt64.self) else {
            return nil
        }
        let instant = Instant(milliseconds: time)
        switch kind {
        case 1: self = .serving(since: instant)
        case 2: self = .draining(by: instant)
        case 3: self = .dismissed(by: instant)
        case 4: self = .condemned
        default: return nil
        }
    }
}
