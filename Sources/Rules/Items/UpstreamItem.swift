public import Policy
import Vocabulary

/// Where requests go, and on what terms.
public struct UpstreamItem: Sendable {
    public struct Check: Sendable {
        public let path: Name
        public let every: Said<Duration>
    }

    public struct TLS: Sendable {
        public var authority: Said<Secret>?
        public var certificate: Said<Secret>?
        public var key: Said<Secret>?
        /// The name its certificate must bear.
        public var name: Name?
        public let at: SourceRange
    }

    public enum Balance: Sendable, Equatable {
        case leastBusy
        case inTurn
        case byClient
        case byField(String)
    }

    public var name: Name
    public var servers: [Name] = []
    public var serversFrom: Said<Secret>?
    public var tls: TLS?
    public var check: Check?
    public var timeout: Said<Duration>?
    public var balance: Said<Balance>?
    public var cookie: Name?
    public var connectionMax: Said<Int>?
    public var waitingMax: Said<Int>?
    public var ejectAfter: Said<Int>?
    public var breakAbove: Said<Int>?
    public var retryAtMost: Said<Int>?
    public var at: SourceRange

    private static let words = [
        "servers", "tls", "check", "timeout", "balance", "stay", "at", "eject", "break", "retry",
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
        case "check":
            let example = "check GET /healthz every 5s"
            guard inner.takes(.upper)?.text == "GET" else {
                throw inner.missing("`GET`", example: example)
            }
            guard let path = inner.takes(.path) else {
                throw inner.missing("a path", example: example)
            }
            try inner.expect("every", example: example)
            check = Check(
                path: Said(path.text, at: path.at),
                every: try inner.duration(example: example)
            )
        case "timeout":
            inner.set(&timeout, to: try inner.duration(example: "timeout 10s"), as: "`timeout`")
        case "balance": try readBalance(&inner)
        case "stay":
            try inner.expect("by", "cookie", example: "stay by cookie \"server\"")
            inner.set(
                &cookie,
                to: try inner.text(example: "stay by cookie \"server\""),
                as: "`stay`"
            )
        case "at":
            let example = "at most 100 connections and 200 waiting"
            try inner.expect("most", example: example)
            let count = try inner.integer(in: 1...1_000_000, "a cap", example: example)
            inner.set(&connectionMax, to: count, as: "the cap")
            try inner.expect("connections", example: example)
            guard inner.takes("and") else { return }
            waitingMax = try inner.integer(in: 0...1_000_000, "a queue", example: example)
            try inner.expect("waiting", example: example)
        case "eject":
            try inner.expect("after", example: "eject after 5 failures")
            let count = try inner.integer(
                in: 1...1000,
                "a count",
                example: "eject after 5 failures"
            )
            inner.set(&ejectAfter, to: count, as: "`eject`")
            try inner.expect("failures", example: "eject after 5 failures")
        case "break":
            try inner.expect("above", example: "break above 50% failures")
            let share = try inner.percent(example: "break above 50% failures")
            inner.set(&breakAbove, to: share, as: "`break`")
            try inner.expect("failures", example: "break above 50% failures")
        default:
            try inner.expect("at", "most", example: "retry at most 20%")
            inner.set(
                &retryAtMost,
                to: try inner.percent(example: "retry at most 20%"),
                as: "`retry`"
            )
        }
    }

    private mutating func readServers(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "servers 10.0.1.10:8443, api.internal:8443"
        if sentence.isNext("env") || sentence.isNext("file") {
            let secret = try sentence.secret(example: "servers env(\"API_SERVERS\")")
            sentence.set(&serversFrom, to: secret, as: "where the servers are")
            return
        }
        let kinds: [Token.Kind] = [.hostPort, .string]
        servers += try sentence.tokens(kinds, "a server with its port", example: example)
            .map { Said($0.value, at: $0.at) }
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
        tls = item
    }

    private mutating func readBalance(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "balance by header.x-tenant"
        let value: Balance
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
