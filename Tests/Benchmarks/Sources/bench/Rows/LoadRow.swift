import Glibc

/// One kind of traffic, measured on each contender in turn.
struct LoadRow {
    let name: String
    let title: String
    let ask: Ask
    let connections: Int
    var scene = Scene.plain

    static let all =
        [
            LoadRow(
                name: "get-64",
                title: "keep-alive GET, 64 connections, 1 KiB answers",
                ask: form,
                connections: 64
            ),
            LoadRow(
                name: "get-4",
                title: "keep-alive GET, 4 connections, 1 KiB answers",
                ask: form,
                connections: 4
            ),
            LoadRow(
                name: "post-1k",
                title: "POST of 1 KiB, 64 connections, 1 KiB answers",
                ask: Ask(method: "POST", target: "/apply/form?step=2", bodyLength: 1024),
                connections: 64
            ),
            LoadRow(
                name: "answer-1m",
                title: "keep-alive GET, 16 connections, 1 MiB answers",
                ask: Ask(method: "GET", target: "/large", bodyLength: 0),
                connections: 16
            ),
            LoadRow(
                name: "tls-64",
                title: "TLS 1.3 keep-alive GET, 64 connections, 1 KiB answers",
                ask: form,
                connections: 64,
                scene: .secure
            ),
            LoadRow(
                name: "tls-1m",
                title: "TLS 1.3 keep-alive GET, 16 connections, 1 MiB answers",
                ask: Ask(method: "GET", target: "/large", bodyLength: 0),
                connections: 16,
                scene: .secure
            ),
            LoadRow(
                name: "rules-64",
                title: "keep-alive GET, 64 connections, under all rules that ship",
                ask: Ask(
                    method: "GET",
                    target: "/search?q=plan",
                    bodyLength: 0,
                    host: "scholarships.example"
                ),
                connections: 64,
                scene: .judged
            ),
        ] + [1, 10, 100].map(servers)

    private static let form = Ask(method: "GET", target: "/apply/form?step=2", bodyLength: 0)

    /// The same load on more and more servers.
    private static func servers(_ count: Int) -> LoadRow {
        LoadRow(
            name: "servers-\(count)",
            title: "keep-alive GET, 64 connections, \(count) upstream servers in turn",
            ask: form,
            connections: 64,
            scene: Scene(serverCount: count)
        )
    }

    func measure(_ options: Options, in roster: Roster) throws(Trouble) -> RowResult {
        let stage = try Stage(scene, roster, gatehouse: options.gatehouse)
        defer { stage.end() }
        let right = try stage.checkAnswers(to: ask)
        let script = try roster.write(ask.script, to: "\(name).lua")
        var result = RowResult(
            name: name,
            title: title,
            wanted: [.cpu: .ratio(1), .p99: .ratio(1.1)]
        )
        for running in stage.contenders {
            _ = try Wrk(self, against: running, seconds: 1, script: script, in: roster)
        }
        sleep(LogCount.flushSeconds)
        var logs = LogCount(stage.contenders)
        for run in 1...options.runs {
            for running in stage.contenders {
                let tree = ProcessTree(of: running.child.pid)
                let before = tree.cpuMicroseconds
                let load = try Wrk(
                    self,
                    against: running,
                    seconds: options.seconds,
                    script: script,
                    in: roster
                )
                let spent = (tree.cpuMicroseconds - before) / Double(load.requests)
                result.add(load, cpu: spent, of: running.contender)
                logs.expect(load.requests, from: running.contender)
                if let fault = load.fault(answerLength: right.length) {
                    result.faults.append("\(running.contender.rawValue), run \(run): \(fault)")
                }
                let progress = "\(name) \(run)/\(options.runs) \(running.contender.rawValue)"
                note("\(progress): \(Table.number(spent, 2)) µs a request")
            }
            logs.take(from: stage.contenders)
        }
        sleep(LogCount.flushSeconds)
        logs.take(from: stage.contenders)
        result.faults += logs.faults
        return result
    }
}

/// Whether each contender wrote the lines it owes: a log that drops lines is cheaper, not better.
struct LogCount {
    /// Longer than any contender keeps a line to itself.
    static let flushSeconds: UInt32 = 2

    private var owed: [Contender: Int] = [:]
    private var written: [Contender: Int] = [:]

    init(_ contenders: [Running]) {
        for running in contenders { _ = running.takeLogLines() }
    }

    mutating func expect(_ requests: Int, from contender: Contender) {
        owed[contender, default: 0] += requests
    }

    mutating func take(from contenders: [Running]) {
        for running in contenders {
            written[running.contender, default: 0] += running.takeLogLines()
        }
    }

    /// A thousandth may be missing: a truncation can meet a write.
    var faults: [String] {
        Contender.allCases.compactMap { contender in
            let (lines, requests) = (written[contender] ?? 0, owed[contender] ?? 0)
            guard lines < requests - requests / 1000 else { return nil }
            return "\(contender.rawValue) logged \(lines) lines for \(requests) requests"
        }
    }
}
