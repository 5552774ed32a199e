import Foundation
import Glibc

/// Under what conditions the figures were found.
struct Conditions: Codable {
    let machine: String
    let versions: [String]
    let runs: Int
    let secondsARun: Int
    let loadAtStart: Double

    init(_ options: Options, _ roster: Roster) throws(Trouble) {
        machine = Self.machine
        versions = [
            try Self.firstLine(of: [options.gatehouse, "--version"], roster),
            try Self.firstLine(of: ["nginx", "-v"], roster),
            try Self.firstLine(of: ["haproxy", "-v"], roster),
        ]
        runs = options.runs
        secondsARun = options.seconds
        var load = 0.0
        getloadavg(&load, 1)
        loadAtStart = load
    }

    var lines: [String] {
        var lines = [
            machine,
            versions.joined(separator: " · "),
            "\(runs) runs of \(secondsARun) s each, alternating; one worker each, pinned to core "
                + "\(Cores.proxy); load and upstream on core \(Cores.others)",
        ]
        if loadAtStart > 0.5 {
            let load = Table.number(loadAtStart, 2)
            lines.append("the machine was not quiet: load \(load) at the start")
        }
        return lines
    }

    private static var machine: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let models = text.split(separator: "\n").filter { $0.hasPrefix("model name") }
        let model = models.first?.split(separator: ":").last?.drop { $0 == " " } ?? "unknown"
        let kernel = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8))
        let release = kernel.map { $0.trimmingCharacters(in: .newlines) } ?? "unknown"
        return "\(models.count) × \(model), Linux \(release)"
    }

    private static func firstLine(
        of command: [String],
        _ roster: Roster
    ) throws(Trouble) -> String {
        _ = try roster.write("", to: "version.out")
        let child = try roster.start("version", on: Cores.others, command)
        defer { roster.end(child) }
        try child.wait()
        let text = (try? String(contentsOfFile: child.output, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first.map(String.init) ?? "unknown"
        let words = line.split(separator: " ").prefix(4).joined(separator: " ")
        return words.replacingOccurrences(of: "nginx version: ", with: "")
    }
}
