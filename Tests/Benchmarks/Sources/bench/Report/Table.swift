import Foundation

/// The report for the eye: one table, a verdict under each row.
struct Table {
    private static let columns: [(measure: Measure, title: String, digits: Int, scale: Double)] = [
        (.cpu, "CPU µs/request", 2, 1),
        (.p50, "p50 ms", 3, 1000),
        (.p99, "p99 ms", 3, 1000),
        (.rate, "requests/s", 0, 1),
        (.idleBytes, "idle bytes", 0, 1),
    ]

    private let conditions: Conditions
    private let results: [RowResult]

    init(_ conditions: Conditions, _ results: [RowResult]) {
        self.conditions = conditions
        self.results = results
    }

    var text: String {
        let lines = conditions.lines + [""] + heading + results.flatMap(row)
        return lines.joined(separator: "\n")
    }

    static func number(_ figure: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", figure)
    }

    private var heading: [String] {
        let titles = Self.columns.map { column in column.title.leftPadded(to: 17) }
        let kinds = Self.columns.map { _ in "median     min".leftPadded(to: 17) }
        return ["".padded(to: 10) + titles.joined(), "".padded(to: 10) + kinds.joined()]
    }

    private func row(_ row: RowResult) -> [String] {
        let contenders = Contender.allCases.map { contender in
            contender.rawValue.padded(to: 10)
                + Self.columns.map { cell(row, contender, $0) }.joined()
        }
        let faults = row.faults.map { "  void: \($0)" }
        let claims = row.claims.map { "  \($0.sentence)" }
        let verdict = row.faults.isEmpty ? (row.holds ? "holds" : "falls short") : "void"
        let title = "\(row.name): \(row.title)"
        return ["", title] + contenders + claims + faults + ["  row \(row.name) \(verdict)"]
    }

    private func cell(
        _ row: RowResult,
        _ contender: Contender,
        _ column: (measure: Measure, title: String, digits: Int, scale: Double)
    ) -> String {
        guard let median = row.median(column.measure, of: contender),
            let least = row.least(column.measure, of: contender)
        else { return "-".leftPadded(to: 9) + "-".leftPadded(to: 8) }
        return Self.number(median / column.scale, column.digits).leftPadded(to: 9)
            + Self.number(least / column.scale, column.digits).leftPadded(to: 8)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
