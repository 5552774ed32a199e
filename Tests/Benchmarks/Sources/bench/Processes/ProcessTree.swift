import Foundation
import Glibc

/// What the kernel says about a process and all that descend from it.
struct ProcessTree {
    let pids: [pid_t]

    init(of root: pid_t) {
        var children: [pid_t: [pid_t]] = [:]
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for pid in entries.compactMap({ pid_t($0) }) {
            guard let parent = Self.statistics(of: pid)?.parent else { continue }
            children[parent, default: []].append(pid)
        }
        var found = [root]
        var next = 0
        while next < found.count {
            found += children[found[next]] ?? []
            next += 1
        }
        pids = found
    }

    /// User and system time of all threads so far, in microseconds.
    ///
    /// The sum of both is exact to a clock tick a process: the kernel scales them to what its
    /// scheduler measured.
    var cpuMicroseconds: Double {
        let ticks = pids.compactMap { Self.statistics(of: $0)?.ticks }.reduce(0, +)
        return Double(ticks) * 1_000_000 / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Memory in bytes, with pages that several processes share divided among them.
    var proportionalBytes: Int {
        sum("smaps_rollup", "Pss:")
    }

    var residentBytes: Int { sum("status", "VmRSS:") }

    /// The most that was ever resident since `forgetPeak`.
    var peakBytes: Int { sum("status", "VmHWM:") }

    func forgetPeak() throws(Trouble) {
        for pid in pids {
            let file = open("/proc/\(pid)/clear_refs", O_WRONLY)
            guard file >= 0, Glibc.write(file, "5", 1) == 1 else {
                throw Trouble.system("resetting the memory peak of process \(pid)")
            }
            close(file)
        }
    }

    private func sum(_ file: String, _ label: String) -> Int {
        pids.map { pid in
            let text = (try? String(contentsOfFile: "/proc/\(pid)/\(file)", encoding: .utf8)) ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix(label) }
            return (line?.split(separator: " ").dropFirst().first).flatMap { Int($0) } ?? 0
        }
        .reduce(0, +) * 1024
    }

    /// The parent and the time used, out of `/proc/PID/stat` (proc(5): fields 4, 14 and 15).
    private static func statistics(of pid: pid_t) -> (parent: pid_t, ticks: Int)? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let name = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[name...].split(separator: " ")
        guard fields.count > 13, let parent = pid_t(fields[2]), let user = Int(fields[12]),
            let system = Int(fields[13])
        else { return nil }
        return (parent, user + system)
    }
}
