import Rules
import TestSupport
import Testing
import Vocabulary

/// Every example of rules in the docs is one that `gatehouse check` takes.
///
/// `DocumentedRules` says how an example is fenced and made whole.
struct DocumentationTests {
    static let folder = Corpus.folder("../..")

    /// The pages whose examples are tried here; those of `docs/diagnostics` have a test of their own.
    static let pages: [String] = {
        let docs = (try? TextFile.all(below: folder + "/docs")) ?? []
        return ["README.md"]
            + docs.filter { $0.hasSuffix(".md") && !$0.hasPrefix("diagnostics/") }.map {
                "docs/" + $0
            }
    }()

    static let examples: [DocumentedRules] = pages.flatMap { page in
        DocumentedRules.all(on: page, (try? TextFile.read(folder + "/" + page)) ?? "")
    }

    /// What a fragment may be: what it stands among is not all used, and notes are information.
    private static let quiet: Set<DiagnosticID> = [
        .unusedList, .methodAnswered405, .raisedThreshold,
    ]

    private func check(_ rules: String, _ files: [String: String]) throws -> Checked {
        var files = files
        files["policy.gate"] = rules
        return try Rules.check(
            entry: "policy.gate",
            in: TextFiles(files),
            now: ShippedRulesTests.today
        )
    }

    @Test("an example in the docs has nothing wrong with it", arguments: examples)
    func isFine(example: DocumentedRules) throws {
        guard example.path == nil else { return }
        let rules = try #require(example.whole, "nobody knows `gate \(example.fence)`")
        let checked = try check(rules, example.files)
        let found = checked.diagnostics.all.filter { !Self.quiet.contains($0.id) }

        if let code = example.code {
            #expect(Set(found.map(\.id.rawValue)) == [code])
            return
        }
        let report = TextReport(checked.sources, masking: found)
        #expect(found.map(report.text) == [])

        // MARK: Where the tests of an example run
        // The tests it holds are `checked.program.tests`; they are to pass once a runner takes them.
    }

    @Test("a file that stands on a page is included by an example there")
    func filesAreUsed() throws {
        for page in Self.pages {
            let examples = Self.examples.filter { $0.page == page }
            let shown = Set(examples.compactMap(\.path))
            var read: Set<String> = []
            for example in examples where !shown.isEmpty && example.path == nil {
                let checked = try check(example.whole ?? "", example.files)
                read.formUnion(checked.sources.files.map(\.name))
            }
            #expect(shown.subtracting(read) == [], "\(page)")
        }
    }

    @Test("the examples in the docs are in the one layout", arguments: examples)
    func isFormatted(example: DocumentedRules) throws {
        guard example.code == nil else { return }
        let formatted = Formatter.format(Source(name: "example", text: example.text)).text

        #expect(formatted == example.text)
    }

    @Test("there are enough of them that finding none is noticed")
    func areFound() {
        #expect(Self.examples.count > 60)
        #expect(Set(Self.examples.map(\.page)).count >= 3)
    }
}
