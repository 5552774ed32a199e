/// What came of a soak, and whether it is what is wanted.
struct Verdict {
    /// What the processes held at one moment.
    struct Sample {
        let moment: String
        /// The phase whose processes it is one of, for those that are compared with each other.
        let phase: Tally.Phase?
        let supervisor: Scene.Holding
        let crew: Scene.Holding
        let crewCount: Int
    }

    private let options: SoakOptions
    private var samples: [Sample] = []
    private var table: [String] = []
    var recoveries: [Duration] = []
    var faults: [String] = []

    init(_ options: SoakOptions) { self.options = options }

    var holds: Bool { faults.isEmpty }

    mutating func take(_ sample: Sample) { samples.append(sample) }

    mutating func judge(_ tally: Tally) {
        table = ["phase  kind              done  " + Self.heading]
        for phase in Tally.Phase.allCases {
            for kind in Tally.Kind.allCases {
                let row = tally.row(phase, kind)
                table.append(Self.line(phase, kind, row))
                let name = "\(phase.title), \(kind.title)"
                if row.faultCount > 0 { faults.append("\(name): \(row.faultCount) failed") }
                if row.done == 0 { faults.append("\(name): nothing was done") }
            }
        }
        // Below, what is a matter of time or of many repetitions.
        if options.isQuick { return }
        if let worst = recoveries.max(), worst > .milliseconds(100) {
            faults.append("it took \(Self.milliseconds(worst)) ms until another process answered")
        }
        judgeMemory()
    }

    /// What is held may not grow with what was done.
    private mutating func judgeMemory() {
        if let first = samples.first, let last = samples.last {
            let grown = last.supervisor.residentKiB - first.supervisor.residentKiB
            if grown > 1024 { faults.append("the supervisor grew by \(grown) KiB") }
        }
        // The first upgrade drops what the supervisor was started with.
        let later = samples.drop { $0.phase == nil }
        if let first = later.first, let last = later.last,
            last.supervisor.descriptors > first.supervisor.descriptors
        {
            faults.append("descriptors are left in the supervisor")
        }
        // Twenty versions are kept, and thirty reloads of which every third is refused bring them together.
        let full = samples.first { $0.moment == "HUP 30" }
        if let quiet = full ?? samples.first(where: { $0.moment == "quiet" }),
            let after = samples.first(where: { $0.moment == "after HUP" })
        {
            let grown = after.crew.residentKiB - quiet.crew.residentKiB
            if grown > 2048 { faults.append("the process grew by \(grown) KiB over the reloads") }
        }
        for phase in [Tally.Phase.upgrades, .kills] {
            let sizes = samples.filter { $0.phase == phase }.map(\.crew.residentKiB)
            guard sizes.count >= 10 else { continue }
            let grown = Self.mean(sizes.suffix(5)) - Self.mean(sizes.prefix(5))
            if grown > 1024 {
                faults.append("processes grew by \(grown) KiB from one to the next")
            }
        }
    }

    var text: String {
        var lines = table + [""]
        if !recoveries.isEmpty {
            let sorted = recoveries.sorted()
            lines += [
                "from a kill to the first answer: median "
                    + "\(Self.milliseconds(sorted[sorted.count / 2])) ms, "
                    + "worst \(Self.milliseconds(sorted[sorted.count - 1])) ms", "",
            ]
        }
        lines.append("moment        supervisor KiB  fds   process KiB   fds  processes")
        for sample in samples {
            lines.append(
                sample.moment.padded(to: 14)
                    + "\(sample.supervisor.residentKiB)".leftPadded(to: 14)
                    + "\(sample.supervisor.descriptors)".leftPadded(to: 5)
                    + "\(sample.crew.residentKiB)".leftPadded(to: 14)
                    + "\(sample.crew.descriptors)".leftPadded(to: 6)
                    + "\(sample.crewCount)".leftPadded(to: 11)
            )
        }
        lines.append("")
        lines += holds ? ["all holds"] : faults.map { "falls short: \($0)" }
        return lines.joined(separator: "\n")
    }

    private static let heading =
        Tally.Fault.allCases.map { $0.title.leftPadded(to: 11) }.joined()
        + "  with the killed"

    private static func line(_ phase: Tally.Phase, _ kind: Tally.Kind, _ row: Tally.Row) -> String {
        phase.title.padded(to: 7) + kind.title.padded(to: 15) + "\(row.done)".leftPadded(to: 7)
            + "  " + Tally.Fault.allCases.map { "\(row.count($0))".leftPadded(to: 11) }.joined()
            + "\(row.withTheDead)".leftPadded(to: 17)
    }

    private static func mean(_ figures: some Collection<Int>) -> Int {
        figures.reduce(0, +) / max(figures.count, 1)
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let tenths =
            duration.components.seconds * 10_000
            + duration.components.attoseconds / 100_000_000_000_000
        return "\(tenths / 10).\(tenths % 10)"
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
