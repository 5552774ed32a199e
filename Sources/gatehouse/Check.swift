import Glibc
import Rules
import Vocabulary

/// `gatehouse check`: what is wrong with the rules, before they run.
enum Check {
    static let usage = """
        usage: gatehouse check [FILE] [OPTIONS]

        Reads the entry file and all it includes, tries the captures and tests in them for two seconds at
        most, and says everything that is wrong with them.
        `gatehouse explain CODE` says more about one of the codes.
        Without FILE it is $GATEHOUSE_CONFIG, and without that conf/dev.gate.

          --strict          warnings fail too, as they should before a merge
          --notes           notes are shown as well
          --now DATE        the day that exceptions are judged by (default: today)
          --format FORMAT   text (default), json, sarif or github

        Exit codes: 0 nothing is wrong, 1 something is, 2 the file cannot be read.

        """

    private static let flags = ["--strict", "--notes", "--now", "--format", "--help"]

    private enum Format: String, CaseIterable {
        case text, json, sarif, github
    }

    private struct Wanted {
        var file: String?
        var isStrict = false
        var showsNotes = false
        var now = Int64(time(nil))
        var format = Format.text
    }

    static func main(_ words: [String]) throws(UsageError) {
        guard let wanted = try read(words) else { return Terminal.print(usage) }
        let file = wanted.file ?? EntryFile.path
        do throws(FileTrouble) {
            let compiled = try Rules.compile(entry: file, in: DiskFiles(), now: wanted.now)
            let proven = Rules.prove(
                compiled,
                in: DiskFiles(),
                now: wanted.now,
                within: Rules.testBudget
            )
            exit(report(proven, of: compiled.sources, wanted))
        } catch {
            Terminal.fail("gatehouse: `\(file)` cannot be read: \(error.words)\n", code: 2)
        }
    }

    /// nil when help was asked for.
    private static func read(_ words: [String]) throws(UsageError) -> Wanted? {
        var wanted = Wanted()
        var arguments = Arguments(words)
        while let word = arguments.next() {
            switch word {
            case "--help", "-h": return nil
            case "--strict": wanted.isStrict = true
            case "--notes": wanted.showsNotes = true
            case "--now":
                let text = try arguments.value("2026-11-20")
                guard let day = Day(text) else {
                    throw UsageError("`\(text)` is no day", help: "write one like `2026-11-20`")
                }
                wanted.now = day.start
            case "--format":
                let text = try arguments.value("json")
                guard let format = Format(rawValue: text) else {
                    let all = Format.allCases.map(\.rawValue)
                    throw UsageError(
                        "there is no format `\(text)`",
                        help: Nearest.hint(to: text, among: all)
                    )
                }
                wanted.format = format
            default:
                guard !word.hasPrefix("-") else {
                    throw UsageError(
                        "`gatehouse check` has no option `\(word)`",
                        help: Nearest.hint(to: word, among: flags)
                    )
                }
                guard wanted.file == nil else {
                    throw UsageError("one entry file at a time", help: "it includes the others")
                }
                wanted.file = word
            }
        }
        return wanted
    }

    // MARK: Saying it

    /// Says what was found; the exit code.
    private static func report(_ proven: Proven, of sources: Sources, _ wanted: Wanted) -> Int32 {
        let all = proven.diagnostics.sorted
        let found = all.filter { $0.severity != .note || wanted.showsNotes }
        switch wanted.format {
        case .text: printText(found, all, sources)
        case .json: Terminal.print(JSONReport.text(found, of: sources).text)
        case .sarif: Terminal.print(SARIFReport.text(found, of: sources).text)
        case .github:
            for diagnostic in found {
                Terminal.print(GitHubReport.text(diagnostic, of: sources) + "\n")
            }
        }
        let isFine =
            !proven.diagnostics.hasErrors
            && !(wanted.isStrict && proven.diagnostics.count(.warning) > 0)
        if wanted.format == .text { summarise(proven, of: sources) }
        return isFine ? 0 : 1
    }

    private static func printText(_ found: [Diagnostic], _ all: [Diagnostic], _ sources: Sources) {
        let report = TextReport(sources, masking: all, isColoured: Terminal.isColoured)
        for diagnostic in found.prefix(RulesBounds.shownMax) {
            Terminal.print(report.text(diagnostic) + "\n\n")
        }
        let rest = found.count - RulesBounds.shownMax
        if rest > 0 { Terminal.print("and \(rest) more\n\n") }
    }

    private static func summarise(_ proven: Proven, of sources: Sources) {
        let files = sources.files.count
        let counts = [(Diagnostic.Severity.error, "error"), (.warning, "warning")]
            .compactMap { severity, word in
                let count = proven.diagnostics.count(severity)
                return count == 0 ? nil : "\(count) \(word)\(count == 1 ? "" : "s")"
            }
        let verdict = counts.isEmpty ? "nothing is wrong" : counts.joined(separator: ", ")
        let left = proven.report.notRunCount
        let rest = left == 0 ? "" : "; \(left) tests were not run, `gatehouse test` runs them all"
        Terminal.note("gatehouse: \(files) file\(files == 1 ? "" : "s"): \(verdict)\(rest)")
    }
}

/// Which file the rules begin with when none is named.
enum EntryFile {
    static var path: String {
        guard let path = unsafe getenv("GATEHOUSE_CONFIG") else { return "conf/dev.gate" }
        let text = unsafe String(cString: path)
        return text.isEmpty ? "conf/dev.gate" : text
    }
}

extension ByteBuffer {
    /// What it holds, as it is printed.
    var text: String {
        unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
