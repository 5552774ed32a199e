public import Policy
import Vocabulary

/// Where requests go, and on what terms.
public struct UpstreamItem: Sendable {
    public struct Server: Sendable {
        public let place: Said<Installation.Place>
        /// Its share beside the others'.
        public let weight: Said<Int>?
    }

    public struct Check: Sendable {
        public let path: Name
        public let every: Said<Duration>
        public let within: Said<Duration>?
    }

    public struct TLS: Sendable {
        public var authority: Said<Secret>?
        public var certificate: Said<Secret>?
        public var key: Said<Secret>?
        /// The name its certificate must bear.
        public var name: Name?
        public let at: SourceRange
    }

    public var name: Name
    public var servers: [Server] = []
    public var serversFrom: Said<Secret>?
    public var tls: TLS?
    public var check: Check?
    public var timeout: Said<Duration>?
    public var balance: Said<Installation.Upstream.Balance>?
    public var cookie: Name?
    public var connectionMax: Said<Int>?
    public var waitingMax: Said<Int>?
    public var waiting: Said<Duration>?
    /// 0 for never.
    public var ejectAfter: Said<Int>?
    public var breakAbove: Said<Int>?
    public var retryAtMost: Said<Int>?
    /// The name server to ask, in place of the system's.
    public var resolver: Said<Installation.Place>?
    public var at: SourceRange

    private static let words = [
        "servers", "tls", "check", "timeout", "balance", "stay", "at", "eject", "break", "retry",
        "resolver",
    ]

    /// Reads `upstream api { servers 10.0.1.10:8443 }`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "upstream api { servers 10.0.1.10:8443 }"
        name = try sentence.name(example: example)
        at = sentence.statement.at
        try sentence.expectBlock(example: example)
        var item = self
        sentence.each(of: "`upstream`", Self.words) { (inner, word) throws(Sentence.Halt) in
            try item.read(word, &inner)
        }
        self = item
    }

    private mutating func read(_ word: String, _ inner: inout Sentence) throws(Sentence.Halt) {
        switch word {
        case "servers": try readServers(&inner)
        case "tls": try readTLS(&inner)
        case "check": try readCheck(&inner)
        case "timeout":
            inner.set(&timeout, to: try inner.duration(example: "timeout 10s"), as: "`timeout`")
        case "balance": try readBalance(&inner)
        case "stay":
            let example = "stay by cookie \"server\""
            try inner.expect("by", "cookie", example: example)
            inner.set(&cookie, to: try inner.text(example: example), as: "`stay`")
        case "at": try readCap(&inner)
        case "eject":
            let example = "eject after 5 failures"
            if inner.takes("never") {
                inner.set(&ejectAfter, to: Said(0, at: inner.statement.at), as: "`eject`")
                return
            }
            try inner.expect("after", example: example)
            let count = try inner.integer(in: 1...1000, "a count", example: example)
            inner.set(&ejectAfter, to: count, as: "`eject`")
            try inner.expect("failures", example: example)
        case "break":
            let example = "break above 50% failures"
            if inner.takes("never") {
                inner.set(&breakAbove, to: Said(0, at: inner.statement.at), as: "`break`")
                return
            }
            try inner.expect("above", example: example)
            inner.set(&breakAbove, to: try inner.percent(example: example), as: "`break`")
            try inner.expect("failures", example: example)
        case "resolver": try readResolver(&inner)
        default:
            let example = "retry at most 20%"
            try inner.expect("at", "most", example: example)
            inner.set(&retryAtMost, to: try inner.percent(example: example), as: "`retry`")
        }
    }

    private mutating func readCheck(_ inner: inout Sentence) throws(Sentence.Halt) {
        let example = "check GET /healthz every 5s within 2s"
        guard inner.takes(.upper)?.text == "GET" else {
            throw inner.missing("`GET`", example: example)
        }
        guard let path = inner.takes(.path) else {
            throw inner.missing("a path", example: example)
        }
        try inner.expect("every", example: example)
        let every = try inner.duration(example: example)
        var within: Said<Duration>?
        if inner.takes("within") { within = try inner.duration(example: example) }
        check = Check(path: Said(path.text, at: path.at), every: every, within: within)
    }

    private mutating func readCap(_ inner: inout Sentence) throws(Sentence.Halt) {
        let example = "at most 100 connections and 200 waiting for 1s"
        try inner.expect("most", example: example)
        let count = try inner.integer(in: 1...1_000_000, "a cap", example: example)
        inner.set(&connectionMax, to: count, as: "the cap")
        try inner.expect("connections", example: example)
        guard inner.takes("and") else { return }
        waitingMax = try inner.integer(in: 0...65_536, "a queue", example: example)
        try inner.expect("waiting", example: example)
        if inner.takes("for") { waiting = try inner.duration(example: example) }
    }

    private mutating func readResolver(_ inner: inout Sentence) throws(Sentence.Halt) {
        let example = "resolver 127.0.0.1:53"
        guard let place = try inner.place() else {
            throw inner.missing("an address with its port", example: example)
        }
        inner.set(&resolver, to: place, as: "`resolver`")
    }

    private mutating func readServers(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "servers 10.0.1.10:8443, api.internal:8443 weight 2"
        if sentence.isNext("env") || sentence.isNext("file") {
            let secret = try sentence.secret(example: "servers env(\"API_SERVERS\")")
            sentence.set(&serversFrom, to: secret, as: "where the servers are")
            return
        }
        repeat {
            guard let place = try sentence.place() else {
                throw sentence.missing("a server with its port", example: example)
            }
            var weight: Said<Int>?
            if sentence.takes("weight") {
                weight = try sentence.integer(in: 1...100, "a weight", example: example)
            }
            servers.append(Server(place: place, weight: weight))
        } while sentence.takes(.comma) != nil || !sentence.isAtEnd
    }

    private mutating func readTLS(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "tls with ca file(\"/etc/gatehouse/internal-ca.pem\")"
        var item = TLS(at: sentence.statement.at)
        while sentence.takes("with") || sentence.takes("and") {
            if sentence.takes("ca") {
                item.authority = try sentence.secret(example: example)
            } else if sentence.takes("certificate") {
                item.certificate = try sentence.secret(example: example)
            } else if sentence.takes("key") {
                item.key = try sentence.secret(example: example)
            } else if sentence.takes("name") {
                guard let token = sentence.takes(.dotted) ?? sentence.takes(.word) else {
                    throw sentence.missing("a host name", example: "tls with name api.internal")
                }
                item.name = Said(token.text, at: token.at)
            } else {
                throw sentence.missing("`ca`, `certificate`, `key` or `name`", example: example)
            }
        }
        if (item.certificate == nil) != (item.key == nil) {
            throw sentence.missing("both `certificate` and `key`", example: example)
        }
        if let tls { sentence.sayAgain(item.at, tls.at, "`tls`") }
        tls = item
    }

    private mutating func readBalance(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "balance by header.x-tenant"
        let value: Installation.Upstream.Balance
        if sentence.takes("least", "busy") {
            value = .leastBusy
        } else if sentence.takes("in", "turn") {
            value = .inTurn
        } else {
            try sentence.expect("by", example: example)
            if sentence.takes("client") {
                value = .byClient
            } else if let token = sentence.takes(.dotted) {
                value = .byField(token.text)
            } else {
                throw sentence.missing("`client` or a field", example: example)
            }
        }
        sentence.set(&balance, to: Said(value, at: sentence.statement.at), as: "`balance`")
    }
}
