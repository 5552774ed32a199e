import Glibc
import Telemetry
import Transport
import Vocabulary

/// One thread with its loop, and the isolation of everything that runs on it.
actor Worker {
    private let loop: EventLoop
    private let bench: Workbench
    private let connections: ConnectionCount
    private var listeners: [Listener] = []

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
    nonisolated func start(accepting descriptors: [Int32]) throws(TransportError) {
        for descriptor in descriptors {
            Task(executorPreference: loop) { await self.accept(from: descriptor) }
        }
        Task(executorPreference: loop) { await self.keepHouse() }
        try loop.startThread()
    }

    nonisolated func startDraining() {
        Task(executorPreference: loop) { await self.drain() }
    }

    nonisolated func stop() { loop.stop() }

    private func accept(from descriptor: Int32) async {
        guard let listener = try? Listener(descriptor, on: loop) else { return }
        listeners.append(listener)
        if bench.isDraining { listener.close() }
        await listener.accept { descriptor, peer in
            connections.add(1)
            Task(executorPreference: loop) { await self.serve(descriptor, peer) }
        }
    }

    private func serve(_ descriptor: Int32, _ peer: IPAddress?) async {
        defer { connections.add(-1) }
        guard let socket = try? Socket(descriptor, on: loop) else { return }
        let client = Connection(socket, side: .downstream, waiter: loop.makeWaiter())
        var path = RequestPath(client, from: peer, at: bench)
        await path.run()
    }

    private func keepHouse() async {
        let waiter = loop.makeWaiter()
        while true {
            await waiter.pause(for: .seconds(1))
            bench.keepHouse()
        }
    }

    private func drain() {
        bench.isDraining = true
        for listener in listeners { listener.close() }
        listeners = []
        loop.sendIdleHome()
    }
}
