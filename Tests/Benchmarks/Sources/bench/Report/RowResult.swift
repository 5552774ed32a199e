/// What is measured of a contender in a row.
enum Measure: String, CaseIterable, Codable {
    case cpu = "cpu_us_per_request"
    case p50 = "p50_us"
    case p99 = "p99_us"
    case rate = "requests_per_second"
    case idleBytes = "bytes_per_idle_connection"
}

/// The runs of one row, and what was wrong with them.
struct RowResult {
    let name: String
    let title: String
    /// A row with faults is void: it proves nothing, whatever its figures.
    var faults: [String] = []
    private(set) var runs: [Contender: [Measure: [Double]]] = [:]

    init(name: String, title: String) {
        self.name = name
        self.title = title
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

    var claims: [Claim] { Claim.all(for: self) }
    var holds: Bool { faults.isEmpty && !claims.isEmpty && claims.allSatisfy(\.holds) }
}
