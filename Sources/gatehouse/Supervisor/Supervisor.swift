import Glibc
import Transport

/// What a supervisor decides: which crew serves, which drains, when to start another.
///
/// A crew is a process with all its workers. The supervisor holds the sockets, so a crew can die or be
/// replaced and no connection is refused. This is a value that is told what happened and answers what
/// is to be done; `SupervisorLoop` does it.
///
/// INVARIANT: at most one crew serves, or two for the moment in which one takes over from the other.
struct Supervisor {
    enum Event: Equatable {
        case begun
        /// This program has replaced the one that ran the crews so far.
        case resumed
        case started(Int32, Image)
        case notStarted(Image, String)
        case ready(Int32)
        case reloaded(Int32, whole: Bool)
        /// What was read again takes another crew to run it, on sockets that are bound by now.
        case reliefWanted
        case ended(Int32, End)
        case signal(Int32)
        case timePassed
        case notReplaced(String)
    }

    enum Action: Equatable {
        case start(Image)
        case tell(Int32, Order)
        case kill(Int32)
        /// Says where it listens, the first time that it serves.
        case present
        case announce(Announcement)
        case note(String)
        /// Gives the sockets up, and the names of those that have one.
        case stopListening
        /// Goes on as the program that the new crew runs.
        case replaceSelf
        case exit(Int32)
    }

    /// Which program a crew runs.
    enum Image: Equatable {
        /// The one that runs already, even if its file has been replaced.
        case running
        /// Whatever the file holds now.
        case replaced
        /// The one that runs already, on rules that say other things about the machine.
        case changed
    }

    /// What the service manager is told.
    enum Announcement: Equatable {
        case ready(status: String)
        case reloading
        case stopping
    }

    /// How a process has ended.
    enum End: Equatable, CustomStringConvertible {
        case code(Int32)
        case signal(Int32)

        var description: String {
            switch self {
            case .code(let code): "ended with code \(code)"
            case .signal(let signal): "was ended by signal \(signal)"
            }
        }
    }

    var crews: [Crew]
    private(set) var drainTimeout: Patience
    private(set) var handoverTimeout: Patience
    private var actions: [Action] = []
    /// A crew has been ready before, so the flags are good and the files are there.
    private(set) var hasServed: Bool
    /// Since it was told to end.
    private(set) var isStopping = false
    private var isEnding = false
    /// The service manager has been told of a reload.
    private var isReloading = false
    var earlyDeathCount = 0
    var restartsAt = Instant.never

    init(_ settings: (drain: Patience, handover: Patience), resuming crews: [Crew] = []) {
        drainTimeout = settings.drain
        handoverTimeout = settings.handover
        self.crews = crews
        hasServed = !crews.isEmpty
    }

    /// What is to be done about it, in this order.
    mutating func take(_ event: Event, at now: Instant) -> [Action] {
        actions = []
        switch event {
        case .begun: act(.start(.running))
        case .resumed: resume()
        case .started(let id, let image):
            let end = now + SupervisorBounds.readyPatience
            crews.append(Crew(id: id, stage: .starting(image, by: end)))
        case .notStarted(let image, let why): noteNotStarted(image, why, now)
        case .ready(let id): welcome(id, now)
        case .reloaded(let id, let isWhole): noteReloaded(id, isWhole)
        case .reliefWanted: act(.start(.changed))
        case .ended(let id, let end): bury(id, end, now)
        case .signal(let signal): obey(signal, now)
        case .timePassed: lookAtClock(now)
        case .notReplaced(let why):
            act(.note("the supervisor stays the program it was: \(why)"))
        }
        return actions
    }

    /// When there is something to do even if nothing happens.
    var nextDeadline: Instant { crews.map(\.deadline).reduce(restartsAt, min) }

    /// Whether a crew can be started to take the serving one's place.
    var canChange: Bool {
        !isStopping && hasServed && !crews.contains(where: \.isSuccessor)
    }

    /// Takes what the rules say now for crews that drain from now on.
    mutating func adopt(_ settings: (drain: Patience, handover: Patience)) {
        drainTimeout = settings.drain
        handoverTimeout = settings.handover
    }

    mutating func act(_ action: Action) { actions.append(action) }

    var status: String {
        let draining = crews.count { $0.isDraining }
        let rest = draining == 0 ? "" : ", \(draining) draining"
        guard let serving = crews.first(where: \.isServing) else { return "not serving" + rest }
        return "serving in process \(serving.id)" + rest
    }

    // MARK: Signals

