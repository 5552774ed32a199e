import Glibc

/// The comparison: each row, its runs alternating between the contenders.
struct ProxyBenchmark {
    private let options: Options
    private let roster: Roster

    init(_ options: Options, _ roster: Roster) {
        self.options = options
        self.roster = roster
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
        if options.row ?? IdleRow.name == IdleRow.name {
            results.append(try IdleRow().measure(options, in: roster))
        }
        switch options.format {
        case .text: say(Table(conditions, results).text)
        case .json: say(try JSONReport(conditions, results).text)
        }
        return results.allSatisfy(\.holds)
    }
}
