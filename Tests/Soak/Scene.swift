import Glibc
import TestSupport

/// The gateway with its supervisor, its upstream, and what the kernel says of their processes.
final class Scene: Sendable {
    let gateway: ChildProcess
    let endpoint: Endpoint
    private let echo: ChildProcess
    private let upstream: Endpoint
    /// Every crew there ever was.
    private let seen = Monitor<Set<Int32>>([])

    /// What a process holds.
    struct Holding: Sendable {
        let residentKiB: Int
        let descriptors: Int
    }

    init(_ options: SoakOptions) throws(ChildProcess.NotStarted) {
        let any = ["--listen", "127.0.0.1:0"]
        let upstream: Endpoint
        (echo, upstream) = try Self.start([options.gatehouse, "echo"] + any)
        do throws(ChildProcess.NotStarted) {
            (gateway, endpoint) = try Self.start(
                [options.gatehouse, "run", Self.write(before: upstream)]
            )
            self.upstream = upstream
        } catch {
            echo.send(signal: SIGKILL)
            throw error
        }
    }

    /// Starts a program that ends if this one does, however that happens, and waits until it listens.
    private static func start(
        _ words: [String]
    ) throws(ChildProcess.NotStarted) -> (ChildProcess, Endpoint) {
        let process = try ChildProcess("/usr/bin/setpriv", ["--pdeathsig", "TERM"] + words)
        let ready = ": listening on "
        let lines = process.lines(of: .error, atLeast: 1) { $0.contains(ready) }
        let address = lines.first?.split(separator: " ").last.map(String.init)
        guard let address, let endpoint = Endpoint(address) else {
            process.send(signal: SIGKILL)
            throw .init(description: "\(words) does not listen")
        }
        return (process, endpoint)
    }

    deinit { end() }

    /// Writes the rules; a path that cannot be written is not there to be read either.
    private static func write(before upstream: Endpoint) -> String {
        let file = GateFile(
            servers: ["\(upstream)"],
            ["websocket", "access log \"\(logPath)\""]
        )
        try? TextFile.write(file.text, to: rulesPath)
        return rulesPath
    }

    /// Changes the rules for the next reload; every third time into what cannot be read.
    ///
    /// Good or not; only the good ones may run.
    func rewrite(_ turn: Int) -> Bool {
        let isGood = turn % 3 != 2
        let more =
            isGood ? "gateway { headers { set x-turn \"\(turn)\" } }\n" : "gateway { nonsense }\n"
        let text = (try? TextFile.read(Self.write(before: upstream))) ?? ""
        try? TextFile.write(text + more, to: Self.rulesPath)
        return isGood
    }

    static let rulesPath = "/tmp/gatehouse-soak-\(ProcessID.own).gate"
    static let logPath = "/tmp/gatehouse-soak-\(ProcessID.own).log"

    var supervisor: Int32 { gateway.id }

    /// The supervisor's children, the newest last.
    var crews: [Int32] {
        let text = (try? TextFile.read("/proc/\(supervisor)/task/\(supervisor)/children")) ?? ""
        let found = text.split(separator: " ").compactMap { Int32($0) }
        seen.withState { $0.formUnion(found) }
        return found.sorted()
    }

    /// Waits until a process other than these serves, and answers which; nil after ten seconds.
    func newCrew(otherThan old: [Int32]) -> Int32? {
        let end = ContinuousClock.now + .seconds(10)
        while .now < end {
            if let new = crews.first(where: { !old.contains($0) }) { return new }
            pause(.milliseconds(1))
        }
        return nil
    }

    static func holding(of id: Int32) -> Holding {
        let status = (try? TextFile.read("/proc/\(id)/status")) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        var count = 0
        if let folder = unsafe opendir("/proc/\(id)/fd") {
            while unsafe readdir(folder) != nil { count += 1 }
            unsafe closedir(folder)
        }
        return Holding(
            residentKiB: Int(line.filter(\.isNumber)) ?? 0,
            // Without the two names of every folder.
            descriptors: max(count - 2, 0)
        )
    }

    /// Whether a process has ended, be it buried or not.
    static func isDead(_ id: Int32) -> Bool {
        guard let text = try? TextFile.read("/proc/\(id)/stat") else { return true }
        return text.drop { $0 != ")" }.dropFirst(2).first == "Z"
    }

    /// Ends the gateway in order; what is wrong about how it went.
    func stop() -> [String] {
        _ = crews
        var faults: [String] = []
        gateway.send(signal: SIGTERM)
        let code = gateway.waitForExit(within: .seconds(15))
        if code != 0 { faults.append("it ended with \(code.map(String.init) ?? "nothing at all")") }
        let left = seen.withState { $0 }.filter { !Self.isDead($0) }
        if !left.isEmpty { faults.append("processes are left: \(left)") }
        end()
        return faults
    }

    /// Ends everything at once.
    func end() {
        let crews = crews
        gateway.send(signal: SIGKILL)
        for crew in crews { kill(crew, SIGKILL) }
        echo.send(signal: SIGKILL)
        _ = unsafe unlink(Self.logPath)
        _ = unsafe unlink(Self.rulesPath)
    }
}