    private mutating func obey(_ signal: Int32, _ now: Instant) {
        switch signal {
        case SIGTERM, SIGINT: isStopping ? end(now) : stop(now)
        case SIGHUP: reload()
        case SIGUSR2: upgrade()
        default: break
        }
    }

    /// Lets every crew finish what it has begun.
    private mutating func stop(_ now: Instant) {
        isStopping = true
        restartsAt = .never
        act(.announce(.stopping))
        let end = now + drainTimeout
        for index in crews.indices {
            let id = crews[index].id
            switch crews[index].stage {
            case .starting(.replaced, _), .starting(.changed, _): condemn(index)
            case .starting(.running, _), .serving:
                act(.tell(id, .drain(leavingQueues: false, within: drainTimeout)))
                crews[index].stage = .draining(by: end)
            case .draining(let given):
                // Its queues are a younger crew's by now.
                act(.tell(id, .drain(leavingQueues: true, within: drainTimeout)))
                crews[index].stage = .draining(by: min(given, end))
            case .dismissed, .condemned: break
            }
        }
        act(.stopListening)
        if crews.isEmpty { act(.exit(0)) }
    }

    /// Lets nobody finish anything.
    private mutating func end(_ now: Instant) {
        guard !isEnding else { return }
        isEnding = true
        for index in crews.indices { dismiss(index, now) }
    }

    private mutating func reload() {
        guard !isStopping else { return }
        // Crews that drain write to the log as well.
        for crew in crews where !crew.isCondemned {
            act(.tell(crew.id, crew.isLeaving ? .reopen : .reload))
        }
        guard !isReloading, crews.contains(where: \.isServing) else { return }
        isReloading = true
        act(.announce(.reloading))
    }

    private mutating func noteReloaded(_ id: Int32, _ isWhole: Bool) {
        guard isReloading, crews.contains(where: { $0.id == id && $0.isServing }) else { return }
        isReloading = false
        let outcome = isWhole ? "" : "; not all could be read again"
        act(.announce(.ready(status: status + outcome)))
    }

    private mutating func upgrade() {
        guard !isStopping else { return }
        guard hasServed else { return act(.note("no upgrade before the first start is over")) }
        guard !crews.contains(where: \.isSuccessor) else {
            return act(.note("an upgrade is under way already"))
        }
        act(.start(.replaced))
    }

    private mutating func resume() {
        act(.announce(.ready(status: status)))
        // Whoever was to serve may have died while programs changed; its end is yet to be heard of.
        if !crews.contains(where: \.isServing) { act(.start(.running)) }
    }

    // MARK: A crew is ready

    private mutating func welcome(_ id: Int32, _ now: Instant) {
        guard !isStopping, let index = crews.firstIndex(where: { $0.id == id }),
            case .starting(let image, _) = crews[index].stage
        else { return }
        crews[index].stage = .serving(since: now)
        let isFirst = !hasServed
        hasServed = true
        if isFirst { act(.present) }
        if image != .running { relieve(for: id, image, now) }
        isReloading = false
        act(.announce(.ready(status: status)))
        if image == .replaced { act(.replaceSelf) }
    }

    /// Lets the crews that came before it finish what they have begun.
    private mutating func relieve(for id: Int32, _ image: Image, _ now: Instant) {
        earlyDeathCount = 0
        restartsAt = .never
        let what = image == .replaced ? "of the new program" : "with the new rules"
        act(.note("process \(id) \(what) serves"))
        // Sockets that nobody accepts from any more have their queues emptied by who leaves them.
        let leavesQueues = image == .replaced
        for index in crews.indices where crews[index].id != id {
            switch crews[index].stage {
            case .serving:
                let order = Order.drain(leavingQueues: leavesQueues, within: handoverTimeout)
                act(.tell(crews[index].id, order))
                crews[index].stage = .draining(by: now + handoverTimeout)
            case .starting: condemn(index)
            case .draining, .dismissed, .condemned: break
            }
        }
        let draining = crews.indices.filter { crews[$0].isDraining }
        for index in draining.dropLast(SupervisorBounds.drainingMax) {
            act(.note("process \(crews[index].id) has drained for too many others"))
            dismiss(index, now)
        }
    }

    /// Has a crew end at once, in order.
    mutating func dismiss(_ index: Int, _ now: Instant) {
        guard !crews[index].isCondemned else { return }
        act(.tell(crews[index].id, .end))
        crews[index].stage = .dismissed(by: now + SupervisorBounds.endPatience)
    }

    /// Has a crew end at once, and expects no word of it any more.
    mutating func condemn(_ index: Int) {
        act(.kill(crews[index].id))
        crews[index].stage = .condemned
    }
}
