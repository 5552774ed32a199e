import Glibc
import Policy
import Rules
import Vocabulary

/// `gatehouse test`: the tests in the rules, run on the evaluator that judges traffic.
enum Test {
    static let usage = """
        usage: gatehouse test [FILE] [OPTIONS]

        Runs the tests in the rules, with a clock that stands still, a store, tokens and an upstream of
        their own, and says of each that fails what came instead, at which stage and why.
        Without FILE it is $GATEHOUSE_CONFIG, and without that conf/dev.gate.

          --filter TEXT     only tests whose titles contain TEXT
          --coverage        list each route, limit, exception and signature that no test touches
          --faults          plant faults in the rules, one at a time, and list those no test notices
          --now DATE        the day on which they run (default: today)
          --format FORMAT   text (default) or json

        Exit codes: 0 every test passes, 1 one fails or the rules have errors, 2 the file cannot be read.

        """

    private static let flags = [
        "--filter", "--coverage", "--faults", "--now", "--format", "--help",
    ]

    private struct Wanted {
        var file: String?
        var filter: String?
        var coverage = false
        var faults = false
        var now = Int64(time(nil))
        var isJSON = false
    }

    /// What the rules came to.
    private struct Found {
        let compiled: Compiled
        let report: TestReport
        let diagnostics: [Diagnostic]
        let took: Duration
        var gaps: [Coverage.Gap]?
        var faults: (count: Int, unnoticed: [RuleFaults.Fault])?
    }

    static func main(_ words: [String]) throws(UsageError) {
        guard let wanted = try read(words) else { return Terminal.print(usage) }
        let file = wanted.file ?? EntryFile.path
        do throws(FileTrouble) {
            let compiled = try Rules.compile(entry: file, in: DiskFiles(), now: wanted.now)
            let found = run(compiled, wanted)
            report(found, wanted)
            exit(found.diagnostics.contains { $0.severity == .error } ? 1 : 0)
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
            case "--filter": wanted.filter = try arguments.value("sign-in")
            case "--coverage": wanted.coverage = true
            case "--faults": wanted.faults = true
            case "--now": wanted.now = try arguments.day()
            case "--format": wanted.isJSON = try arguments.isJSON()
            default:
                guard !word.hasPrefix("-") else {
                    throw UsageError(unknown: word, of: "gatehouse test", among: flags)
                }
                guard wanted.file == nil else {
                    throw UsageError(
                        "one entry file at a time",
                        help: "`--filter \(word)` picks tests by their titles"
                    )
                }
                wanted.file = word
            }
        }
        return wanted
    }

    // MARK: Running

    private static func run(_ compiled: Compiled, _ wanted: Wanted) -> Found {
        let start = ContinuousClock.now
        let errors = compiled.diagnostics.sorted.filter { $0.severity == .error }
        guard let policy = compiled.policy, errors.isEmpty else {
            return Found(compiled: compiled, report: TestReport(), diagnostics: errors, took: .zero)
        }
        let plan = TestPlan(
            compiled.program,
            of: compiled.sources,
            in: DiskFiles(),
            now: wanted.now,
            filter: wanted.filter
        )
        let report = plan.run(under: policy, countsCoverage: wanted.coverage)
        var found = Found(
            compiled: compiled,
            report: report,
            diagnostics: report.failures,
            took: ContinuousClock.now - start
        )
        if wanted.coverage {
            found.gaps = report.coverage.gaps(in: policy, compiled.program, compiled.sources)
        }
        // Rules whose tests fail already would be noticed whatever was planted.
        if wanted.faults, report.isFine {
            let faults = RuleFaults(of: policy)
            let unnoticed = faults.unnoticed(by: plan) { tried, unnoticed in
                guard Terminal.showsProgress else { return }
                let line = "\(tried) of \(faults.count) faults planted, \(unnoticed) unnoticed"
                Terminal.write("\r\(line)\u{1B}[K", to: STDERR_FILENO)
            }
            if Terminal.showsProgress { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) }
            found.faults = (faults.count, unnoticed)
        }
        return found
    }

    // MARK: Saying it

    private static func report(_ found: Found, _ wanted: Wanted) {
        guard !wanted.isJSON else {
            let faults = found.faults.map { faults in
                (faults.count, faults.unnoticed.map { ($0.text, $0.place) })
            }
            let text = TestJSONReport.text(
                found.report,
                diagnostics: found.diagnostics,
                of: found.compiled.sources,
                milliseconds: Int(found.took / .milliseconds(1)),
                gaps: found.gaps,
                faults: faults
            )
            return Terminal.print(text.text)
        }
        let report = TextReport(
            found.compiled.sources,
            masking: found.compiled.diagnostics.all,
            isColoured: Terminal.isColoured
        )
        for diagnostic in found.diagnostics.prefix(RulesBounds.shownMax) {
            Terminal.print(report.text(diagnostic) + "\n\n")
        }
        let rest = found.diagnostics.count - RulesBounds.shownMax
        if rest > 0 { Terminal.print("and \(rest) more\n\n") }
        if let gaps = found.gaps { print(gaps) }
        if let faults = found.faults { print(faults.unnoticed, of: faults.count) }
        summarise(found, wanted)
    }

    private static func print(_ gaps: [Coverage.Gap]) {
        guard !gaps.isEmpty else {
            return Terminal.print("every route, limit, exception and signature is touched\n")
        }
        Terminal.print("no test touches\n")
        let kindWidth = gaps.map(\.kind.count).max() ?? 0
        let nameWidth = min(gaps.map(\.name.count).max() ?? 0, 60)
        for gap in gaps {
            let name = gap.name.filled(to: nameWidth)
            Terminal.print("  \(gap.kind.filled(to: kindWidth))  \(name)  \(gap.place)\n")
        }
    }

    private static func print(_ unnoticed: [RuleFaults.Fault], of count: Int) {
        guard !unnoticed.isEmpty else {
            return Terminal.print("all \(count) faults planted in the rules are noticed\n")
        }
        Terminal.print(
            "no test notices \(unnoticed.count) of \(count) faults planted in the rules\n"
        )
        let width = min(unnoticed.map(\.text.count).max() ?? 0, 72)
        for fault in unnoticed {
            Terminal.print("  \(fault.text.filled(to: width))  \(fault.place)\n")
        }
    }

    private static func summarise(_ found: Found, _ wanted: Wanted) {
        guard found.compiled.policy != nil else {
            return Terminal.note("gatehouse: no test was run, since the rules have errors")
        }
        let report = found.report
        var parts = ["\(report.passedCount) pass"]
        if !report.failures.isEmpty { parts.append("\(report.failures.count) fail") }
        let count = report.runCount
        let time = "\(Int(found.took / .milliseconds(1))) ms"
        let among = wanted.filter.map { " with \"\($0)\"" } ?? ""
        let noun = "test\(count == 1 ? "" : "s")"
        Terminal.note(
            "gatehouse: \(count) \(noun)\(among): \(parts.joined(separator: ", ")), in \(time)"
        )
        if wanted.faults, !report.isFine {
            Terminal.note("gatehouse: no fault was planted, since tests fail without any")
        }
    }
}

extension String {
    fileprivate func filled(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
