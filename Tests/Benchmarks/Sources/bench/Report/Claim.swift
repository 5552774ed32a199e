/// What is wanted of a row, beside what was found.
struct Claim: Codable {
    let subject: String
    let found: Double
    let wantedAtMost: Double
    let holds: Bool

    static func all(for row: RowResult) -> [Claim] {
        Measure.allCases.compactMap { measure in
            guard let wanted = row.wanted[measure],
                let ours = row.median(measure, of: .gatehouse)
            else { return nil }
            switch wanted {
            case .atMost(let most): return Claim(measure.words, ours, atMost: most)
            case .ratio(let most):
                guard let theirs = row.median(measure, of: .nginx), theirs > 0 else { return nil }
                return Claim("\(measure.words) against nginx", ours / theirs, atMost: most)
            }
        }
    }

    init(_ subject: String, _ found: Double, atMost limit: Double) {
        self.subject = subject
        self.found = found
        wantedAtMost = limit
        holds = found <= limit
    }

    var sentence: String {
        let digits = wantedAtMost > 100 ? 0 : 2
        let verdict = holds ? "holds" : "falls short"
        let wanted = Table.number(wantedAtMost, digits)
        return "\(subject) \(Table.number(found, digits)) (at most \(wanted)): \(verdict)"
    }
}
