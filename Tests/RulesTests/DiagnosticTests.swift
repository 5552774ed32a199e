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
        let text = golden.sections[0].joined(separator: "\n")
        let files = TextFiles(["sites/api.gate": text])
        let checked = try Rules.compile(entry: "sites/api.gate", in: files, now: Self.today)

        let report = TextReport(checked.sources, masking: checked.diagnostics.all)
        let seen = checked.diagnostics.sorted.map(report.text).joined(separator: "\n\n")
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)

        if GoldenCase.isUpdating {
            try golden.rewrite(section: 1, with: seen)
            return
        }
        let expected = golden.sections.count > 1 ? golden.sections[1] : []
        let difference = golden.difference(of: seen, from: expected, called: "diagnostics")
        #expect(difference == nil, "\(difference ?? "")")
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
