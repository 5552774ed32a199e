import Glibc

/// The comparison: each row, its runs alternating between the contenders.
struct ProxyBenchmark {
    private let options: Options
    private let roster: Roster

    init(_ options: Options, _ roster: Roster) {
        self.options = options
        self.roster = roster
    }

    /// A request must not cost more because there are more servers to choose from.
    private func wantFlat(_ results: inout [RowResult]) {
        guard let one = results.first(where: { $0.name == "servers-1" }) else { return }
        for index in results.indices where results[index].name.hasPrefix("servers-1") {
            guard results[index].name != one.name else { continue }
            results[index].want(
                .cpu,
                atMost: 1.05,
                timesThatOf: one,
                "CPU against one server, beside nginx's"
            )
        }
    }

    /// Prints the report; whether every row holds what is wanted of it.
    func run() throws(Trouble) -> Bool {
        guard sysconf(Int32(_SC_NPROCESSORS_ONLN)) >= 2 else {
            throw Trouble("two cores are needed: one for the proxy, one for the load")
        }
        try Limits.raiseOpenFiles()
        let conditions = try Conditions(options, roster)
        var results: [RowResult] = []
        for row in LoadRow.all where options.row ?? row.name == row.name {
            results.append(try row.measure(options, in: roster))
        }
        wantFlat(&results)
        for row in HandshakeRow.all where options.row ?? row.name == row.name {
            results.append(try row.measure(options, in: roster))
        }
        for row in IdleRow.all where options.row ?? row.name == row.name {
            results.append(try row.measure(options, in: roster))
        }
        switch options.format {
        case .text: say(Table(conditions, results).text)
        case .json: say(try JSONReport(conditions, results).text)
        }
        return results.allSatisfy(\.holds)
    }
}
