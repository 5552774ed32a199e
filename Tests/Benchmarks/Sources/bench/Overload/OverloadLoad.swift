import Foundation
import Glibc

/// Requests at fixed moments, whatever becomes of those before: what a crowd does, which does not wait
/// for its turn.
///
/// Each is sent on a connection that is free, so a slow answer holds up nobody else. Its time runs from
/// the moment it was due. How late the sending itself was is part of the report: a load generator that
/// falls behind measures itself.
struct OverloadLoad {
    /// One class of the crowd.
    struct Part {
        let name: String
        let request: [UInt8]
        /// Requests a second, in calm and in the flood.
        let calm: Int
        let flood: Int
    }

    static let parts = [
        Part("health", "GET", "/healthz", calm: 20, flood: 20),
        Part("auth", "POST", "/sign-in", calm: 20, flood: 30),
        Part("read", "GET", "/page", calm: 200, flood: 500),
        Part("write", "POST", "/form", calm: 30, flood: 3780),
        Part("batch", "GET", "/export/all", calm: 30, flood: 5670),
    ]

    /// What became of one class.
    struct Outcome: Codable {
        var name = ""
        var offered = 0
        var admitted = 0
        var refused = 0
        var failed = 0
        /// Of those that were admitted, in microseconds.
        var p50 = 0
        var p99 = 0
        var refusedP99 = 0
    }

    struct Report: Codable {
        var parts: [Outcome] = []
        var seconds = 0.0
        var latenessP50 = 0
        var latenessP99 = 0
        var latenessMax = 0
        var reconnects = 0
        /// Requests that found every connection taken.
        var unsent = 0
    }

    private struct Line {
        var buffer = MessageBuffer()
        var part = -1
        var due = 0
    }

    private let port: UInt16
    private let duration: Int
    private let connections: Int
    private let isFlood: Bool
    private var ready = ReadyList()
    private var lines: [Int32: Line] = [:]
    private var free: [Int32] = []
    private var report = Report()
    private var times: [[Int]]
    private var refusals: [[Int]]
    private var lateness: [Int] = []

    init(_ port: UInt16, _ seconds: Int, _ connections: Int, isFlood: Bool) {
        self.port = port
        duration = seconds * 1_000_000
        self.connections = connections
        self.isFlood = isFlood
        times = Array(repeating: [], count: Self.parts.count)
        refusals = times
        report.parts = Self.parts.map { part in
            var outcome = Outcome()
            outcome.name = part.name
            return outcome
        }
    }

    mutating func run() {
        for number in 0..<connections { connect(fromHost: UInt8(2 + number % 8)) }
        let start = Microseconds.now()
        let rates = Self.parts.map { isFlood ? $0.flood : $0.calm }
        // Each class begins a little later than the one before it, lest they all come together.
        var next = rates.indices.map { start + 1_000_000 / rates[$0] * $0 / rates.count }
        let end = start + duration
        while true {
            let now = Microseconds.now()
            for part in rates.indices {
                while next[part] <= min(now, end) {
                    send(part, due: next[part], at: now)
                    next[part] += 1_000_000 / rates[part]
                }
            }
            let isOver = now > end
            if isOver, lines.allSatisfy({ $0.value.part < 0 }) || now > end + 3_000_000 { break }
            let wake = isOver ? now + 10_000 : next.min() ?? now
            for descriptor in ready.wait(microseconds: wake - now) { hear(descriptor) }
        }
        report.seconds = Double(duration) / 1_000_000
        print(finished)
    }

    private mutating func connect(fromHost host: UInt8) {
        guard let descriptor = try? Loopback.connect(to: port, fromHost: host) else { return }
        ready.watch(descriptor)
        lines[descriptor] = Line()
        free.append(descriptor)
    }

    private mutating func send(_ part: Int, due: Int, at now: Int) {
        report.parts[part].offered += 1
        lateness.append(now - due)
        guard let descriptor = free.popLast() else {
            report.unsent += 1
            report.parts[part].failed += 1
            return
        }
        lines[descriptor]?.part = part
        lines[descriptor]?.due = due
        _ = Self.parts[part].request.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }

    private mutating func hear(_ descriptor: Int32) {
        guard lines[descriptor]?.buffer.read(from: descriptor) == true else {
            return replace(descriptor)
        }
        while let head = lines[descriptor]?.buffer.next() {
            guard let line = lines[descriptor], line.part >= 0 else { continue }
            let time = Microseconds.now() - line.due
            switch head.dropFirst(9).prefix(3) {
            case ArraySlice("200".utf8):
                report.parts[line.part].admitted += 1
                times[line.part].append(time)
            case ArraySlice("503".utf8):
                report.parts[line.part].refused += 1
                refusals[line.part].append(time)
            default: report.parts[line.part].failed += 1
            }
            lines[descriptor]?.part = -1
            free.append(descriptor)
        }
    }

    private mutating func replace(_ descriptor: Int32) {
        if let part = lines[descriptor]?.part, part >= 0 { report.parts[part].failed += 1 }
        lines[descriptor] = nil
        free.removeAll { $0 == descriptor }
        close(descriptor)
        report.reconnects += 1
        connect(fromHost: UInt8(2 + report.reconnects % 8))
    }

    private var finished: String {
        var report = report
        for part in report.parts.indices {
            report.parts[part].p50 = Self.share(50, of: times[part])
            report.parts[part].p99 = Self.share(99, of: times[part])
            report.parts[part].refusedP99 = Self.share(99, of: refusals[part])
        }
        report.latenessP50 = Self.share(50, of: lateness)
        report.latenessP99 = Self.share(99, of: lateness)
        report.latenessMax = lateness.max() ?? 0
        for part in report.parts.indices {
            let outcome = report.parts[part]
            let missing = outcome.offered - outcome.admitted - outcome.refused - outcome.failed
            report.parts[part].failed += missing
        }
        let data = try? JSONEncoder().encode(report)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    private static func share(_ percent: Int, of times: [Int]) -> Int {
        guard !times.isEmpty else { return 0 }
        return times.sorted()[min(times.count - 1, times.count * percent / 100)]
    }
}

extension OverloadLoad.Part {
    init(_ name: String, _ method: String, _ path: String, calm: Int, flood: Int) {
        let body = method == "POST" ? String(repeating: "y", count: 300) : ""
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        let lines = Ask.fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        self.init(
            name: name,
            request: Array(
                "\(method) \(path) HTTP/1.1\r\nHost: a\r\n\(lines)\(length)\r\n\(body)".utf8
            ),
            calm: calm,
            flood: flood
        )
    }
}
