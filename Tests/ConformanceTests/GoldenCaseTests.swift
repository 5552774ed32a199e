import TestSupport
import Testing

/// The one golden mechanism: sections, names, and a rewrite that changes only what it should.
struct GoldenCaseTests {
    @Test func `ten dashes part the sections`() {
        let golden = GoldenCase(path: "x", name: "a-b", text: "in\n----------\nout\n\n----------\n")
        #expect(golden.sections == [["in"], ["out", ""], []])
        #expect(golden.title == "a b")
    }

    @Test func `a rewrite changes one section and keeps the rest to the byte`() throws {
        let path = "/tmp/gatehouse-golden-\(ProcessID.own).golden"
        let text = "# why\n\nin\n----------\nout\n----------\nmore\n\n"
        try TextFile.write(text, to: path)
        var golden = try GoldenCase(path, named: "x")
        try golden.rewrite(section: 1, with: ["new"])
        #expect(try TextFile.read(path) == "# why\n\nin\n----------\nnew\n----------\nmore\n\n")
        TextFile.remove(path)
    }

    @Test func `a difference marks the lines that differ`() throws {
        let golden = GoldenCase(path: "/p.golden", name: "p", text: "")
        #expect(golden.difference(of: ["a"], from: ["a"], called: "x") == nil)
        let difference = try #require(
            golden.difference(of: ["a", "c"], from: ["a", "b"], called: "x")
        )
        #expect(
            difference == """
                /p.golden: x
                  expected:
                      a
                    > b
                  seen:
                      a
                    > c
                """
        )
    }
}
