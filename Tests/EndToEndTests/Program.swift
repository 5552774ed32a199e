import Foundation
import Glibc
import TestSupport
import Testing

/// The built program, run to its end.
struct Program {
    let code: Int32?
    let output: [String]
    let errors: [String]

    /// Runs it with these words and waits.
    init(_ words: [String]) throws {
        let process = try ChildProcess(RunningGatehouse.binary, words)
        code = process.waitForExit(within: .seconds(5))
        if code == nil { process.send(signal: SIGKILL) }
        _ = process.lines(of: .output, atLeast: .max) { _ in true }
        _ = process.lines(of: .error, atLeast: .max) { _ in true }
        output = process.lines(of: .output)
        errors = process.lines(of: .error)
    }
}

/// `gatehouse echo`, listening.
final class RunningEcho: Sendable {
    let process: ChildProcess
    let endpoint: Endpoint

    init(on address: String = "127.0.0.1:0") throws {
        process = try ChildProcess(RunningGatehouse.binary, ["echo", "--listen", address])
        let ready = "gatehouse echo: listening on "
        let lines = process.lines(of: .error, atLeast: 1) { $0.hasPrefix(ready) }
        guard let line = lines.first, let endpoint = Endpoint(String(line.dropFirst(ready.count)))
        else {
            process.send(signal: SIGKILL)
            throw NotListening(said: process.lines(of: .error))
        }
        self.endpoint = endpoint
    }

    deinit { process.send(signal: SIGKILL) }

    struct NotListening: Error { let said: [String] }
}

/// A gateway that ends with the test.
final class Gateway: Sendable {
    let running: RunningGatehouse
    var process: ChildProcess { running.process }
    var endpoint: Endpoint { running.endpoints[0] }
    var entry: String { running.entry }

    init(
        listen: [String] = ["127.0.0.1:0"],
        before upstream: Endpoint,
        _ rules: [String] = []
    ) throws {
        running = try RunningGatehouse(listen: listen, upstream: upstream, rules: rules)
    }

    deinit { process.send(signal: SIGKILL) }

    func client(at number: Int = 0) throws -> RawClient {
        try #require(RawClient(to: running.endpoints[number]))
    }

    /// Waits for a line on the error stream.
    func says(
        _ text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let lines = process.lines(of: .error, atLeast: 1) { $0.contains(text) }
        #expect(!lines.isEmpty, "\(text)", sourceLocation: sourceLocation)
    }
}

extension ChildProcess {
    /// Open descriptors, as the kernel lists them.
    var descriptorCount: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd"))?.count ?? 0
    }

    /// A figure of the kernel's about its memory, in KiB.
    func memory(_ name: String) throws -> Int {
        let status = try TextFile.read("/proc/\(id)/status")
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name + ":") })
        let digits = line.filter(\.isNumber)
        return try #require(Int(digits))
    }
}

extension RawClient {
    func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends a request and waits for its final answer.
    func ask(
        _ request: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> StrictAnswer {
        send(request)
        return try answer(
            to: String(request.prefix { $0 != " " }),
            sourceLocation: sourceLocation
        )
    }

    func get(
        _ target: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> StrictAnswer {
        try ask("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n", sourceLocation: sourceLocation)
    }

    func answer(
        to method: String = "GET",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> StrictAnswer {
        while true {
            let next = nextAnswer(to: method, within: .seconds(5))
            guard case .answer(let answer) = next else {
                Issue.record("no answer but \(next)", sourceLocation: sourceLocation)
                throw NoAnswer()
            }
            if !answer.isInterim { return answer }
        }
    }

    struct NoAnswer: Error {}
}

extension StrictAnswer {
    func value(_ name: String) -> String? { fields.values(name).first }
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// Waits for something to come true that no message tells of.
func wait(
    _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation,
    until holds: () throws -> Bool
) rethrows {
    let deadline = ContinuousClock.now + .seconds(15)
    while try !holds() {
        guard ContinuousClock.now < deadline else {
            Issue.record(what, sourceLocation: sourceLocation)
            return
        }
        poll(nil, 0, 1)
    }
}

/// A path that no other test and no other run has.
func freshPath(_ name: String) -> String {
    "/tmp/gatehouse-test-\(ProcessID.own)-\(UUID().uuidString.prefix(8))-\(name)"
}
