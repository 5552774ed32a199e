import Glibc
import TestSupport

/// The soak driver: load of every kind on a gateway that is told to reload, upgraded and killed.
///
/// Read in this order: `SoakOptions`, `Restarts` (what is done to the gateway), `Scene` (the gateway, its upstream and
/// what the kernel says of them), `Clients/` (the load), `Tally` (what came of it), `Verdict` (what is wanted).
@main
enum Soak {
    static let usage = """
        usage: soak restarts --gatehouse PATH [--quick] [--hup N] [--usr2 N] [--kill N]

        """

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        guard let options = SoakOptions(CommandLine.arguments.dropFirst()) else {
            note(usage)
            exit(2)
        }
        let signals = holdSignals()
        do throws(ChildProcess.NotStarted) {
            let scene = try Scene(options)
            Threads.start {
                var (wanted, signal) = (signals, Int32(0))
                _ = unsafe sigwait(&wanted, &signal)
                scene.end()
                exit(2)
            }
            let restarts = Restarts(options, scene)
            let verdict = restarts.run()
            print(verdict.text)
            exit(verdict.holds ? 0 : 1)
        } catch {
            note("soak: \(error.description)")
            exit(2)
        }
    }

    /// Whoever ends the soak ends all that it has started.
    private static func holdSignals() -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&set, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        return set
    }
}

/// Progress for the eye; results alone go to standard output.
func note(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
}

/// Sleeps; this is the one place where the soak has to.
func pause(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    var rest = timespec(
        tv_sec: Int(seconds),
        tv_nsec: Int(attoseconds / 1_000_000_000)
    )
    var wanted = rest
    while unsafe nanosleep(&wanted, &rest) != 0, errno == EINTR { wanted = rest }
}
