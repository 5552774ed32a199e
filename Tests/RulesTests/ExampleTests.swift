import Rules
import TestSupport
import Testing

/// The complete example: what everyone will read first.
struct ExampleTests {
    static let folder = Corpus.folder("Example")

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
