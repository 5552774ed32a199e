import Rules
import TestSupport
import Testing
import Vocabulary

/// What the author sees, character by character: one golden for each code.
struct DiagnosticTests {
    static let folder = Corpus.folder("Corpus/diagnostics")
    /// The day on which all goldens are judged.
    static let today = Day("2026-11-20")?.start ?? 0

    @Test(arguments: try GoldenCase.all(below: folder))
    func `is said like this`(golden: GoldenCase) throws {
        var golden = golden
        let (sources, diagnostics) = try Self.said(of: golden.sections[0])

        let report = TextReport(sources, masking: diagnostics.all)
        let seen = diagnostics.sorted.map(report.text).joined(separator: "\n\n")
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)

        if GoldenCase.isUpdating {
            try golden.rewrite(section: 1, with: seen)
            return
        }
        let expected = golden.sections.count > 1 ? golden.sections[1] : []
        let difference = golden.difference(of: seen, from: expected, called: "diagnostics")
        #expect(difference == nil, "\(difference ?? "")")
    }

    /// What is said of rules, which are also tried where they have tests or stand beside captures.
    ///
    /// - lines: the rules, and behind lines that begin with `==>` the files beside them.
    static func said(of lines: [String]) throws -> (Sources, Diagnostics) {
        let entry = "sites/api.gate"
        var texts: [String: [String]] = [:]
        var name = entry
        for line in lines {
            if line.hasPrefix("==> ") {
                name = String(line.dropFirst(4))
            } else {
                texts[name, default: []].append(line)
            }
        }
        let files = TextFiles(texts.mapValues { $0.joined(separator: "\n") })
        guard texts.count > 1 || lines.contains(where: { $0.hasPrefix("test \"") }) else {
            let checked = try Rules.check(entry: entry, in: files, now: today)
            return (checked.sources, checked.diagnostics)
        }
        let compiled = try Rules.compile(entry: entry, in: files, now: today)
        let proven = Rules.prove(compiled, in: files, now: today)
        return (compiled.sources, proven.diagnostics)
    }

    @Test func `every code has a golden that shows it, and every golden shows its code`() throws {
        let goldens = try GoldenCase.all(below: Self.folder)
        var shown: Set<String> = []
        for golden in goldens {
            let code = String(golden.name.prefix(5))
            let text = golden.sections.dropFirst().joined().joined(separator: "\n")
            #expect(text.contains("[\(code)]"), "\(golden.name)")
            shown.insert(code)
        }
        let missing = Set(DiagnosticID.allCases.map(\.rawValue)).subtracting(shown)

        #expect(missing.sorted() == [])
    }
}
