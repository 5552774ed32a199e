import Crypto
import Glibc
public import Telemetry
public import Transport

/// The request path, step by step, and the workers that walk it.
///
/// Here the parts become a gateway: it owns their order and nothing else. In reading order:
///
/// - `RequestPath`: the line every request walks, one step per statement; `Steps/`: each step.
/// - `Answer`: how a step ends the walk; `Answers`: which answer a failure becomes; `ProblemPage`: how
///   it looks.
/// - `Client/`: `TrustedProxies` and the `ClientAddress` they lead to.
/// - `Worker` and its `Workbench`: what the requests of one thread share; `Crew`: what all workers do.
/// - `Edition/`: the rules and upstreams that requests begin with, and how others take their place.
/// - `Switches`: what an operator turns on and off without touching a rule.
/// - `Certificates`: what listeners show, read again when asked; `TransportSecurity`: what TLS adds to a
///   request and its answer.
/// - `Settings`, `ProcessSettings`, `Bounds`: everything that can be set, and everything that is bounded.
///
/// The value itself is a running gateway.
public final class Gateway: Sendable {
    /// Where it listens, with the ports the kernel chose.
    public let addresses: [SocketAddress]
    /// What keeps clients from being too many, and what it has counted.
    public let guards: Guards
    /// Connections that never came as far as a request.
    public let arrivals = ArrivalCount()
    /// What an operator turns on and off while it runs.
    public let switches: Switches
    private let bound: [BoundAddress]
    private let workers: [Worker]
    private let log: AccessLog?
    let certificates: Certificates
    let slot: PolicySlot
    /// What names servers in cookies.
    let secret: ProcessSecret
    let notice: @Sendable (Notice) -> Void

    /// Binds, opens the log and starts the workers; on failure nothing is left running.
    ///
    /// - notice: told what is worth an operator's attention, on some worker's thread.
    public convenience init(
        _ settings: Settings,
        notice: @escaping @Sendable (Notice) -> Void = { _ in }
    ) throws(StartFailure) {
        try self.init(settings, on: Self.bind(settings), notice: notice)
    }

    /// Serves on what is bound: a descriptor for each worker at each of the settings' listeners.
    public init(
        _ settings: Settings,
        on bound: [BoundAddress],
        notice: @escaping @Sendable (Notice) -> Void = { _ in }
    ) throws(StartFailure) {
        let count = bound.first?.descriptors.count ?? 0
        var settings = settings
        settings.workers = count
        certificates = Certificates(settings)
        let (shown, arrivals) = (certificates.slot, arrivals)
        let entrances = settings.listeners.map { listener in
            Entrance(
                listener,
                patience: settings.deadlines.handshake,
                slot: shown,
                count: arrivals
            )
        }
        let crew: Crew
        do throws(StartFailure) {
            let reading = try Self.read(certificates, for: settings.upstreams)
            settings.secret = reading.secret
            for warning in reading.warnings { notice(.certificate(warning)) }
            let guards = try Self.makeGuards(settings, workers: count, notice)
            log = try Self.openLog(settings, workers: count)
            let edition = try Self.makeEdition(settings, reading, certificates, notice)
            slot = PolicySlot(edition)
            crew = Crew(guards: guards, slot: slot, store: settings.store, arrivals: arrivals)
            workers = try Self.makeWorkers(count, settings, crew, log, notice)
        } catch {
            for address in bound { address.close() }
            throw error
        }
        self.bound = bound
        addresses = bound.map(\.address)
        guards = crew.guards
        switches = crew.switches
        secret = settings.secret
        self.notice = notice
        do throws(TransportError) {
            for (number, worker) in workers.enumerated() {
                try worker.start(
                    accepting: bound.map { $0.descriptors[number] },
                    through: entrances
                )
            }
        } catch {
            stop()
            throw StartFailure(message: "the system has no threads left for the workers")
        }
    }

    /// Opens the access log's file anew, after somebody moved it away.
    public func reopenLog() throws(LogError) {
        try log?.reopen()
    }

    /// Connections that are open now.
    public var connectionCount: Int { guards.connections.value }

    /// Whether every worker takes connections from every listener.
    public var isAccepting: Bool { workers.allSatisfy { $0.listenerCount == bound.count } }

    /// Stops accepting and lets every connection's next answer be its last.
    ///
    /// The names of Unix sockets go first: whoever starts next may take them.
    ///
    /// - leavingQueues: connections that nobody has accepted are another process's, which has the
    ///   sockets too. Else they are still taken.
    public func drain(leavingQueues: Bool = false) {
        for address in bound { address.unbind() }
        for worker in workers { worker.startDraining(leavingQueues: leavingQueues) }
    }

    /// Ends the workers, whatever they are doing, and writes out the log.
    public func stop() {
        for worker in workers { worker.stop() }
        for worker in workers { worker.join() }
        for upstream in upstreams { upstream.stopResolving() }
        for address in bound { address.unbind() }
        log?.close()
    }

    /// Binds all the settings' listeners, or none.
    ///
    /// - patience: how long to wait for who has an address and may be about to leave it.
    public static func bind(
        _ settings: Settings,
        within patience: Patience = .milliseconds(0)
    ) throws(StartFailure) -> [BoundAddress] {
        let end = PreciseClock.now() + patience
        var bound: [BoundAddress] = []
        while bound.count < settings.listeners.count {
            do throws(ListenFailure) {
                let address = settings.listeners[bound.count].address
                bound.append(try .bind(address, workers: max(settings.workers, 1)))
            } catch {
                if error.isTaken, PreciseClock.now() < end {
                    poll(nil, 0, 20)
                    continue
                }
                for earlier in bound { earlier.close() }
                throw StartFailure(message: error.message)
            }
        }
        return bound
    }

    /// Fails where more connections are wanted than the system has descriptors for.
    private static func makeGuards(
        _ settings: Settings,
        workers: Int,
        _ notice: @escaping @Sendable (Notice) -> Void
    ) throws(StartFailure) -> Guards {
        var guarded = settings.guards
        guarded.uncounted += settings.trusted
        let limits = GuardLimits(guarded, workers: workers)
        let possible = limits.connectionsPossible(workers: workers)
        guard limits.connections <= possible else {
            throw StartFailure(
                message: "\(limits.connections) connections are more than the "
                    + "\(limits.descriptors) descriptors allow, which is \(possible) at the most"
            )
        }
        return Guards(guarded, limits: limits, notice: notice)
    }

    private static func makeWorkers(
        _ count: Int,
        _ settings: Settings,
        _ crew: Crew,
        _ log: AccessLog?,
        _ notice: @escaping @Sendable (Notice) -> Void
    ) throws(StartFailure) -> [Worker] {
        do throws(TransportError) {
            var made: [Worker] = []
            for number in 0..<count {
                let buffer = log?.buffers[number]
                made.append(
                    try Worker(settings, crew, number: number, log: buffer, notice: notice)
                )
            }
            return made
        } catch {
            throw StartFailure(message: "the system has no descriptors left for the workers")
        }
    }

    private static func openLog(
        _ settings: Settings,
        workers: Int
    ) throws(StartFailure) -> AccessLog? {
        guard let destination = settings.accessLog else { return nil }
        do throws(LogError) {
            return try AccessLog(to: destination, bufferCount: workers)
        } catch {
            throw StartFailure(message: "\(error)")
        }
    }
}

/// Why the gateway could not start, in the operator's words.
public struct StartFailure: Error, Sendable {
    public let message: String

    public init(message: String) {
        self.message = message
    }
}
