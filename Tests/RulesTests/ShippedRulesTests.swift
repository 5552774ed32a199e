import Rules
import TestSupport
import Testing
import Vocabulary

/// The policy in `rules/` and `conf/`: the example everyone copies.
struct ShippedRulesTests {
    static let folder = Corpus.folder("../..")
    static let entries = ["conf/dev.gate", "conf/staging.gate", "conf/production.gate"]
    /// The day on which they are judged; their exceptions end after it.
    static let today = Day("2026-11-20")?.start ?? 0

    @Test("the shipped rules have nothing wrong with them", arguments: entries)
    func isFine(entry: String) throws {
        let path = Self.folder + "/" + entry
        let checked = try Rules.check(entry: path, in: DiskFiles(), now: Self.today)

        let report = TextReport(checked.sources, masking: checked.diagnostics.all)
        let said = checked.diagnostics.sorted.filter { $0.severity != .note }.map(report.text)

        #expect(said == [])
        #expect(checked.program.sites.count == 3)
        #expect(checked.program.tests.count > 60)
    }

    @Test("every shipped file of rules is in the one layout")
    func isFormatted() throws {
        var names: [String] = []
        for entry in Self.entries {
            var loader = Loader(DiskFiles())
            try loader.load(entry: Self.folder + "/" + entry)
            for source in loader.sources.files {
                let isFormatted =
                    Formatter.format(source).text == source.text(0..<source.bytes.count)
                if !isFormatted { names.append(source.name) }
            }
        }

        #expect(names == [])
    }

    @Test("the files that the shipped rules name are there", arguments: entries)
    func namesFiles(entry: String) throws {
        let path = Self.folder + "/" + entry
        let checked = try Rules.check(entry: path, in: DiskFiles(), now: Self.today)
        let missing = NamedFiles(checked).missing

        #expect(NamedFiles(checked).all.count > 5)
        #expect(missing == [])
    }

    @Test("in production there is no test host, and elsewhere every site has one")
    func testHosts() throws {
        for entry in Self.entries {
            let path = Self.folder + "/" + entry
            let program = try Rules.check(entry: path, in: DiskFiles(), now: Self.today).program
            let isProduction = program.environments.first?.value == "production"
            for site in program.sites { #expect(site.testHosts.isEmpty == isProduction) }
        }
    }
}
