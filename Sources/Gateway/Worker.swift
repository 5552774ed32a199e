import Telemetry
import Transport
import Vocabulary

/// One thread with its loop, and the isolation of everything that runs on it.
actor Worker {
    private let loop: EventLoop
    private let bench: Workbench
    private let connections: ConnectionCount
    private let health: HealthRounds?
    private var listeners: [Listener] = []
    private lazy var lobby = Lobby(
        on: loop,
        idle: bench.settings.deadlines.idle,
        count: connections
    ) { [unowned self, loop] in
        Task(executorPreference: loop) { await self.serve() }
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(
        _ settings: Settings,
        number: Int,
        log: LogBuffer?,
        connections: ConnectionCount,
        upstream: Upstream
    ) throws(TransportError) {
        let loop = try EventLoop()
        self.loop = loop
        self.connections = connections
        bench = Workbench(settings, on: loop, log: log, upstream: upstream)
        health = HealthRounds(bench.upstreams, worker: number, of: max(settings.workers, 1))
    }

    /// Starts the thread and takes the descriptors over.
    nonisolated func start(accepting descriptors: [Int32]) throws(TransportError) {
        for descriptor in descriptors {
            Task(executorPreference: loop) { await self.accept(from: descriptor) }
        }
        Task(executorPreference: loop) { await self.keepHouse() }
        Task(executorPreference: loop) { await self.watchHealth() }
        try loop.startThread()
    }

    /// Until its queues are empty the worker counts as a connection, lest it be taken for idle.
    nonisolated func startDraining() {
        connections.add(1)
        Task(executorPreference: loop) { await self.drain() }
    }

    nonisolated func stop() { loop.stop() }
    nonisolated func join() { loop.join() }

    private func accept(from descriptor: Int32) async {
        guard let listener = try? Listener(descriptor, on: loop) else { return }
        listeners.append(listener)
        if bench.isDraining { listener.close() }
        await listener.accept { lobby.admit($0, from: $1) }
    }

    /// Serves one connection after the other, each for as long as it has something to say.
    private func serve() async {
        while let guest = await lobby.next() {
            guard let client = guest.rise() else { continue }
            var path = RequestPath(client, from: guest.peer, at: bench)
            if await path.run() { lobby.seat(guest, path.leave()) }
        }
    }

    private func keepHouse() async {
        let waiter = loop.makeWaiter()
        while !bench.isDraining || connections.value > 0 {
            await waiter.pause(for: .seconds(1))
            bench.keepHouse()
        }
    }

    /// Has each server that falls to this worker checked, each by a task of its own.
    private func watchHealth() async {
        guard let health else { return }
        let waiter = loop.makeWaiter()
        while !bench.isDraining || connections.value > 0 {
            for server in health.take() {
                Task(executorPreference: loop) { await self.check(server) }
            }
            await waiter.pause(for: health.pause)
        }
    }

    private func check(_ server: Server) async {
        await bench.upstreams.check(server)
        health?.isOver(server)
    }

    private func drain() async {
        bench.isDraining = true
        for listener in listeners { listener.close() }
        listeners = []
        lobby.close()
        // What the listeners take last is admitted before this goes on.
        await loop.makeWaiter().rest()
        connections.add(-1)
    }
}
