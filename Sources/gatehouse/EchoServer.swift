import Transport
import Vocabulary

/// The echo upstream's thread and its connections.
actor EchoServer {
    private let loop: EventLoop

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
        await listener.accept { descriptor, peer in
            Task(executorPreference: loop) { await self.serve(descriptor, peer) }
        }
    }

    private func serve(_ descriptor: Int32, _ peer: IPAddress?) async {
        guard let socket = try? Socket(descriptor, on: loop) else { return }
        let client = Connection(socket, side: .downstream, waiter: loop.makeWaiter())
        var answers = EchoAnswers(
            Exchange(
                client,
                peer: peer,
                deadlines: Deadlines(),
                bodyByteMax: EchoAnswers.bodyByteMax
            )
        )
        await answers.run()
    }
}
