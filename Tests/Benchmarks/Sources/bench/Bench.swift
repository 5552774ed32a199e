import Foundation
import Glibc

/// The benchmark driver: what the gateway costs beside its peers, that it streams, and that it
/// bears more than it can.
///
/// Read in this order: `Options`, `Rows/ProxyBenchmark` (the alternating runs), `Rows/LoadRow` and
/// `Rows/IdleRow` (what one row measures), `Proxies/` (how each proxy is set up at its best),
/// `Report/Claims` (what is wanted), `Stream/StreamBenchmark`, `Overload/OverloadBenchmark`,
/// `Rules/RulesBenchmark`.
/// Everything that is started belongs to the `Roster`, which ends it by its own process id on every
/// way out.
@main
enum Bench {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        // The two ends of the overload are processes of their own: this program under other words.
        if let code = OverloadPart.run(CommandLine.arguments.dropFirst()) { exit(code) }
        let options: Options
        do throws(Trouble) {
            options = try Options(CommandLine.arguments.dropFirst())
        } catch {
            complain(error)
            exit(2)
        }
        exit(run(options))
    }

    /// Exit code 0 when every claim holds, 1 when one falls short, 2 when it could not be measured.
    private static func run(_ options: Options) -> Int32 {
        do throws(Trouble) {
            if options.subject == .rules { return try RulesBenchmark(options).run() ? 0 : 1 }
            let roster = try Roster()
            roster.endOnSignals()
            defer { roster.endAll() }
            switch options.subject {
            case .proxy: return try ProxyBenchmark(options, roster).run() ? 0 : 1
            case .stream: return try StreamBenchmark(options, roster).run() ? 0 : 1
            case .overload: return try OverloadBenchmark(options, roster).run() ? 0 : 1
            case .rules: return 2
            }
        } catch {
            complain(error)
            return 2
        }
    }

    private static func complain(_ trouble: Trouble) {
        note("bench: \(trouble.sentence)")
    }
}

/// Why something could not be measured, in one sentence.
struct Trouble: Error {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }

    /// The failure of a system call, with what it was for.
    static func system(_ purpose: String) -> Trouble {
        let code = errno
        return Trouble("\(purpose): \(String(cString: strerror(code)))")
    }
}

/// A result, written at once even into a pipe.
func say(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

/// Progress for the eye; results alone go to standard output.
func note(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
}
