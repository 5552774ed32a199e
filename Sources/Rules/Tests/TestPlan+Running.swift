public import Policy

/// Running the tests under a policy.
extension TestPlan {
    /// - budget: once it is used up, no further test begins, and the one under way is left.
    /// - countsCoverage: notes what the tests touch, which costs a trace of every request.
    public func run(
        under policy: Policy,
        within budget: Duration? = nil,
        countsCoverage: Bool = false
    ) -> TestReport {
        var report = TestReport()
        var walk = TestWalk(self, policy, end: budget.map { ContinuousClock.now + $0 })
        walk.coverage = countsCoverage ? Coverage() : nil
        for (index, test) in tests.enumerated() {
            switch walk.run(test) {
            case .passed: report.passedCount += 1
            case .failed(let diagnostic): report.failures.append(diagnostic)
            case .outOfTime:
                report.notRunCount = tests.count - index
                report.coverage = walk.coverage ?? Coverage()
                return report
            }
        }
        report.coverage = walk.coverage ?? Coverage()
        return report
    }

    /// Whether every test passes; the first that does not ends it.
    func holds(under policy: Policy, firstTrying likely: Int = 0) -> (holds: Bool, failed: Int) {
        var walk = TestWalk(self, policy, end: nil)
        walk.isBrief = true
        let order = tests.indices.contains(likely) ? [likely] + tests.indices : Array(tests.indices)
        for index in order {
            guard case .passed = walk.run(tests[index]) else { return (false, index) }
        }
        return (true, 0)
    }
}

/// One test after the other, each in a world of its own.
private struct TestWalk: ~Copyable {
    enum Ending {
        case passed
        case failed(Diagnostic)
        case outOfTime
    }

    private struct Halt: Error {
        let ending: Ending
    }

    /// A request of the test that is under way.
    private struct Sent {
        let outcome: Outcome
        let at: SourceRange
        let number: Int
        let count: Int

        func label(in round: (number: Int, count: Int)?) -> String {
            var label = count > 1 ? "request \(number) of \(count) in here" : "this request"
            if let round, round.count > 1 {
                label += ", in round \(round.number) of \(round.count)"
            }
            return label
        }
    }

    private let plan: TestPlan
    private let policy: Policy
    private let end: ContinuousClock.Instant?
    private var world: TestWorld
    /// Requests since the last `expect`.
    private var sent: [Sent] = []
    private var last: Sent?
    private var isTraced = false
    /// Nobody reads why a test failed.
    var isBrief = false
    var coverage: Coverage?

    init(_ plan: TestPlan, _ policy: Policy, end: ContinuousClock.Instant?) {
        self.plan = plan
        self.policy = policy
        self.end = end
        world = TestWorld(now: plan.now)
    }

    mutating func run(_ test: TestPlan.Test) -> Ending {
        isTraced = coverage != nil
        let ending = runOnce(test)
        guard case .failed = ending, !isTraced, !isBrief else { return ending }
        // Once more, with somebody taking notes: it is the same world, so it fails the same way.
        isTraced = true
        return runOnce(test)
    }

    private mutating func runOnce(_ test: TestPlan.Test) -> Ending {
        world.begin(now: plan.now)
        sent = []
        last = nil
        do throws(Halt) {
            try run(test.acts, of: test, round: nil)
            return .passed
        } catch { return error.ending }
    }

    private mutating func run(
        _ acts: [TestPlan.Act],
        of test: TestPlan.Test,
        round: (number: Int, count: Int)?
    ) throws(Halt) {
        for act in acts {
            if let end, ContinuousClock.now >= end { throw Halt(ending: .outOfTime) }
            switch act {
            case .at(let moment): world.now = moment
            case .condition("redis is down"): world.store.isDown = true
            case .condition("maintenance is on"): world.isUnderMaintenance = true
            case .condition: world.isKillSwitchOn = true
            case .repeating(let count, let inner):
                for number in 1...max(count, 1) {
                    try run(inner, of: test, round: (number, count))
                }
            case .send(let requests, let at): send(requests, at)
            case .expect(let verdict): try judge(verdict, test, round)
            case .broken(let diagnostic): throw Halt(ending: .failed(diagnostic))
            }
        }
    }

    private mutating func send(_ requests: [TestRequest], _ at: SourceRange) {
        // Of one sentence all come one after the other, however often it is repeated.
        if sent.last?.at != at { sent = [] }
        for (index, request) in requests.enumerated() {
            let trace = isTraced ? Trace() : nil
            let outcome = world.send(request, under: policy, trace: trace)
            coverage?.note(outcome, policy)
            let sent = Sent(outcome: outcome, at: at, number: index + 1, count: requests.count)
            self.sent.append(sent)
            last = sent
        }
    }

    /// The last request, or with `every request` all of the last sentence that sent any.
    private mutating func judge(
        _ verdict: VerdictItem,
        _ test: TestPlan.Test,
        _ round: (number: Int, count: Int)?
    ) throws(Halt) {
        guard let last else {
            let diagnostic = Diagnostic(
                .testFails,
                "nothing was sent that this could be expected of",
                at: verdict.at,
                "no `send` or `replay` stands before it"
            )
            throw Halt(ending: .failed(diagnostic))
        }
        let judged = verdict.isOfEvery ? sent : [last]
        guard let wrong = judged.first(where: { !verdict.holds(for: $0.outcome) }) else {
            sent = []
            return
        }
        throw Halt(ending: .failed(diagnostic(verdict, wrong, test, round)))
    }

    // MARK: Saying it

    private func diagnostic(
        _ verdict: VerdictItem,
        _ wrong: Sent,
        _ test: TestPlan.Test,
        _ round: (number: Int, count: Int)?
    ) -> Diagnostic {
        let outcome = wrong.outcome
        var diagnostic = Diagnostic(
            .testFails,
            "the test \"\(test.title.value)\" fails",
            at: verdict.at,
            outcome.came
        )
        .related(wrong.at, wrong.label(in: round))
        if let refusal = outcome.refusal, let line = plan.sources.line(of: refusal.place) {
            diagnostic = diagnostic.related(line, "this decided")
        }
        diagnostic = diagnostic.note(outcome.why)
        if !outcome.findings.isEmpty {
            diagnostic = diagnostic.note("found: " + outcome.findings.joined(separator: "; "))
        }
        if let last = outcome.lines.last(where: { $0.place != .none }), outcome.refusal == nil {
            let place = policy.text(of: last.place)
            diagnostic = diagnostic.note("stage \(last.stage.rawValue), \(last.text) (\(place))")
        }
        return diagnostic
    }
}

extension Sources {
    /// The words of the line at a place; nil for nowhere.
    func line(of place: SourcePlace) -> SourceRange? {
        let (file, line) = (Int(place.file), Int(place.line) - 1)
        guard line >= 0, file < files.count, line < files[file].lineCount else { return nil }
        let range = files[file].range(ofLine: line)
        let bytes = files[file].bytes
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, bytes[start] <= 0x20 { start += 1 }
        while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
        return SourceRange(file: file, start..<end)
    }

    /// The place that the policy has for something written here.
    func place(of range: SourceRange) -> SourcePlace {
        let line = files[range.file].line(at: range.start) + 1
        return SourcePlace(file: UInt16(clamping: range.file), line: UInt32(clamping: line))
    }
}
