import Foundation
import Glibc

/// The claim that ten times what can be borne is borne: what is refused is the lowest classes, what is
/// admitted is not much slower than in calm, and memory stays where it is.
///
/// The upstream serves 50 requests at a time for 50 ms each on average, which is 1,000 a second. The gateway lets
/// 100 be under way. In calm 300 requests a second are offered, in the flood 10,000, at fixed moments.
struct OverloadBenchmark {
    private static let slots = 50
    private static let serviceMilliseconds = 50
    private static let inFlight = 100
    private static let connections = 1500
    private static let slowdownMax = 3.0
    private static let growthBytesMax = 32 << 20
    /// Shares in percent of what was offered.
    private static let answeredMin = ["health": 99.9, "auth": 99.0, "read": 99.0]

    private let options: Options
    private let roster: Roster

    init(_ options: Options, _ roster: Roster) {
        self.options = options
        self.roster = roster
    }

    private struct Result: Encodable {
        let calm: OverloadLoad.Report
        let flood: OverloadLoad.Report
        let growthBytes: Int
        let cpuSeconds: Double
        let notices: [String]
        var claims: [Claim] = []
    }

    private struct Claim: Encodable {
        let subject: String
        let found: Double
        let wanted: Double
        let holds: Bool
        var sentence: String {
            let verdict = holds ? "holds" : "falls short"
            return
                "\(subject) \(Table.number(found, 2)) (wanted \(Table.number(wanted, 2))): \(verdict)"
        }
    }

    /// Prints what became of each class; whether all claims hold.
    func run() throws(Trouble) -> Bool {
        try Limits.raiseOpenFiles()
        let ports = try Loopback.freePorts(2)
        let (upstreamPort, port) = (ports[0], ports[1])
        let upstream = try part(
            "overload-upstream",
            [
                Int(upstreamPort), Self.slots, Self.serviceMilliseconds,
            ]
        )
        try upstream.awaitListening(on: upstreamPort)
        let gatehouse = try start(on: port, before: upstreamPort)
        try gatehouse.awaitListening(on: port)
        let calmSeconds = max(options.seconds / 3, 3)
        let calm = try load(on: port, seconds: calmSeconds, isFlood: false)
        let tree = ProcessTree(of: gatehouse.pid)
        try tree.forgetPeak()
        let (memory, cpu) = (tree.residentBytes, tree.cpuMicroseconds)
        let flood = try load(on: port, seconds: options.seconds, isFlood: true)
        let text = (try? String(contentsOfFile: gatehouse.output, encoding: .utf8)) ?? ""
        var result = Result(
            calm: calm,
            flood: flood,
            growthBytes: max(tree.peakBytes, tree.residentBytes) - memory,
            cpuSeconds: (tree.cpuMicroseconds - cpu) / 1_000_000,
            notices: text.split(separator: "\n").map(String.init)
                .filter { !$0.contains("listening") }
        )
        result.claims = claims(of: result)
        switch options.format {
        case .json: say(try JSONText.of(result))
        case .text: say(table(result))
        }
        return result.claims.allSatisfy(\.holds)
    }

    // MARK: Processes

    private func part(_ word: String, _ numbers: [Int]) throws(Trouble) -> Child {
        let program = CommandLine.arguments[0]
        return try roster.start(word, on: Cores.others, [program, word] + numbers.map(String.init))
    }

    private func start(on port: UInt16, before upstream: UInt16) throws(Trouble) -> Child {
        let rules = """
            language 1
            gateway {
              workers 1
              listen 127.0.0.1:\(port)
              at most \(Self.inFlight) requests at once
            }
            upstream app { servers 127.0.0.1:\(upstream) }
            \(Open.site)
            access log "\(roster.path("access.log"))"

            """
        let file = try roster.write(rules, to: "overload.gate")
        return try roster.start("gatehouse", on: Cores.proxy, [options.gatehouse, "run", file])
    }

    private func load(
        on port: UInt16,
        seconds: Int,
        isFlood: Bool
    ) throws(Trouble) -> OverloadLoad.Report {
        _ = try roster.write("", to: "overload-load.out")
        let child = try part(
            "overload-load",
            [
                Int(port), seconds, Self.connections, isFlood ? 1 : 0,
            ]
        )
        try child.wait()
        roster.end(child)
        let text = (try? String(contentsOfFile: child.output, encoding: .utf8)) ?? ""
        guard
            let report = try? JSONDecoder().decode(
                OverloadLoad.Report.self,
                from: Data(text.utf8)
            )
        else { throw Trouble("the load said nothing: \(child.lastWords)") }
        return report
    }

    // MARK: Judgement

    private func claims(of result: Result) -> [Claim] {
        var claims: [Claim] = []
        for part in result.flood.parts {
            guard let wanted = Self.answeredMin[part.name] else { continue }
            let share = Double(part.admitted) * 100 / Double(max(part.offered, 1))
            claims.append(
                Claim(
                    subject: "\(part.name), percent answered",
                    found: share,
                    wanted: wanted,
                    holds: share >= wanted
                )
            )
        }
        for (calm, flood) in zip(result.calm.parts, result.flood.parts) where flood.admitted > 0 {
            let slowdown = Double(flood.p99) / Double(max(calm.p99, 1))
            claims.append(
                Claim(
                    subject: "\(flood.name), p99 of the admitted against calm",
                    found: slowdown,
                    wanted: Self.slowdownMax,
                    holds: slowdown <= Self.slowdownMax
                )
            )
        }
        let growth = Double(result.growthBytes) / 1_048_576
        let most = Double(Self.growthBytesMax) / 1_048_576
        claims.append(
            Claim(subject: "MiB of growth", found: growth, wanted: most, holds: growth <= most)
        )
        return claims
    }

    private func table(_ result: Result) -> String {
        var lines = [
            "capacity \(Self.slots * 1000 / Self.serviceMilliseconds) a second, "
                + "\(Self.inFlight) under way, \(Int(result.flood.seconds)) s of flood",
            "class    offered/s  admitted %  refused %  failed   p50 ms   p99 ms   refused p99 ms",
        ]
        for (name, report) in [("calm", result.calm), ("flood", result.flood)] {
            lines.append(name)
            lines += report.parts.map { row($0, report.seconds) }
            lines.append(
                "  sent late by p50 \(report.latenessP50) µs, p99 \(report.latenessP99), most "
                    + "\(report.latenessMax); \(report.reconnects) reconnects, "
                    + "\(report.unsent) without a connection"
            )
        }
        let answered = result.flood.parts.reduce(0) { $0 + $1.admitted + $1.refused }
        lines.append(
            "gateway: \(Table.number(result.cpuSeconds, 2)) s of CPU for \(answered) answers"
        )
        lines += result.notices.map { "  \($0)" } + result.claims.map(\.sentence)
        return lines.joined(separator: "\n")
    }

    private func row(_ part: OverloadLoad.Outcome, _ seconds: Double) -> String {
        let percent = { (count: Int) in Double(count) * 100 / Double(max(part.offered, 1)) }
        let name = part.name + String(repeating: " ", count: max(0, 9 - part.name.count))
        return name
            + String(
                format: "%9.0f %11.2f %10.2f %7d %8.1f %8.1f %16.1f",
                Double(part.offered) / seconds,
                percent(part.admitted),
                percent(part.refused),
                part.failed,
                Double(part.p50) / 1000,
                Double(part.p99) / 1000,
                Double(part.refusedP99) / 1000
            )
    }
}
