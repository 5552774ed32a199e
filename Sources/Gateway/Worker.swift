import Synchronization
import Telemetry
import Transport
import Vocabulary

/// One thread with its loop, and the isolation of everything that runs on it.
actor Worker {
    private let loop: EventLoop
    private let bench: Workbench
    private let guards: Guards
    /// Descriptors the guards know of.
    private var publishedDescriptors = 0
    /// Listeners that take connections, or have taken them.
    private nonisolated let accepting = Atomic<Int>(0)
    private let arrivals: ArrivalCount
    /// The first worker tells of them.
    private var alarm: ArrivalAlarm?
    private let notice: @Sendable (Notice) -> Void
    private var listeners: [Listener] = []
    private lazy var lobby = Lobby(
        on: loop,
        idle: bench.settings.deadlines.idle,
        linger: bench.settings.deadlines.linger,
        guards: guards
    ) { [unowned self, loop] in
        Task(executorPreference: loop) { await self.serve() }
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(
        _ settings: Settings,
        _ crew: Crew,
        number: Int,
        log: LogBuffer?,
        notice: @escaping @Sendable (Notice) -> Void
    ) throws(TransportError) {
        let loop = try EventLoop(delay: settings.guards.delay)
        self.loop = loop
        guards = crew.guards
        arrivals = crew.arrivals
        self.notice = notice
        alarm = number == 0 ? ArrivalAlarm() : nil
        bench = Workbench(settings, crew, worker: number, on: loop, log: log)
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
        Task(executorPreference: loop) { await self.watchHealth() }
        try loop.startThread()
    }

    nonisolated var listenerCount: Int { accepting.load(ordering: .acquiring) }

    /// Until its queues are empty the worker counts as a connection, lest it be taken for idle.
    nonisolated func startDraining(leavingQueues: Bool) {
        guards.connections.add(1)
        Task(executorPreference: loop) { await self.drain(leavingQueues) }
    }

    nonisolated func stop() { loop.stop() }
    nonisolated func join() { loop.join() }

    private func accept(from descriptor: Int32, _ entrance: Entrance) async {
        guard let listener = try? Listener(descriptor, on: loop) else { return }
        listeners.append(listener)
        accepting.add(1, ordering: .releasing)
        if bench.isDraining { listener.close() }
        await listener.accept {
            lobby.admit($0, from: $1, through: entrance)
        } makeRoom: {
            guards.noteAcceptPause()
            return lobby.makeRoom()
        }
    }

    /// Serves one connection after the other, each for as long as it has something to say.
    private func serve() async {
        while let guest = await lobby.next() {
            guard let client = await guest.rise() else { continue }
            var path = RequestPath(client, of: guest, at: bench)
            guard await path.run() else { continue }
            let wasAsked = path.exchange.hasBeenAsked
            lobby.seat(guest, path.leave(), wasAsked: wasAsked)
        }
    }

    private func keepHouse() async {
        let waiter = loop.makeWaiter()
        while !bench.isDraining || guards.connections.value > 0 {
            await waiter.pause(for: .seconds(1))
            bench.keepHouse()
            lobby.keepHouse()
            report()
        }
    }

    /// Lets the guards know what this worker has open.
    private func report() {
        let count = loop.descriptorCount
        guards.keepHouse(
            descriptorChange: count - publishedDescriptors,
            delay: loop.delayPercent,
            at: loop.now
        )
        publishedDescriptors = count
        let tally = ArrivalAlarm.Tally(arrivals, guards.counts)
        if let news = alarm?.look(tally, at: loop.now) { notice(news) }
    }

    /// Has each server that falls to this worker checked, each by a task of its own.
    ///
    /// Those of upstreams that are no longer led to are checked no more.
    private func watchHealth() async {
        let waiter = loop.makeWaiter()
        while !bench.isDraining || guards.connections.value > 0 {
            var pause = Patience.seconds(1)
            for outlet in bench.current().outlets {
                guard let health = outlet.health else { continue }
                let upstream = outlet.upstream
                for server in health.take() {
                    Task(executorPreference: loop) { await self.check(server, of: upstream) }
                }
                pause = min(pause, health.pause)
            }
            await waiter.pause(for: pause)
        }
    }

    private func check(_ server: Server, of upstream: Upstream) async {
        let outlets = bench.current().outlets
        guard let outlet = outlets.first(where: { $0.upstream === upstream }) else { return }
        await outlet.pool.check(server)
        outlet.health?.isOver(server)
    }

    private func drain(_ leavingQueues: Bool) async {
        bench.isDraining = true
        for listener in listeners { listener.close(leavingQueue: leavingQueues) }
        listeners = []
        lobby.close(after: bench.settings.deadlines.drainGrace)
        // What the listeners take last is admitted before this goes on.
        await loop.makeWaiter().rest()
        guards.connections.add(-1)
    }
}
