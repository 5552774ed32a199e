import Rules
import Testing
import Vocabulary

/// Rules under which requests are judged, and sentences of the language about what must come of them.
///
/// The rules are text, and so are the sentences: the evaluator is tested through what it is for. Each
/// sentence is a test of the language in a world of its own.
struct Sentences {
    /// The day on which everything happens that says nothing else.
    static let today = Day("2026-11-20")?.start ?? 0

    private let rules: String

    private static let auth = """
        auth jwt {
          issuer https://login.example.com
          audience "api"
          keys https://login.example.com/jwks.json
          algorithms ES256
          user is token.sub
          role is token.role
        }
        """

    /// - site: what is said inside `site api.example.com`, beside where it sends.
    /// - knowsTokens: an `auth` says how they are read.
    init(site: String, above: String = "", knowsTokens: Bool = true) {
        rules = """
            upstream api { servers 10.0.1.10:8443 }
            upstream other { servers 10.0.1.11:8443 }
            \(knowsTokens ? Self.auth : "")
            \(above)
            site api.example.com {
              send to api
              \(site)
            }

            """
    }

    /// Holds the rules to `test`, which is what stands between the braces of a test.
    func say(_ test: String, _ place: SourceLocation = #_sourceLocation) throws {
        let text = rules + "test \"it\" {\n\(test)\n}\n"
        let compiled = try Rules.compile(
            entry: "main.gate",
            in: TextFiles(["main.gate": text]),
            now: Self.today
        )
        let report = TextReport(compiled.sources, masking: [])
        let errors = compiled.diagnostics.sorted.filter { $0.severity == .error }.map(report.text)
        guard let policy = compiled.policy else {
            Issue.record("\(errors.joined(separator: "\n"))", sourceLocation: place)
            return
        }
        let plan = TestPlan(
            compiled.program,
            of: compiled.sources,
            in: TextFiles([:]),
            now: Self.today
        )
        let failures = plan.run(under: policy).failures.map(report.text)
        #expect(failures.isEmpty, "\(failures.joined())", sourceLocation: place)
    }

    /// One request, and what must come of it.
    func send(
        _ request: String,
        _ verdict: String,
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        try say("send \(request)\nexpect \(verdict)", place)
    }
}
