import Glibc
public import Telemetry
public import Transport
import Vocabulary

/// The request path, step by step, and the workers that walk it.
///
/// Here the parts become a gateway: it owns their order and nothing else. In reading order:
///
/// - `RequestPath`: the line every request walks, one step per statement; `Steps/`: each step.
/// - `Answer`: how a step ends the walk; `Answers`: which answer a failure becomes; `ProblemPage`: how
///   it looks.
/// - `Client/`: `TrustedProxies` and the `ClientAddress` they lead to.
/// - `Worker` and its `Workbench`: what the requests of one thread share.
/// - `Settings`, `Bounds`: everything that can be set, and everything that is bounded.
///
/// The value itself is a running gateway.
public final class Gateway: Sendable {
    /// Where it listens, with the ports the kernel chose.
    public let addresses: [SocketAddress]
    /// The servers requests go to, what is known of them and what was counted.
    public let upstream: Upstream
    private let bound: [BoundAddress]
    private let workers: [Worker]
    private let log: AccessLog?
    private let connections: ConnectionCount

    /// Binds, opens the log and starts the workers; on failure nothing is left running.
    ///
    /// - notice: told what an operator should know, on whichever thread finds it out.
    public init(
        _ settings: Settings,
        notice: @escaping @Sendable (Notice) -> Void = { _ in }
    ) throws(StartFailure) {
        let count = max(settings.workers, 1)
        let connections = ConnectionCount()
        let bound = try Self.bind(settings.listeners, workers: count)
        do throws(StartFailure) {
            log = try Self.openLog(settings, workers: count)
            upstream = try Self.makeUpstream(settings, notice)
            workers = try Self.makeWorkers(count, settings, log, connections, upstream)
        } catch {
            for address in bound { address.close() }
            throw error
        }
        self.bound = bound
        addresses = bound.map(\.address)
        self.connections = connections
        do throws(TransportError) {
            for (number, worker) in workers.enumerated() {
                try worker.start(accepting: bound.map { $0.descriptors[number] })
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
        upstream.stopResolving()
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

    private static func makeWorkers(
        _ count: Int,
        _ settings: Settings,
        _ log: AccessLog?,
        _ connections: ConnectionCount,
        _ upstream: Upstream
    ) throws(StartFailure) -> [Worker] {
        var made: [Worker] = []
        do throws(TransportError) {
            for number in 0..<count {
                let buffer = log?.buffers[number]
                made.append(
                    try Worker(
                        settings,
                        number: number,
                        log: buffer,
                        connections: connections,
                        upstream: upstream
                    )
                )
            }
        } catch {
            throw StartFailure(message: "the system has no descriptors left for the workers")
        }
        return made
    }

    /// The names are asked for before the first connection is taken, so that a restart refuses nobody;
    /// one that stays unknown does not hold the start up.
    private static func makeUpstream(
        _ settings: Settings,
        _ notice: @escaping @Sendable (Notice) -> Void
    ) throws(StartFailure) -> Upstream {
        let upstream = Upstream(settings.upstream, token: { _ in freshToken() }, notice: notice)
        do throws(TransportError) {
            try upstream.startResolving()
        } catch {
            throw StartFailure(message: "names cannot be resolved: the resolver did not start")
        }
        upstream.awaitNames(atMost: Bounds.namesPatience)
        return upstream
    }

    /// What a cookie calls a server, for as long as this process lives.
    private static func freshToken() -> [UInt8] {
        var random = KernelRandom()
        let id = RequestID(using: &random)
        return (0..<id.bytes.byteCount).map { id.bytes[$0] }
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
