import CLinux
import Glibc
import Synchronization
public import Vocabulary

/// What keeps too many clients from being more than the gateway can bear; shared by all workers.
///
/// A request costs one addition when it is let in, one when it is over, and one load. All that takes
/// longer to find out (memory, descriptors) is looked at once a second by whichever worker comes first.
public final class Guards: Sendable {
    public let limits: GuardLimits
    public let counts = GuardCounts()
    /// Clients' connections that are open.
    public let connections = ConnectionCount()

    private let inFlight = Atomic<Int>(0)
    /// The pressure of descriptors and memory, in percent, at most 100.
    private let lasting = Atomic<Int>(0)
    /// How many requests may be under way for one more of each class to be let in.
    private let ceilings: InlineArray<5, Int>
    public let shares: ClassShares

    private let addresses = AddressCounts()
    private let uncounted: [AddressBlock]
    private let descriptors = Atomic<Int>(0)
    private let memoryBytes = Atomic<Int>(0)
    private let crowded = Atomic<Int>(0)
    private let looked = Atomic<UInt64>(0)
    private let trimmed = Atomic<UInt64>(0)
    /// How things stood when a request was refused last.
    private let inFlightThen = Atomic<Int>(0)
    private let delayThen = Atomic<Int>(0)
    private let alarm = Lock(Alarm())
    private let resident = ResidentMemory()
    private let notice: @Sendable (Notice) -> Void

    public init(
        _ settings: GuardSettings,
        limits: GuardLimits,
        notice: @escaping @Sendable (Notice) -> Void = { _ in }
    ) {
        self.limits = limits
        self.notice = notice
        shares = settings.shares
        uncounted = settings.uncounted
        let (inFlight, shares) = (limits.inFlight, settings.shares)
        ceilings = InlineArray { index in
            let share = RequestClass(rawValue: index).map { shares[$0] } ?? 100
            let (product, overflows) = inFlight.multipliedReportingOverflow(by: share)
            return overflows ? .max : (product + 99) / 100
        }
    }

    /// Guards that let everything in, for a program that has nothing to lose.
    public convenience init() {
        var settings = GuardSettings()
        (settings.connections, settings.connectionsPerAddress) = (.max, .max)
        (settings.inFlight, settings.memoryBytes) = (.max, .max)
        self.init(settings, limits: GuardLimits(settings, workers: 1))
    }

    // MARK: Requests

    /// Lets one more request in; false when it is to be refused.
    ///
    /// - delay: how far behind the worker is, and whether its own gate is open all the same.
    public func admit(_ rank: RequestClass, delay: Int = 0, isInTime: Bool = true) -> Bool {
        let before = inFlight.wrappingAdd(1, ordering: .relaxed).oldValue
        if isInTime, before < ceilings[rank.rawValue] {
            if lasting.load(ordering: .relaxed) < shares[rank] { return true }
        }
        inFlight.wrappingSubtract(1, ordering: .relaxed)
        inFlightThen.store(before, ordering: .relaxed)
        delayThen.store(delay, ordering: .relaxed)
        counts.noteShed(rank)
        return false
    }

    /// Lets one more request in where there is room for the lowest class, and so for any.
    ///
    /// False says nothing yet: its class decides.
    public func admitAny(delay: Int) -> Bool {
        let share = shares[.batch]
        guard delay < share, lasting.load(ordering: .relaxed) < share else { return false }
        let before = inFlight.wrappingAdd(1, ordering: .relaxed).oldValue
        if before < ceilings[RequestClass.batch.rawValue] { return true }
        inFlight.wrappingSubtract(1, ordering: .relaxed)
        return false
    }

