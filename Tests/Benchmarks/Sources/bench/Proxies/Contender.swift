import Glibc

/// The proxies that are compared, in the order they take turns.
enum Contender: String, CaseIterable, Codable {
    case gatehouse, nginx, haproxy

    /// Sets this proxy up in front of the upstream, pinned to its own core, and starts it.
    func start(
        in roster: Roster,
        upstream: UInt16,
        gatehouse: String
    ) throws(Trouble) -> Running {
        let port = try Loopback.freePorts(1)[0]
        let setup: (command: [String], log: String)
        switch self {
        case .gatehouse:
            let log = roster.path("gatehouse.log")
            let command = [
                gatehouse, "run", "--listen", "127.0.0.1:\(port)", "--upstream",
                "127.0.0.1:\(upstream)", "--workers", "1", "--access-log", log,
            ]
            setup = (command, log)
        case .nginx: setup = try Nginx.proxy(on: port, to: upstream, in: roster)
        case .haproxy: setup = try HAProxy.proxy(on: port, to: upstream, in: roster)
        }
        let child = try roster.start(rawValue, on: Cores.proxy, setup.command)
        try child.awaitListening(on: port)
        return Running(contender: self, child: child, port: port, accessLog: setup.log)
    }
}

/// A contender at work.
struct Running {
    let contender: Contender
    let child: Child
    let port: UInt16
    let accessLog: String

    /// Counts the log's lines and empties it: all proxies append, so they simply go on.
    func takeLogLines() -> Int {
        let fd = open(accessLog, O_RDWR)
        guard fd >= 0 else { return 0 }
        defer { close(fd) }
        var lines = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(fd, &buffer, buffer.count)
            guard count > 0 else { break }
            lines += buffer[..<count].count { $0 == 10 }
        }
        ftruncate(fd, 0)
        return lines
    }
}

/// The proxy under test has a core to itself; the load and the upstream share the other.
enum Cores {
    static let proxy = "0"
    static let others = "1"
}

extension Child {
    /// Waits until it takes connections, at most five seconds.
    func awaitListening(on port: UInt16) throws(Trouble) {
        for _ in 0..<500 {
            if let fd = try? Loopback.connect(to: port) {
                close(fd)
                return
            }
            if hasEnded { break }
            usleep(10_000)
        }
        throw Trouble("\(name) does not listen on port \(port): \(lastWords)")
    }
}
