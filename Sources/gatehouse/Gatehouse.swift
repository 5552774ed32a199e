import Glibc
import Vocabulary

/// The gateway program: one file per command.
///
/// - `Run`: the gateway itself; `Talk`: one that runs, told and asked through its `Control/` socket.
/// - `Configuration/`: the rules as they are run: every file read once (`FileRecord`), kept as a `Snapshot`, and the
///   versions there were (`VersionHistory`).
/// - `Supervisor/`: who starts, replaces and ends the processes that serve. `Supervisor` decides,
///   `SupervisorLoop` does it; `ProgramFile` is what it starts, `Systemd` whom it tells.
/// - `Process/`: what those processes do (`CrewLoop`, `Foreground`, both a `Shift`), what passes between them
///   (`Channel`, `Handover`, `Order`), and what they ask of the system (`Account`, `DescriptorLimit`, `PidFile`).
/// - `Echo`: a small upstream to try it with.
/// - `Arguments`: how words are read; `Process/Signals` waits for the operator's word, `Terminal` speaks to them.
@main
enum Gatehouse {
    static let usage = """
        gatehouse \(Vocabulary.version), an edge proxy

        usage: gatehouse COMMAND [OPTIONS]

          run      serve what the rules say
          reload   have a running gateway read its files again
          rollback have it go back to an earlier version
          status   say what it is running
          check    say what is wrong with rules
          test     run the tests in rules
          explain  say what a code of check means, or why a captured request is judged as it is
          fields   list what rules can ask about a request
          fmt      write rules in the one layout
          echo     answer requests by describing them: an upstream to try things with

        gatehouse COMMAND --help explains one command; gatehouse --version prints the version.
        Exit codes: 0 fine, 1 found something, 2 could not be run.

        """

    static func main() {
        // A reader of ours that leaves is no reason to die; writes report it.
        signal(SIGPIPE, SIG_IGN)
        Terminal.keepPlaces()
        var words = Array(CommandLine.arguments.dropFirst())
        guard !words.isEmpty else { Terminal.fail(usage, code: 2) }
        let command = words.removeFirst()
        do throws(UsageError) {
            switch command {
            case "run": try Run.main(words)
            case "reload": try Talk.reload(words)
            case "rollback": try Talk.rollBack(words)
            case "status": try Talk.status(words)
            case "check": try Check.main(words)
            case "test": try Test.main(words)
            case "explain": try Explain.main(words)
            case "fields": try Fields.main(words)
            case "fmt": try Format.main(words)
            case "echo": try Echo.main(words)
            case "--help", "-h", "help": Terminal.print(usage)
            case "--version": Terminal.print("gatehouse \(Vocabulary.version)\n")
            default:
                throw UsageError(
                    "there is no command `\(command)`",
                    help: Nearest.hint(
                        to: command,
                        among: [
                            "run", "reload", "rollback", "status", "check", "test", "explain",
                            "fields", "fmt", "echo", "--help",
                            "--version",
                        ]
                    )
                )
            }
        } catch {
            Terminal.fail("gatehouse: \(error.message)\n", code: 2)
        }
    }
}
