/// What is wanted of a row, beside what was found.
struct Claim: Codable {
    /// The thresholds of `docs/performance.md`.
    private static let cpuRatioMax = 1.0
    private static let p99RatioMax = 1.1
    private static let idleBytesMax = 4.5 * 1024

    let subject: String
    let found: Double
    let wantedAtMost: Double
    let holds: Bool

    static func all(for row: RowResult) -> [Claim] {
        [
            ratio("CPU against nginx", .cpu, cpuRatioMax, row),
            ratio("p99 against nginx", .p99, p99RatioMax, row),
            row.median(.idleBytes, of: .gatehouse).map {
                Claim("bytes an idle connection", $0, atMost: idleBytesMax)
            },
        ].compactMap { $0 }
    }

    private init(_ subject: String, _ found: Double, atMost limit: Double) {
        self.subject = subject
        self.found = found
        wantedAtMost = limit
        holds = found <= limit
    }

    private static func ratio(
        _ subject: String,
        _ measure: Measure,
        _ limit: Double,
        _ row: RowResult
    ) -> Claim? {
        guard let ours = row.median(measure, of: .gatehouse),
            let theirs = row.median(measure, of: .nginx), theirs > 0
        else { return nil }
        return Claim(subject, ours / theirs, atMost: limit)
    }

    var sentence: String {
        let digits = wantedAtMost > 100 ? 0 : 2
        let verdict = holds ? "holds" : "falls short"
        let wanted = Table.number(wantedAtMost, digits)
        return "\(subject) \(Table.number(found, digits)) (at most \(wanted)): \(verdict)"
    }
}
