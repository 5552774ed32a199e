import Glibc

/// The claims about rules: that judging a request costs the same however much the rules say, and that
/// much is soon compiled.
///
/// All policies stand side by side and are measured in turns, so that a host whose speed changes is
/// unfair to all alike; growth is taken within each turn.
struct RulesBenchmark {
    private static let growthMax = 150.0
    private static let evaluationMax = 1500.0
    private static let compileMax = 1000.0

    private let options: Options

    init(_ options: Options) { self.options = options }

    private struct Row: Encodable {
        let routes: Int
        let entries: Int
        let exclusions: Int
        let nanosecondsPerEvaluation: Figures
        let nanosecondsPerExcuse: Figures
        let compileMilliseconds: Double
        let compilePeakBytes: Int
        let policyBytes: Int
    }

    private struct Figures: Encodable {
        let median: Double
        let min: Double
        let runs: [Double]

        init(_ runs: [Double]) {
            self.runs = runs
            median = RulesBenchmark.median(runs)
            min = runs.min() ?? 0
        }
    }

    private struct Report: Encodable {
        let claims: [Claim]
        let rows: [Row]
    }

    /// Prints what was found; whether all claims hold.
    func run() throws(Trouble) -> Bool {
        var trials: [RuleTrial] = []
        for sizes in RuleSizes.all {
            note("compiling \(sizes.title)")
            trials.append(try RuleTrial(sizes))
        }
        let count = options.isQuick ? 20_000 : 100_000
        // Not counted: what is touched first is not in any cache yet.
        for trial in trials { try trial.warm() }
        for round in 0..<(options.isQuick ? 5 : 21) {
            note("round \(round + 1)")
            for trial in trials {
                try trial.judge(count)
                try trial.excuse(count)
            }
        }
        let rows = trials.map(Self.row)
        let claims = try Self.claims(trials)
        switch options.format {
        case .json: say(try JSONText.of(Report(claims: claims, rows: rows)))
        case .text:
            for line in Self.table(rows) { say(line) }
            for claim in claims { say("  " + claim.sentence) }
        }
        return claims.allSatisfy(\.holds)
    }

    // MARK: What is wanted

    private static func claims(_ trials: [RuleTrial]) throws(Trouble) -> [Claim] {
        guard let smallest = trials.first, let largest = trials.last else {
            throw Trouble("nothing was measured")
        }
        let growth = zip(largest.nanoseconds, smallest.nanoseconds).map { $0 - $1 }
        let excuses = zip(largest.exclusionNanoseconds, smallest.exclusionNanoseconds)
            .map { $0 - $1 }
        let dearest = trials.map { median($0.nanoseconds) }.max() ?? 0
        return [
            Claim(
                "ns an evaluation grows from the smallest to the largest",
                median(growth) + median(excuses),
                atMost: growthMax
            ),
            Claim("ns an evaluation costs at most", dearest, atMost: evaluationMax),
            Claim(
                "ms to compile 10,000 routes and 100,000 addresses",
                largest.compileMilliseconds,
                atMost: compileMax
            ),
        ]
    }

    private static func row(_ trial: RuleTrial) -> Row {
        Row(
            routes: trial.sizes.routes,
            entries: trial.sizes.entries,
            exclusions: trial.sizes.exclusions,
            nanosecondsPerEvaluation: Figures(trial.nanoseconds),
            nanosecondsPerExcuse: Figures(trial.exclusionNanoseconds),
            compileMilliseconds: trial.compileMilliseconds,
            compilePeakBytes: trial.peakBytes,
            policyBytes: trial.residentBytes
        )
    }

    private static func table(_ rows: [Row]) -> [String] {
        let titles = [
            "routes", "addresses", "exclusions", "ns/request", "min", "ns/excuse", "compile ms",
            "peak MiB",
        ]
        return [line(titles)]
            + rows.map { row in
                line([
                    "\(row.routes)", "\(row.entries)", "\(row.exclusions)",
                    Table.number(row.nanosecondsPerEvaluation.median, 0),
                    Table.number(row.nanosecondsPerEvaluation.min, 0),
                    Table.number(row.nanosecondsPerExcuse.median, 1),
                    Table.number(row.compileMilliseconds, 1),
                    Table.number(Double(row.compilePeakBytes) / 1_048_576, 1),
                ])
            }
    }

    private static func line(_ cells: [String]) -> String {
        cells.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
    }

    static func median(_ runs: [Double]) -> Double {
        guard !runs.isEmpty else { return 0 }
        let sorted = runs.sorted()
        return (sorted[sorted.count / 2] + sorted[(sorted.count - 1) / 2]) / 2
    }
}
