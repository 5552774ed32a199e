import Rules
import TestSupport
import Testing

struct FormatterTests {
    @Test func `the example is in the one layout already`() throws {
        for file in try TextFile.all(below: ExampleTests.folder) where file.hasSuffix(".gate") {
            let text = try TextFile.read(ExampleTests.folder + "/" + file)
            let formatted = Formatter.text(Tree(of: text))

            #expect(formatted == text, "\(file)")
        }
    }
}
