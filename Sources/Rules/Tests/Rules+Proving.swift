public import Policy

extension Rules {
    /// Tries what rules carry to prove themselves: captures are scrubbed, exclusions are needed, tests pass.
    ///
    /// - budget: how long tests may take together; those left over are counted, and nothing is said of them.
    public static func prove(
        _ compiled: Compiled,
        in files: some Files,
        now: Int64,
        within budget: Duration? = nil
    ) -> Proven {
        var diagnostics = compiled.diagnostics
        let (program, sources) = (compiled.program, compiled.sources)
        for diagnostic in CaptureChecks.run(program, sources, in: files) {
            diagnostics.add(diagnostic)
        }
        guard let policy = compiled.policy else {
            return Proven(diagnostics: diagnostics, report: TestReport())
        }
        for diagnostic in Proofs.run(program, sources, under: policy, in: files, now: now) {
            diagnostics.add(diagnostic)
        }
        let plan = TestPlan(program, of: sources, in: files, now: now)
        let report = plan.run(under: policy, within: budget)
        for failure in report.failures where !diagnostics.all.contains(failure) {
            diagnostics.add(failure)
        }
        return Proven(diagnostics: diagnostics, report: report)
    }

    /// How long the tests of one load may take; the rest of them runs where there is time.
    public static let testBudget = Duration.seconds(2)

    /// What every stage has to say of each request in a capture.
    public static func explain(
        _ capture: Capture,
        under policy: Policy,
        now: Int64
    ) -> [ExplainedRequest] {
        var world = TestWorld(now: now)
        return capture.requests.map { captured in
            guard let request = TestRequest(captured) else {
                return ExplainedRequest(captured, verdict: "not sent: it has no http or https URL")
            }
            let outcome = world.send(request, under: policy, trace: Trace())
            return ExplainedRequest(captured, outcome, policy)
        }
    }
}

/// All that is to be said of a policy once it has been tried.
public struct Proven: Sendable {
    /// With those of the check before.
    public let diagnostics: Diagnostics
    public let report: TestReport
}

/// One request of a capture, stage by stage.
public struct ExplainedRequest: Sendable {
    public struct Line: Sendable, Equatable {
        public let number: Int
        public let stage: String
        public let text: String
        /// As `sites/api.gate:61`; empty for nowhere.
        public let place: String
    }

    public let method: String
    public let url: String
    public private(set) var lines: [Line] = []
    public let verdict: String

    init(_ captured: CapturedRequest, verdict: String) {
        method = FormText.target(captured.method)
        url = FormText.target(captured.url)
        self.verdict = verdict
    }

    init(_ captured: CapturedRequest, _ outcome: Outcome, _ policy: Policy) {
        self.init(captured, verdict: outcome.verdict)
        lines = outcome.lines.map { line in
            Line(
                number: Int(line.stage.rawValue),
                stage: line.stage.name,
                text: line.text.harmless,
                place: policy.text(of: line.place)
            )
        }
    }

    /// For a terminal: stages below each other, and where each is said, aligned at the end.
    public var plain: String {
        let heads = lines.map { "\($0.number) \($0.stage)" }
        let headWidth = max(12, (heads.map(\.count).max() ?? 0) + 1)
        let textWidth = min(lines.map(\.text.count).max() ?? 0, 96)
        var text = "\(method) \(url)\n"
        for (head, line) in zip(heads, lines) {
            let said =
                line.place.isEmpty ? line.text : line.text.padded(to: textWidth) + " " + line.place
            text += "  " + head.padded(to: headWidth) + said + "\n"
        }
        return text + "  " + "verdict".padded(to: headWidth) + verdict.harmless + "\n"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    /// Without anything a terminal would obey.
    fileprivate var harmless: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.isVisible ? $0 : "?" }))
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isVisible: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
            .privateUse:
            false
        default: true
        }
    }
}