    /// A request that was let in is over.
    public func leave() {
        inFlight.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Requests under way.
    public var requestCount: Int { inFlight.load(ordering: .relaxed) }

    // MARK: Connections

    /// Whether there is room for the connections that are open.
    var hasRoom: Bool { connections.value <= limits.connections }

    /// Whether an address is one client's, and not that of a proxy for many.
    func isCounted(_ address: IPAddress) -> Bool {
        for block in uncounted where block.contains(address) { return false }
        return true
    }

    /// Counts a connection of an address; false when it has too many.
    func enter(_ address: IPAddress) -> Bool {
        if addresses.enter(address, limit: limits.connectionsPerAddress) { return true }
        counts.noteRefusedPerAddress()
        return false
    }

    func leave(_ address: IPAddress) { addresses.leave(address) }

    /// Addresses that have connections open.
    public var addressCount: Int { addresses.count }

    /// There is no room left: silent connections have to give way.
    func noteFull() { crowded.wrappingAdd(1, ordering: .relaxed) }

    /// A connection waits in the kernel, because there is no descriptor for it.
    public func noteAcceptPause() { counts.notePause() }

    /// How long silence is borne now.
    func patience(_ full: Patience) -> Patience { pressure().patience(full) }

    // MARK: Once a second

    /// Publishes what a worker has open, and looks at what all of them have if nobody else just did.
    ///
    /// - change: how many more descriptors the worker has than when it last said so.
    public func keepHouse(descriptorChange change: Int, delay: Int, at now: Instant) {
        descriptors.wrappingAdd(change, ordering: .relaxed)
        let last = looked.load(ordering: .relaxed)
        guard now.milliseconds &- last >= 900 else { return }
        guard
            looked.compareExchange(expected: last, desired: now.milliseconds, ordering: .relaxed)
                .exchanged
        else { return }
        memoryBytes.store(resident.byteCount(), ordering: .relaxed)
        let pressure = pressure(delay: delay)
        lasting.store(min(max(pressure.memory, pressure.descriptors), 100), ordering: .relaxed)
        if pressure.memory >= TransportBounds.trimmedPercent { trimHeap(at: now) }
        var sight = Alarm.Sight()
        sight.shed = counts.shed
        sight.full = crowded.load(ordering: .relaxed)
        sight.pauses = counts.acceptPauses
        sight.memoryBytes = memoryBytes.load(ordering: .relaxed)
        sight.pressure = pressure
        // What an operator wants to know is what it was that ran short.
        let inFlightThen = inFlightThen.load(ordering: .relaxed)
        sight.pressure.inFlight = Pressure.percent(inFlightThen, of: limits.inFlight)
        sight.pressure.delay = delayThen.load(ordering: .relaxed)
        let news = alarm.withLock { [sight] in $0.look(sight, limits, at: now) }
        for one in news { notice(one) }
    }

    /// Whether spare memory is better given back.
    public var isShortOfMemory: Bool {
        Pressure.percent(memoryBytes.load(ordering: .relaxed), of: limits.memoryBytes)
            >= TransportBounds.trimmedPercent
    }

    /// The pressure now; that of the loop is known to each worker alone.
    public func pressure(delay: Int = 0) -> Pressure {
        var pressure = Pressure()
        pressure.inFlight = Pressure.percent(requestCount, of: limits.inFlight)
        pressure.connections = Pressure.percent(connections.value, of: limits.connections)
        pressure.descriptors = Pressure.percent(
            descriptors.load(ordering: .relaxed),
            of: limits.descriptors
        )
        pressure.memory = Pressure.percent(
            memoryBytes.load(ordering: .relaxed),
            of: limits.memoryBytes
        )
        pressure.delay = delay
        return pressure
    }

    /// Has the allocator give back what a burst has left behind.
    ///
    /// Without it the pressure of a burst would outlive it: what is freed stays resident otherwise.
    private func trimHeap(at now: Instant) {
        let last = trimmed.load(ordering: .relaxed)
        guard now.milliseconds &- last >= 10_000 else { return }
        trimmed.store(now.milliseconds, ordering: .relaxed)
        malloc_trim(0)
    }
}
