import Glibc
import Limits
import Policy
import Telemetry
import Transport
import Vocabulary

/// What the requests of one worker share: settings, rules, connections to upstreams, clocks and chance.
///
/// Touched by the worker's thread alone.
final class Workbench {
    let settings: Settings
    let trusted: TrustedProxies
    let loop: EventLoop
    /// What requests begin with now.
    private(set) var copy: WorkingCopy
    private let slot: PolicySlot
    private let make: (Upstream) -> Outlet
    /// Room to read requests in.
    var desk = Desk()
    let store: any TokenStore
    let switches: Switches
    /// What the names of buckets are hashed with.
    let hash: KeyedHash
    let log: LogBuffer?
    let guards: Guards
    var random = KernelRandom()
    private var gate = DelayGate()
    /// No request is the first of many any more.
    var isDraining = false
    private(set) var date: HTTPDate
    /// What to add to the monotonic clock for the time of day, in nanoseconds.
    private(set) var wallOffset: Int64 = 0
    /// The time of day, as rules count it.
    private(set) var secondsSince1970: Int64 = 0
    /// For whoever comes next, with the memory they have.
    private var spareHearings: [Hearing] = []

    init(_ settings: Settings, _ crew: Crew, worker: Int, on loop: EventLoop, log: LogBuffer?) {
        self.settings = settings
        self.loop = loop
        self.log = log
        guards = crew.guards
        store = crew.store
        switches = crew.switches
        slot = crew.slot
        hash = KeyedHash(derivedFrom: settings.secret)
        let (deadlines, workers) = (settings.deadlines, max(settings.workers, 1))
        make = {
            Outlet(to: $0, on: loop, deadlines: deadlines, worker: worker, of: workers)
        }
        copy = WorkingCopy(crew.slot.edition, after: nil, make: make)
        trusted = TrustedProxies(settings.trusted)
        date = HTTPDate(secondsSince1970: 0)
        keepTime()
    }

    /// What a request that begins now is judged by.
    ///
    /// One look at a number, unless somebody has installed another edition since.
    func current() -> WorkingCopy {
        if let edition = slot.edition(after: copy.edition.number) {
            copy = WorkingCopy(edition, after: copy, make: make)
        }
        return copy
    }

    /// Room for one connection's judgements; `giveBack` ends it.
    func takeHearing() -> Hearing {
        if let spare = spareHearings.popLast() { return spare }
        return Hearing(Judgement(Circumstances(now: 0, client: nil, hash: hash)))
    }

    func giveBack(_ hearing: Hearing) {
        guard spareHearings.count < Bounds.spareHearingMax else { return }
        // What it knew of somebody is not kept.
        if hearing.judgement.claims != nil {
            hearing.judgement.begin(Circumstances(now: 0, client: nil, hash: hash))
        }
        spareHearings.append(hearing)
    }

    /// A name for one more request.
    ///
    /// COMPILER: 6.3.1 breaks under the thread sanitizer where an async function has `random` changed
    /// in place.
    func freshID() -> RequestID { RequestID(using: &random) }

    /// Whether a worker that is behind takes this one of its class.
    func takesTurn(_ rank: RequestClass, _ delay: Int) -> Bool {
        gate.isOpen(to: rank, share: guards.shares[rank], delay: delay)
    }

    /// How many seconds to stay away, never the same for all, or they would all come back at once.
    func pauseSeconds() -> Int {
        Int.random(in: Bounds.retrySecondsMin...Bounds.retrySecondsMax, using: &random)
    }

    /// Done every second: the clock on the wall may have been set, and idle connections grow old.
    func keepHouse() {
        keepTime()
        for outlet in current().outlets { outlet.pool.sweep() }
        if guards.isShortOfMemory { loop.trim() }
    }

    private func keepTime() {
        let wall = AccessLog.wallNanoseconds()
        wallOffset = wall - Int64(clamping: PreciseClock.nanoseconds())
        secondsSince1970 = wall / 1_000_000_000
        date = HTTPDate(secondsSince1970: Int(secondsSince1970))
    }
}
