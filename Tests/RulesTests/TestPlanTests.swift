import Rules
import TestSupport
import Testing
import Vocabulary

/// Tests in the language, run: what they notice, what they touch, and how long they may take.
struct TestPlanTests {
    private static let rules = """
        upstream api { servers 10.0.1.10:8443 }
        list qa of ip { 198.51.100.0/24 }
        gateway { close /_debug/** }
        site api.example.com {
          send to api
          route search GET /search { public because "a test" }
          route other GET /other { public because "a test" }
          limit reading { for GET HEAD
            at most 3/m per ip
            if redis is down let through }
          allow qa to skip reading on search because "a test" until 2026-12-31
          block banned when query.q is "no"
        }

        """

    private func plan(_ tests: String, filter: String? = nil) throws -> (TestPlan, Compiled) {
        let compiled = try compile(Self.rules + tests)
        #expect(compiled.diagnostics.hasErrors == false)
        let plan = TestPlan(
            compiled.program,
            of: compiled.sources,
            in: TextFiles([:]),
            now: DiagnosticTests.today,
            filter: filter
        )
        return (plan, compiled)
    }

    private func run(_ tests: String, filter: String? = nil) throws -> TestReport {
        let (plan, compiled) = try plan(tests, filter: filter)
        return plan.run(under: try #require(compiled.policy))
    }

    private static let search = "send GET https://api.example.com/search"

    @Test func `the example's tests all pass on their day`() throws {
        let folder = ExampleTests.folder
        let compiled = try Rules.compile(
            entry: folder + "/main.gate",
            in: DiskFiles(),
            now: DiagnosticTests.today
        )
        let proven = Rules.prove(compiled, in: DiskFiles(), now: DiagnosticTests.today)
        let report = TextReport(compiled.sources, masking: [])

        #expect(proven.report.passedCount == 33)
        #expect(proven.diagnostics.sorted.filter { $0.severity != .note }.map(report.text) == [])
    }

    @Test(arguments: ShippedRulesTests.entries)
    func `the shipped rules prove themselves`(entry: String) throws {
        let compiled = try Rules.compile(
            entry: ShippedRulesTests.folder + "/" + entry,
            in: DiskFiles(),
            now: ShippedRulesTests.today
        )
        let proven = Rules.prove(compiled, in: DiskFiles(), now: ShippedRulesTests.today)
        let report = TextReport(compiled.sources, masking: [])

        #expect(proven.diagnostics.sorted.filter { $0.severity != .note }.map(report.text) == [])
        #expect(proven.report.passedCount > 60 && proven.report.notRunCount == 0)
    }

    @Test func `each test begins in a world of its own`() throws {
        let test =
            "test \"%\" { repeat 3 { \(Self.search)\nexpect forwarded }\n\(Self.search)\nexpect limited by reading }\n"
        let report = try run(test.replacing("%", with: "a") + test.replacing("%", with: "b"))

        #expect(report.passedCount == 2 && report.isFine)
    }

    @Test func `a title is enough to run one test`() throws {
        let tests =
            "test \"Search works\" { \(Self.search)\nexpect forwarded }\ntest \"b\" { \(Self.search)\nexpect clean }\n"

        #expect(try run(tests, filter: "search").runCount == 1)
        #expect(try run(tests, filter: "WORKS").runCount == 1)
        #expect(try run(tests, filter: "nothing").runCount == 0)
    }

    @Test func `every request is judged where every one is meant, and else the last`() throws {
        let mixed = "repeat 4 { \(Self.search) }\nexpect "
        #expect(try run("test \"a\" { \(mixed)limited by reading }\n").isFine)
        #expect(try !run("test \"a\" { \(mixed)every request limited by reading }\n").isFine)
        #expect(try !run("test \"a\" { \(mixed)every request forwarded }\n").isFine)
    }

    @Test func `time that is used up leaves the rest unrun, and blames nobody`() throws {
        let slow = "test \"a\" { repeat 100000 { \(Self.search) }\nexpect limited by reading }\n"
        let (plan, compiled) = try plan(slow + slow.replacing("\"a\"", with: "\"b\""))
        let start = ContinuousClock.now
        let report = plan.run(under: try #require(compiled.policy), within: .milliseconds(50))

        #expect(report.notRunCount == 2 && report.isFine && report.passedCount == 0)
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    @Test func `what no test touches is listed, and nothing else`() throws {
        let tests = """
            test "a" {
              \(Self.search)
              expect forwarded
              \(Self.search) from 198.51.100.7
              expect forwarded
            }

            """
        let (plan, compiled) = try plan(tests)
        let policy = try #require(compiled.policy)
        let gaps = plan.run(under: policy, countsCoverage: true).coverage
            .gaps(in: policy, compiled.program, compiled.sources)

        #expect(
            gaps.map { "\($0.kind) \($0.name)" } == ["route other", "public other", "block banned"]
        )
        #expect(gaps.first?.place == "main.gate:7")
    }

    @Test func `a fault in the rules is noticed by the test that is about it`() throws {
        let tests = """
            test "a" {
              repeat 3 { \(Self.search)
              expect forwarded }
              \(Self.search)
              expect limited by reading
              \(Self.search)?q=no from 192.0.2.9
              expect refused by banned
              send GET https://api.example.com/_debug
              expect refused by closed
            }

            """
        let (plan, compiled) = try plan(tests)
        let faults = RuleFaults(of: try #require(compiled.policy))
        let unnoticed = faults.unnoticed(by: plan).map(\.text)

        for text in [
            "limit reading: 3/m is doubled", "limit reading: 3/m is gone", "block banned is gone",
            "close /_debug/**: is open", "route search: is not public",
        ] {
            #expect(!unnoticed.contains(text), "\(text)")
        }
        for text in [
            "the allowance is gone", "the allowance never ends",
            "the allowance holds on every route",
            "route other: is not public",
        ] {
            #expect(unnoticed.contains(text), "\(text)")
        }
        #expect(faults.count > unnoticed.count)
    }

    @Test func `explaining a capture says each stage, its place and the verdict`() throws {
        let compiled = try compile(Self.rules)
        let capture = try Capture.read(Array("curl 'https://api.example.com/search?q=no'".utf8))
        let text = Rules.explain(
            capture,
            under: try #require(compiled.policy),
            now: DiagnosticTests.today
        ).map(\.plain).joined()

        #expect(
            text == """
                GET https://api.example.com/search?q=no
                  1 host      api.example.com is served     main.gate:4
                  2 protocol  one normal form
                  3 closed    no closed path matches
                  6 route     search: /search               main.gate:6
                  7 block     refused: banned, blocked, 403 main.gate:12
                  verdict     refused by banned (403)

                """
        )
    }
}
