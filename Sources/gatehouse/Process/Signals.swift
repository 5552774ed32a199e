import CLinux
import Glibc

/// The operator's word to a running program.
enum Signals {
    private static let all = [SIGTERM, SIGINT, SIGHUP, SIGUSR2, SIGCHLD]

    /// Has signals wait for `next` instead of interrupting; called before any thread is made.
    static func hold() {
        // Whoever started us may have ignored it, and then nobody would be told of a child's end.
        signal(SIGCHLD, SIG_DFL)
        var set = set()
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Leaves the operator's word to the supervisor, whom it is meant for.
    static func ignore() {
        for number in [SIGTERM, SIGINT, SIGHUP, SIGUSR2] { signal(number, SIG_IGN) }
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

    /// A descriptor that can be read when a signal waits; below zero when there are none left.
    static func descriptor() -> Int32 {
        var set = set()
        return unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
    }

    private static func set() -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in all { unsafe sigaddset(&set, signal) }
        return set
    }
}
