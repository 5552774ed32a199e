import Rules
import TestSupport
import Testing

/// The complete example: what everyone will read first.
struct ExampleTests {
    static let folder = Corpus.folder("Example")

    @Test func `the example has nothing wrong with it, and the files it names are there`() throws {
        let checked = try Rules.check(
            entry: Self.folder + "/main.gate",
            in: DiskFiles(),
            now: DiagnosticTests.today
        )

        let report = TextReport(checked.sources, masking: checked.diagnostics.all)
        let said = checked.diagnostics.sorted.filter { $0.severity == .error }.map(report.text)

        #expect(said == [])
        #expect(NamedFiles(checked).all.count >= 8)
        #expect(NamedFiles(checked).missing == [])
    }

    @Test func `the example is read without a complaint`() throws {
        var loader = Loader(DiskFiles())
        try loader.load(entry: Self.folder + "/main.gate")

        let report = TextReport(loader.sources, masking: loader.diagnostics.all)
        let said = loader.diagnostics.sorted.map(report.text)

        #expect(said == [])
        #expect(loader.program.sites.count == 2)
        #expect(loader.program.tests.count == 33)
        #expect(loader.program.signatures.count == 5)
        #expect(loader.program.promises.count == 4)
    }
}
