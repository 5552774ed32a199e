import Telemetry
import Transport
import Vocabulary

/// One thread with its loop, and the isolation of everything that runs on it.
actor Worker {
    private let loop: EventLoop
    private let bench: Workbench
    private let connections: ConnectionCount
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
        log: LogBuffer?,
        connections: ConnectionCount
    ) throws(TransportError) {
        let loop = try EventLoop()
        self.loop = loop
        self.connections = connections
        bench = Workbench(settings, on: loop, log: log)
    }

    /// Starts the thread and takes the descriptors over.
    nonisolated func start(
        accepting descriptors: [Int32],
        through entrances: [Entrance]
    ) throws(TransportError) {
        for (descriptor, entrance) in zip(descriptors, entrances) {
            Task(executorPreference: loop) { await self.accept(from: descriptor, entrance) }
        }
        Task(executorPreference: loop) { await self.keepHouse() }
        try loop.startThread()
    }

    /// Until its queues are empty the worker counts as a connection, lest it be taken for idle.
    nonisolated func startDraining() {
        connections.add(1)
        Task(executorPreference: loop) { await self.drain() }
    }

    nonisolated func stop() { loop.stop() }
    nonisolated func join() { loop.join() }

    private func accept(from descriptor: Int32, _ entrance: Entrance) async {
        guard let listener = try? Listener(descriptor, on: loop) else { return }
        listeners.append(listener)
        if bench.isDraining { listener.close() }
        await listener.accept { lobby.admit($0, from: $1, through: entrance) }
    }

    /// Serves one connection after the other, each for as long as it has something to say.
    private func serve() async {
        while let guest = await lobby.next() {
            guard let client = await guest.rise() else { continue }
            var path = RequestPath(client, of: guest, at: bench)
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
