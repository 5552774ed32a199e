import Glibc

/// An entry file for the built program: sites that let everything through, and whatever a test adds.
///
/// Each rule is a sentence. Those of `gateway` are put there, those that begin with `upstream` in the one
/// upstream, those that begin with `route` in the site; the rest stands at the top. Three words are short for
/// more: `websocket` for the routes that read, `bodies 1KiB` for how much each route takes, and `trust NETWORK`.
public struct GateFile: Sendable {
    public var listen: [String]
    public var servers: [String]
    public var rules: [String]
    /// The names the site is served under.
    public var hosts = GateFile.usualHosts

    public static let usualHosts = [
        "a", "h", "host", "localhost", "soak", "example.com", "a.test", "app.test", "gate.test",
    ]
    /// Where strangers may write: no wildcard may.
    public static let writtenPaths = [
        "/", "/1", "/2", "/form", "/thing", "/upload", "/api", "/write", "/slow", "/post",
    ]

    public init(listen: [String] = ["127.0.0.1:0"], servers: [String], _ rules: [String] = []) {
        self.listen = listen
        self.servers = servers
        self.rules = rules
    }

    /// The file's text.
    public var text: String {
        let gateway = listen.map { "listen " + Self.place($0) } + rules.filter(isOfGateway) + trust
        let upstream =
            servers.map { "servers " + Self.place($0) }
            + rules.filter { $0.hasPrefix("upstream ") }.map { String($0.dropFirst(9)) }
        let top = rules.filter { rule in
            !isOfGateway(rule) && !Self.inside.contains { rule.hasPrefix($0) }
        }
        return """
            language 1
            gateway {
            \(gateway.joined(separator: "\n"))
            }
            \(trustedList)
            upstream app {
            \(upstream.joined(separator: "\n"))
            }
            limit plenty {
              for POST PUT PATCH DELETE
              at most 1000000/s per everyone
              if redis is down refuse
            }
            site \(hosts.joined(separator: ", ")) {
              send to app
              accept bytes, json, form, multipart, text, xml up to \(bodies)
            \(routes.joined(separator: "\n"))
            }
            \(top.joined(separator: "\n"))

            """
    }

    /// Writes it into a file of its own, for whoever asked to remove.
    public func write() throws(TextFile.Failure) -> String {
        let path = Self.freshPath()
        try TextFile.write(text, to: path)
        return path
    }

    /// A path that no other test and no other run has.
    public static func freshPath() -> String {
        var bytes = [UInt8](repeating: 0, count: 8)
        unsafe getentropy(&bytes, bytes.count)
        let name = bytes.map { String($0, radix: 16) }.joined()
        return "/tmp/gatehouse-test-\(ProcessID.own)-\(name).gate"
    }

    // MARK: Parts

    private static let inside = ["upstream ", "route ", "trust ", "bodies ", "websocket"]
    private static let ofGateway = [
        "workers ", "certificate ", "tls at least ", "client certificates ",
        "optional client ", "secret ", "insist ", "at most ", "memory ", "deadlines ", "listen ",
        "headers ", "close ",
    ]

    private func isOfGateway(_ rule: String) -> Bool {
        Self.ofGateway.contains { rule.hasPrefix($0) }
    }

    private var bodies: String {
        rules.last { $0.hasPrefix("bodies ") }.map { String($0.dropFirst(7)) } ?? "16GiB"
    }

    private var trusted: [String] {
        rules.filter { $0.hasPrefix("trust ") }.map { String($0.dropFirst(6)) }
    }

    private var trust: [String] {
        trusted.isEmpty ? [] : ["trust x-forwarded-for from trusted"]
    }

    private var trustedList: String {
        trusted.isEmpty ? "" : "list trusted of ip { \(trusted.joined(separator: ", ")) }"
    }

    private var routes: [String] {
        let open = "public because \"a test\""
        let writes = "public including POST PUT PATCH DELETE because \"a test\""
        let websocket = rules.contains("websocket") ? "\nwebsocket" : ""
        var routes = ["route read GET /** { \(open)\(websocket)\n}"]
        for (number, path) in Self.writtenPaths.enumerated() {
            routes.append(
                "route write_\(number) GET POST PUT PATCH DELETE \(path) { \(writes)\(websocket)\n}"
            )
        }
        for (number, rule) in rules.filter({ $0.hasPrefix("route ") }).enumerated() {
            routes.append(
                rule.replacing("route ", with: "route added_\(number) ", maxReplacements: 1)
            )
        }
        return routes
    }

    /// An address as a flag of other programs has it, as the rules do.
    static func place(_ text: String) -> String {
        guard text.hasPrefix("unix:") else { return text }
        let words = text.dropFirst(5).split(separator: " ", maxSplits: 1)
        return (["unix \"\(words[0])\""] + words.dropFirst().map(String.init))
            .joined(separator: " ")
    }
}

/// An entry file on the disk, which goes when this does.
public final class WrittenGateFile: Sendable {
    public let path: String

    public init(_ file: GateFile) throws(TextFile.Failure) { path = try file.write() }

    public convenience init(
        listen: [String] = ["127.0.0.1:0"],
        before upstream: Endpoint,
        _ rules: [String] = []
    ) throws(TextFile.Failure) {
        try self.init(GateFile(listen: listen, servers: ["\(upstream)"], rules))
    }

    deinit { TextFile.remove(path) }
}
