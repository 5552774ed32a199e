import Foundation

/// One run of the load generator and what it says afterwards.
struct Wrk {
    let requests: Int
    let bytes: Int
    let seconds: Double
    let p50Microseconds: Double
    let p99Microseconds: Double
    let socketErrors: Int
    let badStatuses: Int

    init(
        _ row: LoadRow,
        against running: Running,
        seconds: Int,
        script: String,
        in roster: Roster
    ) throws(Trouble) {
        let command = [
            "wrk", "--threads", "1", "--connections", "\(row.connections)", "--duration",
            "\(seconds)s", "--timeout", "5s", "--script", script,
            "\(running.isSecure ? "https" : "http")://127.0.0.1:\(running.port)\(row.ask.target)",
        ]
        _ = try roster.write("", to: "wrk.out")
        let child = try roster.start("wrk", on: Cores.others, command)
        defer { roster.end(child) }
        try child.wait()
        let text = (try? String(contentsOfFile: child.output, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").last { $0.hasPrefix("figures ") }
        let figures = (line ?? "").split(separator: " ").compactMap { Double($0) }
        guard figures.count == 7, figures[0] > 0 else {
            throw Trouble("wrk completed no request: \(child.lastWords)")
        }
        requests = Int(figures[0])
        bytes = Int(figures[1])
        self.seconds = figures[2] / 1_000_000
        p50Microseconds = figures[3]
        p99Microseconds = figures[4]
        socketErrors = Int(figures[5])
        badStatuses = Int(figures[6])
    }

    /// What was wrong with the run, in words; nil when nothing was.
    func fault(answerLength: Int) -> String? {
        if socketErrors > 0 { return "\(socketErrors) socket errors" }
        if badStatuses > 0 { return "\(badStatuses) answers with a status above 399" }
        if bytes < requests * answerLength { return "answers were short" }
        return nil
    }
}
