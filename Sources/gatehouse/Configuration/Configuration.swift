import Crypto
import Gateway
import Glibc
import Policy
import Rules
import Transport
import Vocabulary

/// What the rules come to on this machine: everything a gateway is started or reloaded with.
struct Configuration: Sendable {
    let entry: String
    var policy: Policy
    let compiled: Compiled
    var settings: Settings
    /// Every file they were made of.
    let record: FileRecord

    /// Follows from what the rules mean.
    var version: String { policy.version }
    var installation: Installation { compiled.installation }
    /// What the rules say of exceptions, for `status`.
    var program: Program { compiled.program }
    var warningCount: Int { compiled.diagnostics.count(.warning) }

    /// Why there is none.
    struct Refusal: Error {
        /// Everything that is to be said about it, in lines.
        let text: String
        let codes: [String]
        /// The exit code: 1 where the rules are wrong, 2 where they cannot be run.
        let code: Int32

        init(_ text: String, codes: [String] = [], code: Int32 = 2) {
            self.text = text
            self.codes = codes
            self.code = code
        }
    }

    /// Reads and judges the rules whose entry file is `entry`.
    ///
    /// - isTried: the tests in the rules run too, for as long as a reload may take; what has run before
    ///   has been tried.
    static func read(
        _ entry: String,
        from record: FileRecord = FileRecord(),
        isTried: Bool = true,
        now: Int64 = Int64(time(nil))
    ) throws(Refusal) -> Configuration {
        let compiled: Compiled
        do throws(FileTrouble) {
            compiled = try Rules.compile(entry: entry, in: record, now: now)
        } catch {
            throw Refusal("gatehouse: `\(entry)` cannot be read: \(error.words)")
        }
        var diagnostics = compiled.diagnostics
        if isTried, !diagnostics.hasErrors {
            let budget = Rules.testBudget
            diagnostics = Rules.prove(compiled, in: record, now: now, within: budget).diagnostics
        }
        guard let policy = compiled.policy, !diagnostics.hasErrors else {
            throw Refusal(
                DiagnosticText.of(diagnostics, in: compiled.sources, entry),
                codes: DiagnosticText.codes(of: diagnostics),
                code: 1
            )
        }
        do throws(StartFailure) {
            let place = Surroundings.here { path throws(LoadFailure) in
                try record.readSmall(path)
            }
            return Configuration(
                entry: entry,
                policy: policy,
                compiled: compiled,
                settings: try Settings(compiled.installation, running: policy, in: place),
                record: record
            )
        } catch {
            throw Refusal("gatehouse: \(entry): \(error.message)")
        }
    }

    /// Whether a gateway that runs this can go on with the other without being started anew.
    func canBecome(_ other: Configuration) -> Bool {
        installation.canBecome(other.installation)
    }
}

/// What is said of rules that are wrong, as it is shown to whoever reloaded them.
enum DiagnosticText {
    /// What may be sent to another process in one piece.
    static let byteMax = 100 << 10

    static func of(
        _ diagnostics: Diagnostics,
        in sources: Sources,
        _ entry: String
    ) -> String {
        let all = diagnostics.sorted
        let found = all.filter { $0.severity != .note }
        let report = TextReport(sources, masking: all)
        var text = ""
        for diagnostic in found.prefix(RulesBounds.shownMax) {
            let next = report.text(diagnostic) + "\n\n"
            guard text.utf8.count + next.utf8.count <= byteMax else { break }
            text += next
        }
        let rest = found.count - RulesBounds.shownMax
        if rest > 0 { text += "and \(rest) more\n\n" }
        let count = diagnostics.count(.error)
        return text + "gatehouse: \(entry): \(count) error\(count == 1 ? "" : "s"); nothing changes"
    }

    /// The codes of errors, each once.
    static func codes(of diagnostics: Diagnostics) -> [String] {
        let errors = diagnostics.all.filter { $0.severity == .error }
        return Set(errors.map(\.id.rawValue)).sorted()
    }
}
