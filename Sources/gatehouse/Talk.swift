import Glibc
import Rules
import Vocabulary

/// `gatehouse reload`, `rollback` and `status`: a gateway that runs, told and asked.
enum Talk {
    static let reloadUsage = """
        usage: gatehouse reload [-c FILE]

        Has the gateway that runs on FILE read all its files again, waits for what comes of it, and
        says so. Where anything is wrong nothing changes, and the diagnostics are printed.
        Without FILE it is $GATEHOUSE_CONFIG, and without that conf/dev.gate; `control` in it says
        where the gateway is found.

        Exit codes: 0 the new version runs, 1 it was refused, 2 no gateway was reached.

        """

    static let rollbackUsage = """
        usage: gatehouse rollback [VERSION] [-c FILE]

        Has the gateway that runs on FILE go back to an earlier version, with all its files as they
        were; without VERSION to the one before. `gatehouse status` lists them. The next reload
        reads the files on disk again.

        Exit codes: 0 that version runs, 1 it is not there or was refused, 2 no gateway was reached.

        """

    static let statusUsage = """
        usage: gatehouse status [-c FILE] [--format FORMAT]

        Says what the gateway that runs on FILE is running: the version and since when, its
        processes, switches, lists, and exceptions that end within 14 days.

          --format FORMAT   text (default) or json

        Exit codes: 0 it has answered, 2 no gateway was reached.

        """

    private struct Wanted {
        var file: String?
        var format = StatusPage.Format.text
        var rest: [String] = []
    }

    static func reload(_ words: [String]) throws(UsageError) {
        guard let wanted = try read(words, "reload", takes: 0, hasFormat: false) else {
            return Terminal.print(reloadUsage)
        }
        ask(.reload, wanted)
    }

    static func rollBack(_ words: [String]) throws(UsageError) {
        guard let wanted = try read(words, "rollback", takes: 1, hasFormat: false) else {
            return Terminal.print(rollbackUsage)
        }
        ask(.rollBack(wanted.rest.first), wanted)
    }

    static func status(_ words: [String]) throws(UsageError) {
        guard let wanted = try read(words, "status", takes: 0, hasFormat: true) else {
            return Terminal.print(statusUsage)
        }
        ask(.status(wanted.format), wanted)
    }

    /// nil when help was asked for.
    private static func read(
        _ words: [String],
        _ command: String,
        takes countMax: Int,
        hasFormat: Bool
    ) throws(UsageError) -> Wanted? {
        var wanted = Wanted()
        var arguments = Arguments(words)
        while let word = arguments.next() {
            switch word {
            case "--help", "-h": return nil
            case "-c": wanted.file = try arguments.value("conf/production.gate")
            case "--format" where hasFormat:
                let text = try arguments.value("json")
                guard let format = StatusPage.Format(rawValue: text) else {
                    throw UsageError("there is no format `\(text)`", help: "it is text or json")
                }
                wanted.format = format
            default:
                guard !word.hasPrefix("-"), wanted.rest.count < countMax else {
                    let names = hasFormat ? ["-c", "--format"] : ["-c"]
                    throw UsageError(unknown: word, of: "gatehouse \(command)", among: names)
                }
                wanted.rest.append(word)
            }
        }
        return wanted
    }

    private static func ask(_ request: ControlRequest, _ wanted: Wanted) -> Never {
        let entry = wanted.file ?? EntryFile.path
        let path: String
        do throws(FileTrouble) {
            // Rules that are wrong still say where the gateway is found.
            let now = Int64(time(nil))
            let checked = try Rules.check(entry: entry, in: DiskFiles(), now: now)
            guard let control = checked.program.machine.control else {
                Terminal.fail(
                    "gatehouse: \(entry) does not say where the gateway is found; write "
                        + "`control \"/run/gatehouse/control.sock\"`, or send SIGHUP to reload\n",
                    code: 2
                )
            }
            path = control.value
        } catch {
            Terminal.fail("gatehouse: `\(entry)` cannot be read: \(error.words)\n", code: 2)
        }
        do throws(Control.Silent) {
            let (code, text) = try Control.ask(request, at: path)
            let line = text.hasSuffix("\n") ? text : text + "\n"
            guard code == 0 else { Terminal.fail(line, code: code) }
            Terminal.print(line)
            exit(0)
        } catch {
            Terminal.fail("gatehouse: \(error.why)\n", code: 2)
        }
    }
}
