/// Where one task sleeps until a socket of its is ready, its deadline passes, or it is told to stop.
///
/// A task waits in one place at a time, so it has one waiter, which all its sockets share. That is how
/// it can wait for either of two sockets, as early answers and tunnels need.
@safe
public final class Waiter {
    /// Why the sleep ended.
    enum Wake: Sendable {
        case ready
        case timedOut
    }

    let loop: EventLoop
    let number: Int32
    var deadline = Instant.never
    /// Where the connection sits while no task serves it.
    var lobby: Lobby?
    private var sleeper: UnsafeContinuation<Wake, Never>?

    init(on loop: EventLoop, number: Int32) {
        self.loop = loop
        self.number = number
    }

    deinit { loop.retire(number) }

    /// Sleeps until woken; the caller has told its sockets what it waits for.
    func sleep(until deadline: Instant) async -> Wake {
        self.deadline = deadline
        if deadline < .never { loop.file(self) }
        return await unsafe withUnsafeContinuation { unsafe sleeper = $0 }
    }

    /// Lets the lobby be told instead of a task.
    func sit(in lobby: Lobby, until deadline: Instant) {
        self.lobby = lobby
        self.deadline = deadline
        loop.file(self)
    }

    /// Sleeps for `duration`.
    public func pause(for duration: Patience) async {
        _ = await sleep(until: loop.now + duration)
    }

    /// Lets every other task have its turn first.
    public func rest() async {
        loop.rest(self)
        _ = await unsafe withUnsafeContinuation { unsafe sleeper = $0 } as Wake
    }

    func wake(_ reason: Wake) {
        if let sleeper = unsafe sleeper {
            unsafe self.sleeper = nil
            deadline = .never
            unsafe sleeper.resume(returning: reason)
        } else if let lobby {
            deadline = .never
            lobby.rise(number, reason)
        }
    }
}
