import Foundation

/// What a TLS connection costs that carries one request: key exchange, certificate and all, or resumed.
///
/// The clients come one at a time, as `openssl s_time` makes them, so only CPU is judged here.
struct HandshakeRow {
    let name: String
    let title: String
    /// Whether every connection after the first brings a ticket.
    let isResumed: Bool
    let cpuRatioMax: Double

    static let all = [
        HandshakeRow(
            name: "tls-full",
            title: "TLS 1.3, a full handshake and one request a connection",
            isResumed: false,
            cpuRatioMax: 1.05
        ),
        HandshakeRow(
            name: "tls-resumed",
            title: "TLS 1.3, a resumed handshake and one request a connection",
            isResumed: true,
            cpuRatioMax: 1
        ),
    ]

    func measure(_ options: Options, in roster: Roster) throws(Trouble) -> RowResult {
        let stage = try Stage(.secure, roster, gatehouse: options.gatehouse)
        defer { stage.end() }
        var result = RowResult(name: name, title: title, wanted: [.cpu: .ratio(cpuRatioMax)])
        for running in stage.contenders { _ = try connections(to: running, seconds: 1, roster) }
        for run in 1...options.runs {
            for running in stage.contenders {
                let tree = ProcessTree(of: running.child.pid)
                let before = tree.cpuMicroseconds
                let count = try connections(to: running, seconds: options.seconds, roster)
                let spent = (tree.cpuMicroseconds - before) / Double(count)
                result.add(spent, as: .cpu, of: running.contender)
                result.add(
                    Double(count) / Double(options.seconds),
                    as: .rate,
                    of: running.contender
                )
                let progress = "\(name) \(run)/\(options.runs) \(running.contender.rawValue)"
                note("\(progress): \(Table.number(spent, 2)) µs a connection")
            }
        }
        return result
    }

    /// How many were made; each must have been of the kind that is measured.
    ///
    /// s_time marks every connection with a letter: `r` where the session was resumed, `*` where a
    /// TLS 1.3 handshake was made in full.
    private func connections(
        to running: Running,
        seconds: Int,
        _ roster: Roster
    ) throws(Trouble) -> Int {
        _ = try roster.write("", to: "s_time.out")
        let command = [
            "openssl", "s_time", "-connect", "127.0.0.1:\(running.port)", "-www", "/",
            isResumed ? "-reuse" : "-new", "-time", "\(seconds)",
        ]
        let child = try roster.start("s_time", on: Cores.others, command)
        defer { roster.end(child) }
        try child.wait()
        let text = (try? String(contentsOfFile: child.output, encoding: .utf8)) ?? ""
        let words = text.split(separator: "\n").last { $0.contains("real seconds") }
        guard let count = words?.split(separator: " ").first.flatMap({ Int($0) }), count > 0 else {
            throw Trouble("s_time made no connection: \(child.lastWords.prefix(200))")
        }
        let mark: Character = isResumed ? "r" : "*"
        let marks = text.split(separator: "\n").first { line in
            line.count >= count && line.allSatisfy { $0 == mark }
        }
        guard marks != nil else {
            throw Trouble(
                "\(running.contender.rawValue): not every handshake was of the kind \(name)"
            )
        }
        return count
    }
}
