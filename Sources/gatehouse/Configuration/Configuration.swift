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
    /// Follows from what the rules mean.
    let version: String
    let installation: Installation
    var settings: Settings
    let warningCount: Int
    /// What the rules say of exceptions and lists, for `status`.
    let program: Program
    /// Every file they were made of.
    let record: FileRecord

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
    static func read(
        _ entry: String,
        from record: FileRecord = FileRecord(),
        now: Int64 = Int64(time(nil))
    ) throws(Refusal) -> Configuration {
        let checked: Checked
        do throws(FileTrouble) {
            checked = try Rules.check(entry: entry, in: record, now: now)
        } catch {
            throw Refusal("gatehouse: `\(entry)` cannot be read: \(error.words)")
        }
        guard !checked.diagnostics.hasErrors else {
            throw Refusal(
                DiagnosticText.of(checked, entry),
                codes: DiagnosticText.codes(of: checked),
                code: 1
            )
        }
        let installation = checked.installation(now: now)
        do throws(StartFailure) {
            let place = Surroundings.here { path throws(LoadFailure) in
                try record.readSmall(path)
            }
            return Configuration(
                entry: entry,
                version: version(of: checked),
                installation: installation,
                settings: try Settings(installation, in: place),
                warningCount: checked.diagnostics.count(.warning),
                program: checked.program,
                record: record
            )
        } catch {
            throw Refusal("gatehouse: \(entry): \(error.message)")
        }
    }

    /// Whether a gateway that runs this can go on with the other without being started anew.
    func canBecome(_ other: Configuration) -> Bool {
        installation.canBecome(other.installation)
            && settings.upstream == other.settings.upstream
    }

    private static func version(of checked: Checked) -> String {
        var bytes: [UInt8] = []
        for source in checked.sources.files { bytes += Array(source.name.utf8) + source.bytes }
        return "r-" + Digest.sha256(bytes).prefix(4).map(\.hexadecimal).joined()
    }
}

extension UInt8 {
    fileprivate var hexadecimal: String {
        let digits = Array("0123456789abcdef")
        return String([digits[Int(self >> 4)], digits[Int(self & 15)]])
    }
}

/// What is said of rules that are wrong, as it is shown to whoever reloaded them.
enum DiagnosticText {
    /// What may be sent to another process in one piece.
    static let byteMax = 100 << 10

    static func of(_ checked: Checked, _ entry: String) -> String {
        let all = checked.diagnostics.sorted
        let found = all.filter { $0.severity != .note }
        let report = TextReport(checked.sources, masking: all)
        var text = ""
        for diagnostic in found.prefix(RulesBounds.shownMax) {
            let next = report.text(diagnostic) + "\n\n"
            guard text.utf8.count + next.utf8.count <= byteMax else { break }
            text += next
        }
        let rest = found.count - RulesBounds.shownMax
        if rest > 0 { text += "and \(rest) more\n\n" }
        let count = checked.diagnostics.count(.error)
        return text + "gatehouse: \(entry): \(count) error\(count == 1 ? "" : "s"); nothing changes"
    }

    /// The codes of errors, each once.
    static func codes(of checked: Checked) -> [String] {
        let errors = checked.diagnostics.all.filter { $0.severity == .error }
        return Set(errors.map(\.id.rawValue)).sorted()
    }
}
