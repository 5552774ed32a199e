public import Crypto
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
/// - `Worker` and its `Workbench`: what the requests of one thread share.
/// - `Certificates`: what listeners show, read again when asked; `TransportSecurity`: what TLS adds to a
///   request and its answer.
/// - `Settings`, `Bounds`: everything that can be set, and everything that is bounded.
///
/// The value itself is a running gateway.
public final class Gateway: Sendable {
    /// Where it listens, with the ports the kernel chose.
    public let addresses: [SocketAddress]
    private let bound: [BoundAddress]
    private let workers: [Worker]
    private let log: AccessLog?
    private let connections: ConnectionCount
    private let certificates: Certificates
    /// Connections that never came as far as a request.
    public let arrivals: ArrivalCount
    /// What the operator should know of the certificates although they can be used.
    public let warnings: [String]

    /// Binds, opens the log and starts the workers; on failure nothing is left running.
    public init(_ given: Settings) throws(StartFailure) {
        var settings = given
        let count = max(settings.workers, 1)
        let connections = ConnectionCount()
        let arrivals = ArrivalCount()
        certificates = Certificates(settings)
        (settings.secret, warnings) = try Self.load(certificates)
        let slot = certificates.slot
        let entrances = settings.listeners.map { listener in
            Entrance(
                listener,
                patience: settings.deadlines.handshake,
                slot: slot,
                count: arrivals
            )
        }
        let bound = try Self.bind(settings.listeners, workers: count)
        do throws(StartFailure) {
            log = try Self.openLog(settings, workers: count)
            workers = try Self.makeWorkers(count, settings, log, connections)
        } catch {
            for address in bound { address.close() }
            throw error
        }
        self.bound = bound
        addresses = bound.map(\.address)
        self.connections = connections
        self.arrivals = arrivals
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

    /// Whether `reload` has anything to read.
    public var hasFilesToReload: Bool { certificates.haveFiles }

    /// Reads certificates, keys, authorities and the secret again.
    ///
    /// New connections are shown the new ones, if all of them can be used; else nothing changes. What is
    /// open already goes on. Answers what the operator should know of them all the same.
    public func reload() throws(LoadFailure) -> [String] { try certificates.load() }

    /// Connections that are open now.
    public var connectionCount: Int { connections.value }

    /// Stops accepting and lets every exchange under way be the last on its connection.
    ///
    /// The names of Unix sockets go first: whoever starts next may take them.
    public func drain() {
        for address in bound { address.unbind() }
        for worker in workers { worker.startDraining() }
    }

    /// Ends the workers, whatever they are doing, and writes out the log.
    public func stop() {
        for worker in workers { worker.stop() }
        for worker in workers { worker.join() }
        for address in bound { address.unbind() }
        log?.close()
    }

    private static func bind(
        _ listeners: [ListenerSettings],
        workers: Int
    ) throws(StartFailure) -> [BoundAddress] {
        var bound: [BoundAddress] = []
        for listener in listeners {
            do throws(ListenFailure) {
                bound.append(try BoundAddress.bind(listener.address, workers: workers))
            } catch {
                for earlier in bound { earlier.close() }
                throw StartFailure(message: error.message)
            }
        }
        return bound
    }

    private static func load(
        _ certificates: Certificates
    ) throws(StartFailure) -> (ProcessSecret, warnings: [String]) {
        do throws(LoadFailure) {
            return (try certificates.readSecret(), try certificates.load())
        } catch {
            throw StartFailure(message: error.message)
        }
    }

    private static func makeWorkers(
        _ count: Int,
        _ settings: Settings,
        _ log: AccessLog?,
        _ connections: ConnectionCount
    ) throws(StartFailure) -> [Worker] {
        var made: [Worker] = []
        do throws(TransportError) {
            for number in 0..<count {
                let buffer = log?.buffers[number]
                made.append(try Worker(settings, log: buffer, connections: connections))
            }
        } catch {
            throw StartFailure(message: "the system has no descriptors left for the workers")
        }
        return made
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
}
