import Glibc

/// The operator's word to a running program.
enum Signals {
    static let all: [Int32] = [SIGTERM, SIGINT, SIGHUP]

    /// Has signals wait for `next` instead of interrupting; called before any thread is made.
    static func hold() {
        var set = set()
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// The next signal; nil when none comes in time.
    static func next(within milliseconds: Int? = nil) -> Int32? {
        var set = set()
        guard let milliseconds else {
            var signal: Int32 = 0
            return unsafe sigwait(&set, &signal) == 0 ? signal : nil
        }
        var limit = timespec(
            tv_sec: milliseconds / 1000,
            tv_nsec: milliseconds % 1000 * 1_000_000
        )
        let signal = unsafe sigtimedwait(&set, nil, &limit)
        return signal > 0 ? signal : nil
    }

    private static func set() -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in all { unsafe sigaddset(&set, signal) }
        return set
    }
}
