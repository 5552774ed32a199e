import Foundation
import Glibc
import TestSupport
import Testing

/// A gateway as in production: a supervisor and its crew, all of which end with the test.
final class Supervised: Sendable {
    let running: RunningGatehouse
    /// Crews that were seen, which a test may have left without their supervisor.
    private let seen = Monitor<Set<Int32>>([])
    var process: ChildProcess { running.process }
    var entry: String { running.entry }
    var endpoint: Endpoint { running.endpoints[0] }

    init(
        listen: [String] = ["127.0.0.1:0"],
        before upstream: Endpoint,
        _ rules: [String] = [],
        binary: String = RunningGatehouse.binary
    ) throws {
        running = try RunningGatehouse(
            listen: listen,
            upstream: upstream,
            rules: rules + ["deadlines { idle 1s }"],
            isSupervised: true,
            binary: binary
        )
    }

    deinit {
        // Its children are not ours to wait for: first they are found, then the supervisor goes.
        let crews = process.children
        process.send(signal: SIGKILL)
        for crew in crews { kill(crew, SIGKILL) }
        let orphans = seen.withState { $0 }.subtracting(crews)
        for orphan in orphans where ProcessFacts(id: orphan).arguments.contains(running.entry) {
            kill(orphan, SIGKILL)
        }
    }

    func client(at number: Int = 0) throws -> RawClient {
        try #require(RawClient(to: running.endpoints[number]))
    }

    /// The one process that serves, once there is one alone.
    func crew(otherThan old: Int32? = nil) throws -> Int32 {
        var found: [Int32] = []
        wait("there is no one crew") {
            found = process.children
            return found.count == 1 && found[0] != old
        }
        let now = found
        seen.withState { $0.formUnion(now) }
        return try #require(found.first)
    }

    /// Kills the supervisor alone.
    func orphanCrews() {
        let crews = process.children
        seen.withState { $0.formUnion(crews) }
        process.send(signal: SIGKILL)
    }

    /// Waits for so many lines on the error stream.
    func says(
        _ text: String,
        times: Int = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let lines = process.lines(of: .error, atLeast: times) { $0.contains(text) }
        #expect(lines.count >= times, "\(text)", sourceLocation: sourceLocation)
    }
}

extension ChildProcess {
    /// Its children, zombies among them.
    var children: [Int32] {
        let text = (try? TextFile.read("/proc/\(id)/task/\(id)/children")) ?? ""
        return text.split(separator: " ").compactMap { Int32($0) }
    }
}

/// What the kernel knows of a process.
struct ProcessFacts {
    let id: Int32

    var exists: Bool { kill(id, 0) == 0 }

    /// The program it runs.
    var program: String { link("exe") }

    /// What each of its descriptors leads to.
    var descriptors: [Int: String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd")) ?? []
        let numbers = names.compactMap { Int($0) }
        return Dictionary(uniqueKeysWithValues: numbers.map { ($0, link("fd/\($0)")) })
    }

    var arguments: [String] { list("cmdline") }
    var environment: [String] { list("environ") }

    /// A line of `/proc/PID/status`.
    func status(_ name: String) -> String {
        let text = (try? TextFile.read("/proc/\(id)/status")) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
        return line.dropFirst(name.count + 1).split(separator: "\t").joined(separator: " ")
    }

    private func link(_ name: String) -> String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/\(name)")) ?? ""
    }

    private func list(_ name: String) -> [String] {
        let text = (try? TextFile.read("/proc/\(id)/\(name)")) ?? ""
        return text.split(separator: "\0").map(String.init)
    }
}
