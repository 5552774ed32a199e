import Foundation

/// The proxies that are compared, in the order they take turns.
enum Contender: String, CaseIterable, Codable {
    case gatehouse, nginx, haproxy

    /// Sets this proxy up in front of the upstream, pinned to its own core, and starts it.
    func start(
        in roster: Roster,
        upstream servers: [UInt16],
        certificate: Certificate? = nil,
        hasWholePolicy: Bool = false,
        gatehouse: String
    ) throws(Trouble) -> Running {
        let port = try Loopback.freePorts(1)[0]
        let front = Front(
            port: port,
            certificate: certificate,
            servers: servers,
            hasWholePolicy: hasWholePolicy
        )
        let setup: (command: [String], log: String)
        switch self {
        case .gatehouse:
            let log = roster.path("gatehouse.log")
            let file = try roster.write(front.rules(loggingTo: log), to: "bench.gate")
            setup = ([gatehouse, "run", file, "--foreground"], log)
        case .nginx: setup = try Nginx.proxy(front, in: roster)
        case .haproxy: setup = try HAProxy.proxy(front, in: roster)
        }
        let child = try roster.start(rawValue, on: Cores.proxy, setup.command)
        try child.awaitListening(on: port)
        return Running(
            contender: self,
            child: child,
            port: port,
            isSecure: certificate != nil,
            accessLog: setup.log
        )
    }
}

/// What every contender is told: where to listen, with which certificate, and who stands behind.
struct Front {
    let port: UInt16
    let certificate: Certificate?
    let servers: [UInt16]
    let hasWholePolicy: Bool

    /// The same as rules: one worker, and one route that lets everything through.
    fileprivate func rules(loggingTo log: String) -> String {
        let tls = certificate == nil ? "" : " with tls"
        let pair =
            certificate.map {
                "certificate file(\"\($0.certificate)\") and key file(\"\($0.key)\")"
            } ?? ""
        let all = servers.map { "127.0.0.1:\($0)" }.joined(separator: ", ")
        return """
            language 1
            gateway {
              workers 1
              listen 127.0.0.1:\(port)\(tls)
              \(pair)
            }
            upstream \(hasWholePolicy ? "bursary" : "app") {
              servers \(all)
              balance \(servers.count > 1 ? "in turn" : "least busy")
            }
            \(hasWholePolicy ? Shipped.rules : Open.site)
            access log "\(log)"

            """
    }
}

/// The rules that ship, whole, with what an entry file adds to them.
///
/// One client asks more than anybody may: it skips the one limit that would stop it, as an operator's load
/// test would.
private enum Shipped {
    static var rules: String {
        let folder = FileManager.default.currentDirectoryPath
        let end = ISO8601DateFormatter().string(from: Date() + 90 * 86_400).prefix(10)
        return """
            environment development
            include "\(folder)/rules/policy.gate"
            include "\(folder)/rules/profiles/steady.gate"
            include "\(folder)/rules/profiles/public.gate"
            list qa_origins of origin { http://localhost:3000 }
            auth jwt {
              issuer http://localhost:8080
              audience "scholarships"
              keys http://127.0.0.1:9000/.well-known/jwks.json refresh 10m
              algorithms EdDSA ES256
              user is token.sub
              role is token.role
            }
            store memory
            allow 127.0.0.0/8 to skip reading because "a benchmark" until \(end)
            """
    }
}

/// A site that lets the benchmarks' requests through and asks them nothing.
enum Open {
    static let site = """
        limit plenty {
          for POST PUT
          at most 1000000/s per everyone
          if redis is down refuse
        }
        site bench.test, a {
          send to app
          accept bytes, json, form, text up to 16GiB
          route root GET POST PUT / { public including POST PUT because "a benchmark" }
          route read GET /** { public because "a benchmark" }
          route form GET POST /form { public including POST because "a benchmark" }
          route chunked GET POST /upload/chunked { public including POST because "a benchmark" }
          route length GET POST /upload/length { public including POST because "a benchmark" }
          route apply GET POST /apply/form { public including POST because "a benchmark" }
          route health GET /healthz {
            public because "a benchmark"
            priority health
          }
          route sign_in GET POST /sign-in {
            public including POST because "a benchmark"
            priority auth
          }
          route export GET /export/** {
            public because "a benchmark"
            priority batch
          }
        }
        """
}

/// A contender at work.
struct Running {
    let contender: Contender
    let child: Child
    let port: UInt16
    let isSecure: Bool
    let accessLog: String

    /// A connection as this contender's clients make one.
    func connect(fromHost host: UInt8 = 1, _ dialer: SecureDialer? = nil) throws(Trouble) -> Wire {
        if isSecure {
            let dialer = if let dialer { dialer } else { try SecureDialer() }
            return try dialer.connect(to: port, fromHost: host)
        }
        return Wire(fd: try Loopback.connect(to: port, fromHost: host), bufferSize: 8 << 10)
    }

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
