import Transport

/// The echo upstream's thread and its connections.
actor EchoServer {
    private let loop: EventLoop
    private lazy var lobby = Lobby(
        on: loop,
        idle: Deadlines().idle,
        guards: Guards()
    ) { [unowned self, loop] in
        Task(executorPreference: loop) { await self.serve() }
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init() throws(TransportError) {
        let loop = try EventLoop()
        self.loop = loop
    }

    nonisolated func start(accepting descriptor: Int32) throws(TransportError) {
        Task(executorPreference: loop) { await self.accept(from: descriptor) }
        try loop.startThread()
    }

    private func accept(from descriptor: Int32) async {
        guard let listener = try? Listener(descriptor, on: loop) else { return }
        await listener.accept { lobby.admit($0, from: $1) }
    }

    private func serve() async {
        while let guest = await lobby.next() {
            guard let client = await guest.rise() else { continue }
            var answers = EchoAnswers(client)
            if await answers.run() { lobby.seat(guest, answers.leave()) }
        }
    }
}
