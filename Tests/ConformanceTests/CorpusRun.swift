import Synchronization
import TestSupport

/// All cases played once, against the built program, and what was found in each.
///
/// Cases that need the program with the same rules share one, and take turns on it, so that every
/// byte the upstream sees is theirs; groups run beside each other. The tests ask for the result
/// of their case, and the first to ask starts the run.
enum CorpusRun {
    struct Result: Sendable {
        var complaints: [String] = []
        var desyncs: [String] = []
        var isWronglyRefused = false
        /// Codes of the gateway's own answers.
        var codes: Set<String> = []
    }

    static func results() async -> [String: Result] { await run.value }

    static func result(of wireCase: WireCase) async -> Result {
        await results()[wireCase.golden.path] ?? Result(complaints: ["it was not played"])
    }

    private static let run = Task {
        let groups = Dictionary(
            grouping: Corpus.requests.cases + Corpus.answers.cases,
            by: \.staging
        )
        return await withTaskGroup(of: [String: Result].self) { tasks in
            for (staging, cases) in groups {
                // The plain rules have most of the cases: two halves finish sooner than a whole.
                let half = cases.count > 100 ? cases.count / 2 : cases.count
                for part in [cases[..<half], cases[half...]] where !part.isEmpty {
                    tasks.addTask { await Threads.run { play(Array(part), staging) } }
                }
            }
            return await tasks.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        }
    }

    private static func play(_ cases: [WireCase], _ staging: Staging) -> [String: Result] {
        var results: [String: Result] = [:]
        let upstream = RecordingUpstream(staging.upstream)
        defer { upstream.stop() }
        var stage: Stage?
        for wireCase in cases {
            do throws(ChildProcess.NotStarted) {
                let current: Stage
                if let stage { current = stage } else { current = try Stage(staging, upstream) }
                stage = current
                results[wireCase.golden.path] = play(wireCase, on: current)
                if let code = current.gatehouse.process.waitForExit(within: .zero) {
                    let said = current.gatehouse.process.lines(of: .error).suffix(5)
                    results[wireCase.golden.path]?.complaints.append(
                        "\(wireCase.golden.path): the program ended with \(code): \(said)"
                    )
                    stage = nil
                }
            } catch {
                results[wireCase.golden.path] = Result(
                    complaints: ["\(wireCase.golden.path): \(error)"]
                )
            }
        }
        stage?.gatehouse.stop()
        return results
    }

    private static func play(_ wireCase: WireCase, on stage: Stage) -> Result {
        let player = Player(
            gateway: stage.gatehouse.endpoints[0],
            upstream: stage.upstream,
            hasUpstream: wireCase.staging.upstream == .accepting
        )
        let seen = player.play(wireCase)
        let judge = Judge(wireCase: wireCase, seen: seen)
        var result = Result(
            complaints: judge.complaints(),
            desyncs: judge.desyncs(),
            isWronglyRefused: judge.isWronglyRefused
        )
        result.codes = Set(seen.finalAnswers.compactMap { Problem($0)?.code })
        if GoldenCase.isUpdating, !result.complaints.isEmpty {
            do {
                try judge.updateGolden()
            } catch {
                result.complaints.append("\(error)")
            }
        }
        return result
    }
}

/// A running program and the upstream it forwards to.
private struct Stage {
    let gatehouse: RunningGatehouse
    let upstream: RecordingUpstream

    private static let sockets = Atomic(0)

    init(_ staging: Staging, _ upstream: RecordingUpstream) throws(ChildProcess.NotStarted) {
        self.upstream = upstream
        let number = Self.sockets.add(1, ordering: .relaxed).newValue
        let path = "unix:/tmp/gatehouse-conformance-\(ProcessID.own)-\(number).sock"
        var file = GateFile(
            listen: [staging.listen == "unix" ? path : staging.listen],
            servers: ["\(upstream.endpoint)"],
            ["workers 1", "access log off"] + staging.rules
        )
        file.hosts = Corpus.hosts
        gatehouse = try RunningGatehouse(file)
    }
}
