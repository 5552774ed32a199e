import TestSupport
import Testing

/// `gatehouse test` and `gatehouse explain CAPTURE`, as an author runs them.
struct TestCommandTests {
    private let path = freshPath("a.gate")
    private let capture = freshPath("a.curl")

    private static let rules = """
        upstream api { servers 10.0.0.1:80 }
        site a.test {
          send to api
          route home GET / { public because "anyone may look" }
          route other GET /other
        }

        test "strangers see the front page" {
          send GET https://a.test/
          expect forwarded to api
        }
        test "and nothing else" {
          send GET https://a.test/other
          expect %
        }

        """

    private func write(_ expected: String) throws {
        try TextFile.write(Self.rules.replacing("%", with: expected), to: path)
    }

    @Test func `tests that pass exit 0, one that fails 1, and no file 2`() throws {
        defer { TextFile.remove(path) }
        try write("refused by auth")
        let fine = try Program(["test", path])
        try write("forwarded")
        let wrong = try Program(["test", path])
        let other = try Program(["test", path, "--filter", "front"])
        TextFile.remove(path)
        let missing = try Program(["test", path])

        #expect(fine.code == 0 && fine.output == [])
        #expect(fine.errors.first?.hasPrefix("gatehouse: 2 tests: 2 pass, in ") == true)
        #expect(wrong.code == 1)
        #expect(wrong.output.first == "error[E1101]: the test \"and nothing else\" fails")
        #expect(wrong.errors.first?.hasPrefix("gatehouse: 2 tests: 1 pass, 1 fail, in ") == true)
        #expect(other.code == 0)
        #expect(other.errors.first?.hasPrefix("gatehouse: 1 test with \"front\": 1 pass") == true)
        #expect(missing.code == 2)
    }

    @Test func `what is untouched and unnoticed is listed, for people and for machines`() throws {
        defer { TextFile.remove(path) }
        try write("refused by auth")
        let text = try Program(["test", path, "--filter", "front", "--coverage", "--faults"])
        let json = try Program(
            ["test", path, "--filter", "front", "--coverage", "--faults", "--format", "json"]
        )

        #expect(text.code == 0)
        #expect(text.output.contains { $0.hasPrefix("  route  other") })
        #expect(text.output.contains { $0.hasPrefix("  route other: is public") })
        #expect(!text.output.contains { $0.contains("route home: is not public") })
        #expect(json.output.joined().hasPrefix("{\"passed\":1,\"failed\":0,\"notRun\":0,"))
        #expect(json.output.joined().contains("\"kind\":\"route\",\"name\":\"other\""))
        #expect(json.output.joined().contains("\"fault\":\"route other: is public\""))
    }

    @Test func `a capture is explained by the rules that are named`() throws {
        defer { TextFile.remove(path) }
        defer { TextFile.remove(capture) }
        try write("refused by auth")
        try TextFile.write("curl https://a.test/other\n", to: capture)
        let text = try Program(["explain", capture, "-c", path])
        let json = try Program(["explain", capture, "-c", path, "--format", "json"])
        try TextFile.write("curl https://a.test/$ID\n", to: capture)
        let wrong = try Program(["explain", capture, "-c", path])

        #expect(text.code == 0 && text.output.first == "GET https://a.test/other")
        #expect(text.output.contains("  verdict     refused by auth (401)"))
        #expect(
            json.output.joined().hasPrefix("[{\"method\":\"GET\",\"url\":\"https://a.test/other\"")
        )
        #expect(json.output.joined().contains("\"verdict\":\"refused by auth (401)\""))
        #expect(wrong.code == 2)
        #expect(
            wrong.errors.first?.hasSuffix("line 1: a shell would put something else here") == true
        )
    }

    @Test func `a test that fails is said by check too`() throws {
        defer { TextFile.remove(path) }
        try write("forwarded")
        let checked = try Program(["check", path])

        #expect(checked.code == 1)
        #expect(checked.output.first == "error[E1101]: the test \"and nothing else\" fails")
    }
}
