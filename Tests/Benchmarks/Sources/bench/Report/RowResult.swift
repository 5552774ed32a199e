/// What is measured of a contender in a row.
enum Measure: String, CaseIterable, Codable {
    case cpu = "cpu_us_per_request"
    case p50 = "p50_us"
    case p99 = "p99_us"
    case rate = "requests_per_second"
    case idleBytes = "bytes_per_idle_connection"

    var words: String {
        switch self {
        case .cpu: "CPU"
        case .p50: "p50"
        case .p99: "p99"
        case .rate: "requests a second"
        case .idleBytes: "bytes an idle connection"
        }
    }
}

/// What is wanted of a figure of ours.
enum Wanted {
    /// At most so many times nginx's.
    case ratio(Double)
    case atMost(Double)
}

/// The runs of one row, and what was wrong with them.
struct RowResult {
    let name: String
    let title: String
    /// A row with faults is void: it proves nothing, whatever its figures.
    var faults: [String] = []
    let wanted: [Measure: Wanted]
    private(set) var runs: [Contender: [Measure: [Double]]] = [:]

    init(name: String, title: String, wanted: [Measure: Wanted]) {
        self.name = name
        self.title = title
        self.wanted = wanted
    }

    mutating func add(_ figure: Double, as measure: Measure, of contender: Contender) {
        runs[contender, default: [:]][measure, default: []].append(figure)
    }

    mutating func add(_ load: Wrk, cpu: Double, of contender: Contender) {
        add(cpu, as: .cpu, of: contender)
        add(load.p50Microseconds, as: .p50, of: contender)
        add(load.p99Microseconds, as: .p99, of: contender)
        add(Double(load.requests) / load.seconds, as: .rate, of: contender)
    }

    func median(_ measure: Measure, of contender: Contender) -> Double? {
        guard let sorted = runs[contender]?[measure]?.sorted(), !sorted.isEmpty else { return nil }
        return (sorted[sorted.count / 2] + sorted[(sorted.count - 1) / 2]) / 2
    }

    func least(_ measure: Measure, of contender: Contender) -> Double? {
        runs[contender]?[measure]?.min()
    }

    /// What is wanted beside another row.
    private(set) var comparisons: [Claim] = []

    /// Wants our figure to have grown no more than so many times since another row, beside nginx's in the
    /// same rows: the host's own speed changes from row to row.
    mutating func want(
        _ measure: Measure,
        atMost limit: Double,
        timesThatOf other: RowResult,
        _ subject: String
    ) {
        guard let now = ratio(measure), let before = other.ratio(measure), before > 0 else {
            return
        }
        comparisons.append(Claim(subject, now / before, atMost: limit))
    }

    private func ratio(_ measure: Measure) -> Double? {
        guard let ours = median(measure, of: .gatehouse), let theirs = median(measure, of: .nginx),
            theirs > 0
        else { return nil }
        return ours / theirs
    }

    var claims: [Claim] { Claim.all(for: self) + comparisons }
    var holds: Bool { faults.isEmpty && !claims.isEmpty && claims.allSatisfy(\.holds) }
}
