import Glibc

/// State that threads share, and the wait for it to change.
///
/// The socket tests run on plain threads, because blocking calls have no place on the pool that
/// Swift's tasks share. `Mutex` alone cannot wait, so this is a mutex with its condition.
// SAFETY: `state` is touched only while `mutex` is held, and both pointers live as long as self.
@safe public final class Monitor<State>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    public init(_ state: State) {
        self.state = state
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe pthread_cond_destroy(condition)
        unsafe mutex.deallocate()
        unsafe condition.deallocate()
    }

    /// Reads or changes the state, and wakes whoever waits for it.
    @discardableResult
    public func withState<Answer>(_ body: (inout State) -> Answer) -> Answer {
        unsafe pthread_mutex_lock(mutex)
        let answer = body(&state)
        unsafe pthread_cond_broadcast(condition)
        unsafe pthread_mutex_unlock(mutex)
        return answer
    }

    /// Waits until `holds` is true of the state; false when the time ran out first.
    @discardableResult
    public func wait(atMost limit: Duration, until holds: (State) -> Bool) -> Bool {
        let deadline = absolute(limit)
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while !holds(state) {
            var at = deadline
            if unsafe pthread_cond_timedwait(condition, mutex, &at) == ETIMEDOUT {
                return holds(state)
            }
        }
        return true
    }

    private func absolute(_ limit: Duration) -> timespec {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let nanoseconds = now.tv_nsec + Int(limit.components.attoseconds / 1_000_000_000)
        return timespec(
            tv_sec: now.tv_sec + Int(limit.components.seconds) + nanoseconds / 1_000_000_000,
            tv_nsec: nanoseconds % 1_000_000_000
        )
    }
}
