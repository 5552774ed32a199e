import CLinux
import Glibc
import Synchronization
import Vocabulary

/// The addresses behind the names of an upstream, asked for again whenever an answer has grown old.
///
/// One thread does all of it and tells what is new; no event loop ever waits for a name server.
final class Resolver: Sendable {
    /// What there is to tell of a name.
    enum News: Equatable, Sendable {
        /// It stands for these now, and did not before.
        case addresses([IPAddress])
        case failure
        case notice(Notice)
    }

    private let names: [String]
    private let server: SocketAddress?
    private let tell: @Sendable (_ name: Int, News) -> Void
    private let doorbell: Int32
    private let isStopping = Atomic<Bool>(false)
    /// Names that have not been answered for yet, one way or the other.
    private let unanswered: Atomic<Int>
    private let thread = Lock<pthread_t?>(nil)

    /// - server: asked in place of the system's.
    /// - tell: called on the resolver's thread.
    init(
        _ names: [String],
        asking server: SocketAddress?,
        tell: @escaping @Sendable (_ name: Int, News) -> Void
    ) throws(TransportError) {
        self.names = names
        self.server = server
        self.tell = tell
        unanswered = Atomic(names.count)
        doorbell = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard doorbell >= 0 else { throw .exhausted }
    }

    deinit { close(doorbell) }

    func start() throws(TransportError) {
        let queries = try NameQueries(asking: server)
        var made = pthread_t()
        let argument = unsafe Unmanaged.passRetained(Work(self, queries)).toOpaque()
        let code = unsafe pthread_create(
            &made,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let work = unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                work.resolver.run(work.queries)
                return nil
            },
            argument
        )
        guard code == 0 else {
            unsafe Unmanaged<Work>.fromOpaque(argument).release()
            throw .exhausted
        }
        thread.withLock { $0 = made }
    }

    /// Ends the thread; nothing is told after this returns.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        _ = eventfd_write(doorbell, 1)
        guard let thread = thread.withLock({ $0.take() }) else { return }
        // Whoever was told something may be the last to let go, and that is on the thread itself.
        if thread == pthread_self() { pthread_detach(thread) } else { pthread_join(thread, nil) }
    }

    /// Waits until every name was answered for once, one way or the other.
    func awaitAnswers(atMost patience: Patience) {
        let end = Instant.coarseNow() + patience
        while unanswered.load(ordering: .acquiring) > 0, Instant.coarseNow() < end {
            poll(nil, 0, 2)
        }
    }

    /// What the thread is given at its start.
    private final class Work {
        let resolver: Resolver
        let queries: NameQueries

        init(_ resolver: Resolver, _ queries: NameQueries) {
            self.resolver = resolver
            self.queries = queries
        }
    }

    private func run(_ queries: NameQueries) {
        var schedules = names.map(NameSchedule.init)
        var answered = [Bool](repeating: false, count: names.count)
        var random = KernelRandom()
        while !isStopping.load(ordering: .acquiring) {
            let now = Instant.coarseNow()
            for index in schedules.indices where schedules[index].due <= now {
                schedules[index].noteAsked()
                queries.ask(names[index], index)
            }
            for (index, answer) in queries.takeAnswers() {
                let news =
                    switch answer {
                    case .failure: schedules[index].noteFailure(at: now, using: &random)
                    case .addresses(let addresses, let seconds):
                        schedules[index].noteAnswer(
                            addresses,
                            holdsSeconds: seconds,
                            at: now,
                            using: &random
                        )
                    }
                for each in news { tell(index, each) }
                if !answered[index] { unanswered.wrappingSubtract(1, ordering: .releasing) }
                answered[index] = true
            }
            let due = schedules.map(\.due).min() ?? .never
            queries.wait(milliseconds: Self.milliseconds(from: now, to: due), doorbell: doorbell)
        }
    }

    private static func milliseconds(from now: Instant, to due: Instant) -> Int32 {
        due <= now ? 0 : Int32(clamping: due.milliseconds &- now.milliseconds)
    }
}

extension IPAddress {
    /// Whether it can be one server's: neither unspecified, nor a group's, nor everybody's.
    var isOfOne: Bool {
        if isV4 {
            let first = low >> 24 & 0xff
            return first != 0 && first < 224
        }
        return (high != 0 || low > 0) && high >> 56 != 0xff
    }
}
