import Glibc
import Telemetry
import Transport
import Vocabulary

/// What the requests of one worker share: settings, connections to the upstream, clocks and chance.
///
/// Touched by the worker's thread alone.
final class Workbench {
    let settings: Settings
    let trusted: TrustedProxies
    let loop: EventLoop
    let upstreams: UpstreamPool
    /// The cookie that leads a client to the server it had before.
    let stickyCookie: [UInt8]?
    /// The field whose value chooses a server.
    let hashField: [UInt8]
    /// What a request says has to do with the server it goes to.
    let choosesByRequest: Bool
    let log: LogBuffer?
    let guards: Guards
    let classes: RequestClasses
    var random = KernelRandom()
    private var gate = DelayGate()
    /// No request is the first of many any more.
    var isDraining = false
    private(set) var date: HTTPDate
    /// What to add to the monotonic clock for the time of day, in nanoseconds.
    private(set) var wallOffset: Int64 = 0

    init(
        _ settings: Settings,
        on loop: EventLoop,
        log: LogBuffer?,
        guards: Guards,
        upstream: Upstream
    ) {
        self.settings = settings
        self.loop = loop
        self.log = log
        self.guards = guards
        classes = RequestClasses(settings.classes)
        trusted = TrustedProxies(settings.trusted)
        upstreams = UpstreamPool(upstream, on: loop, deadlines: settings.deadlines)
        stickyCookie = settings.upstream.stickyCookie.map { Array($0.utf8) }
        var isHashed = false
        if case .hash = settings.upstream.balance { isHashed = true }
        choosesByRequest = isHashed || stickyCookie != nil
        hashField =
            if case .hash(.field(let name)) = settings.upstream.balance { Array(name.utf8) } else {
                []
            }
        date = HTTPDate(secondsSince1970: 0)
        keepTime()
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
        upstreams.sweep()
        if guards.isShortOfMemory { loop.trim() }
    }

    private func keepTime() {
        let wall = AccessLog.wallNanoseconds()
        wallOffset = wall - Int64(clamping: PreciseClock.nanoseconds())
        date = HTTPDate(secondsSince1970: Int(wall / 1_000_000_000))
    }
}
