import Glibc
import Synchronization
public import Vocabulary

/// One worker's epoll loop, clock and deadlines, and the executor its tasks run on.
///
/// A task started with this loop as its preference never leaves the loop's thread, so nothing it
/// touches needs a lock. Events are first all noted and then the tasks they woke run, so no task can
/// close a socket that still has an event to come in the same round.
///
/// INVARIANT: everything but `inbox`, `thread`, `stopping` and the doorbell is touched by the loop's
/// thread alone.
@safe
// SAFETY: that invariant; `checkIsolated` traps where it is broken through an actor.
public final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    public let pool = BlockPool()
    let pipes = PipePool()
    public private(set) var now = Instant.coarseNow()

    /// How long events wait for their turn.
    private var delay: LoopDelay
    /// The same, as a percentage of what is borne.
    public var delayPercent: Int { delay.percent }
    /// Descriptors that its sockets and pipes have open.
    public var descriptorCount: Int { watchedCount + 2 * pipes.pipeCount }
    private var watchedCount = 0

    private let epoll: Epoll
    private let inbox = Lock<[UnownedJob]>([])
    private let stopping = Atomic<Bool>(false)
    /// The thread of our own that is to be joined.
    let started = Lock<pthread_t?>(nil)

    /// The thread that runs the loop; zero before there is one.
    private let thread = Atomic<pthread_t>(0)
    private var ready: [UnownedJob] = []
    private var running: [UnownedJob] = []
    private var wheel = TimerWheel()
    private var tick: UInt64
    private var waiters: [Unmanaged<Waiter>?] = unsafe .init()
    private var vacant: [Int32] = []
    private var expired: [Int32] = []
    /// Tasks that had a long turn and go on when everyone else had theirs.
    private var resting: [Waiter] = []

    /// Fails when the kernel has no descriptors left.
    ///
    /// - delay: how long an event may wait for its turn before the loop is taken for overloaded.
    public init(delay: Patience = GuardSettings().delay) throws(TransportError) {
        epoll = try Epoll()
        self.delay = LoopDelay(bound: delay, at: .coarseNow())
        tick = now.milliseconds / TimerWheel.tickMilliseconds
    }

    deinit {
        if let thread = started.withLock({ $0.take() }) { pthread_detach(thread) }
    }

    // MARK: Executor

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isOnThread {
            ready.append(job)
        } else {
            inbox.withLock { $0.append(job) }
            epoll.ring()
        }
    }

    public func checkIsolated() {
        precondition(isOnThread)
    }

    private var isOnThread: Bool { thread.load(ordering: .relaxed) == pthread_self() }

    // MARK: Running

    /// Runs tasks on the calling thread until `stop` is called.
    public func run() {
        thread.store(pthread_self(), ordering: .relaxed)
        holdBrokenPipes()
        drainInbox()
        runJobs()
        while !stopping.load(ordering: .acquiring) {
            let news = epoll.wait(milliseconds: waitMilliseconds()) { now = .coarseNow() }
            if news.hasRung { drainInbox() }
            runJobs()
            wakeResting()
            turnWheel()
            delay.note(woke: now, end: .coarseNow(), isFull: news.isFull)
        }
    }

    /// splice(2) has no flag that spares its caller a SIGPIPE; held back, it harms nobody.
    private func holdBrokenPipes() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Gives spare memory and pipes back.
    public func trim() {
        pool.trim()
        pipes.trim()
    }

    /// Makes `run` return; may be called from any thread.
    public func stop() {
        stopping.store(true, ordering: .releasing)
        epoll.ring()
    }

    /// Counted before the kernel is asked: a socket it refuses is unwatched as it closes.
    func watch(_ socket: Socket) throws(TransportError) {
        watchedCount += 1
        try epoll.add(socket)
    }

    func unwatch(_ descriptor: Int32) {
        watchedCount -= 1
        epoll.remove(descriptor)
    }

    private func drainInbox() {
        let jobs = inbox.withLock { jobs in
            let all = jobs
            jobs.removeAll(keepingCapacity: true)
            return all
        }
        ready.append(contentsOf: jobs)
    }

    private func runJobs() {
        let executor = unsafe asUnownedSerialExecutor()
        let preference = unsafe asUnownedTaskExecutor()
        while !ready.isEmpty {
            swap(&ready, &running)
            for index in running.indices {
                unsafe running[index].runSynchronously(
                    isolatedTo: executor,
                    taskExecutor: preference
                )
            }
            running.removeAll(keepingCapacity: true)
        }
    }

    // MARK: Waiters

    /// A place for a new task to sleep.
    public func makeWaiter() -> Waiter {
        let number: Int32
        if let reused = vacant.popLast() {
            number = reused
        } else {
            number = Int32(unsafe waiters.count)
            unsafe waiters.append(nil)
        }
        let waiter = Waiter(on: self, number: number)
        unsafe waiters[Int(number)] = Unmanaged.passUnretained(waiter)
        return waiter
    }

    func retire(_ number: Int32) {
        wheel.remove(number)
        unsafe waiters[Int(number)] = nil
        vacant.append(number)
    }

    func rest(_ waiter: Waiter) { resting.append(waiter) }

    private func wakeResting() {
        let rested = resting
        resting.removeAll()
        for waiter in rested { waiter.wake(.ready) }
        runJobs()
    }

    func file(_ waiter: Waiter) {
        wheel.file(waiter.number, by: waiter.deadline)
    }

    private func waiter(_ number: Int32) -> Waiter? {
        // SAFETY: a waiter takes itself out of this table before it goes.
        unsafe waiters[Int(number)]?.takeUnretainedValue()
    }

    private func turnWheel() {
        let current = now.milliseconds / TimerWheel.tickMilliseconds
        // After a long stop of the process every bucket is looked at once, and no more than once.
        tick = max(tick, current &- min(current, 1024))
        while tick < current {
            tick &+= 1
            wheel.turn(to: tick) { number in
                guard let waiter = waiter(number), waiter.deadline < .never else { return nil }
                if waiter.deadline > now { return waiter.deadline }
                expired.append(number)
                return nil
            }
        }
        // Woken after the turn: what wakes may take waiters out of the wheel.
        for number in expired { waiter(number)?.wake(.timedOut) }
        expired.removeAll(keepingCapacity: true)
        runJobs()
    }

    private func waitMilliseconds() -> Int32 {
        if !resting.isEmpty { return 0 }
        guard let ticks = wheel.ticksToNext(after: tick) else { return -1 }
        let due = (tick &+ ticks) &* TimerWheel.tickMilliseconds
        return Int32(clamping: Int64(due) - Int64(now.milliseconds))
            .clamped(to: 0...TransportBounds.roundMillisecondsMax)
    }
}

extension Int32 {
    fileprivate func clamped(to range: ClosedRange<Int32>) -> Int32 {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
