import Foundation

/// The report for a machine: every run, not only its median.
struct JSONReport {
    private struct Document: Encodable {
        let conditions: Conditions
        let rows: [Row]
    }

    private struct Row: Encodable {
        let row: String
        let title: String
        let verdict: String
        let faults: [String]
        let claims: [Claim]
        let figures: [String: [String: Figures]]
    }

    private struct Figures: Encodable {
        let median: Double
        let min: Double
        let runs: [Double]
    }

    private let document: Document

    init(_ conditions: Conditions, _ results: [RowResult]) {
        document = Document(conditions: conditions, rows: results.map(Self.row))
    }

    var text: String {
        get throws(Trouble) {
            try JSONText.of(document)
        }
    }

    private static func row(_ result: RowResult) -> Row {
        var figures: [String: [String: Figures]] = [:]
        for (contender, measures) in result.runs {
            for (measure, runs) in measures {
                figures[contender.rawValue, default: [:]][measure.rawValue] = Figures(
                    median: result.median(measure, of: contender) ?? 0,
                    min: result.least(measure, of: contender) ?? 0,
                    runs: runs
                )
            }
        }
        return Row(
            row: result.name,
            title: result.title,
            verdict: result.faults.isEmpty ? (result.holds ? "holds" : "falls short") : "void",
            faults: result.faults,
            claims: result.claims,
            figures: figures
        )
    }
}

/// JSON as all reports print it: sorted, so that two reports can be compared line by line.
enum JSONText {
    static func of(_ value: some Encodable) throws(Trouble) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            throw Trouble("the report does not become JSON")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
