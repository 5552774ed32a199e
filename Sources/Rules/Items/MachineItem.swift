public import Policy
import Vocabulary

/// What `gateway`, `process` and `control` say about the machine beside its listeners.
public struct MachineItem: Sendable {
    public var workers: Said<Int>?
    public var pairs: [PairItem] = []
    /// Nothing older than TLS 1.3.
    public var isNewestOnly: Said<Bool>?
    public var clients: ClientCertificatesItem?
    public var secret: Said<Secret>?
    /// How long browsers insist on https.
    public var strict: Said<Duration>?
    public var connectionMax: Said<Int>?
    public var connectionPerAddressMax: Said<Int>?
    public var requestMax: Said<Int>?
    public var memory: Said<Int>?
    public var deadlines = DeadlinesItem()
    public var process = ProcessItem()
    public var control: Name?

    public init() {}

    static let words = [
        "workers", "certificate", "tls", "client", "optional", "secret", "insist", "at", "memory",
        "deadlines",
    ]

    /// Reads one sentence of `gateway`, its first word taken.
    mutating func read(_ word: String, _ inner: inout Sentence) throws(Sentence.Halt) {
        switch word {
        case "workers":
            let count = try inner.integer(
                in: 1...RulesBounds.workerMax,
                "a number of workers",
                example: "workers 2"
            )
            inner.set(&workers, to: count, as: "`workers`")
        case "certificate":
            let example = "certificate file(\"/etc/tls.crt\") and key file(\"/etc/tls.key\")"
            pairs.append(try PairItem(&inner, example: example))
        case "tls": try readVersion(&inner)
        case "client", "optional":
            let item = try ClientCertificatesItem(&inner, isOptional: word == "optional")
            if let clients {
                inner.sayAgain(item.at, clients.at, "`client certificates`")
            } else {
                clients = item
            }
        case "secret":
            let file = try inner.secret(example: "secret file(\"/etc/gatehouse/secret\")")
            inner.set(&secret, to: file, as: "`secret`")
        case "insist":
            let example = "insist on https for 365d"
            try inner.expect("on", "https", "for", example: example)
            inner.set(&strict, to: try inner.duration(example: example), as: "`insist on https`")
        case "at": try readCap(&inner)
        case "memory":
            let size = try inner.size(example: "memory 512MiB")
            guard size.value >= RulesBounds.memoryByteMin else {
                throw inner.halt(
                    Diagnostic(.wrongType, "nothing runs in so little memory", at: size.at)
                        .help("say 16MiB or more")
                )
            }
            inner.set(&memory, to: size, as: "`memory`")
        default: try deadlines.read(&inner)
        }
    }

    private mutating func readVersion(_ inner: inout Sentence) throws(Sentence.Halt) {
        let example = "tls at least 1.3"
        try inner.expect("at", "least", example: example)
        guard let token = inner.take(), token.text == "1.2" || token.text == "1.3" else {
            throw inner.halt(
                Diagnostic(.wrongType, "this is no version of TLS", at: inner.statement.at)
                    .help("write `\(example)`, or `tls at least 1.2`")
            )
        }
        inner.set(&isNewestOnly, to: Said(token.text == "1.3", at: token.at), as: "`tls at least`")
    }

    /// `at most 10000 connections`, `at most 100 connections per address`, `at most 5000 requests at once`.
    private mutating func readCap(_ inner: inout Sentence) throws(Sentence.Halt) {
        let example = "at most 10000 connections"
        try inner.expect("most", example: example)
        let count = try inner.integer(
            in: 1...RulesBounds.connectionMax,
            "a count",
            example: example
        )
        if inner.takes("requests") {
            try inner.expect("at", "once", example: "at most 5000 requests at once")
            inner.set(&requestMax, to: count, as: "`requests at once`")
            return
        }
        try inner.expect("connections", example: example)
        if inner.takes("per") {
            try inner.expect("address", example: "at most 100 connections per address")
            inner.set(&connectionPerAddressMax, to: count, as: "`connections per address`")
        } else {
            inner.set(&connectionMax, to: count, as: "`connections`")
        }
    }
}

/// Whether clients show certificates, and who signs them.
public struct ClientCertificatesItem: Sendable {
    public let isOptional: Bool
    public let authority: Said<Secret>
    public let at: SourceRange

    /// Reads `client certificates from file("…")`, or `optional client certificates from file("…")`.
    init(_ sentence: inout Sentence, isOptional: Bool) throws(Sentence.Halt) {
        let example = "client certificates from file(\"/etc/gatehouse/clients.pem\")"
        self.isOptional = isOptional
        at = sentence.statement.at
        if isOptional { try sentence.expect("client", example: "optional " + example) }
        try sentence.expect("certificates", "from", example: example)
        authority = try sentence.secret(example: example)
    }
}

/// How long everything may take.
public struct DeadlinesItem: Sendable {
    public var times: [String: Said<Duration>] = [:]
    public var pace: Said<Int>?

    /// What may be said, and the words behind the first.
    static let names: [(first: String, rest: String?)] = [
        ("handshake", nil), ("head", nil), ("idle", nil), ("connect", nil), ("first", "byte"),
        ("answer", "pause"), ("keep", "alive"), ("exchange", nil), ("tunnel", "pause"),
    ]

    /// Reads `deadlines { head 10s … }`, its first word taken.
    mutating func read(_ sentence: inout Sentence) throws(Sentence.Halt) {
        try sentence.expectBlock(example: "deadlines { head 10s }")
        var item = self
        let words = Self.names.map(\.first) + ["bodies"]
        sentence.each(of: "`deadlines`", words) { (inner, word) throws(Sentence.Halt) in
            if word == "bodies" {
                let example = "bodies at least 256B a second"
                try inner.expect("at", "least", example: example)
                let size = try inner.size(example: example)
                try inner.expect("a", "second", example: example)
                inner.set(&item.pace, to: size, as: "the slowest pace")
                return
            }
            guard let name = Self.names.first(where: { $0.first == word }) else { return }
            let whole = name.rest.map { "\(word) \($0)" } ?? word
            if let rest = name.rest { try inner.expect(rest, example: "\(whole) 10s") }
            let time = try inner.duration(example: "\(whole) 10s")
            guard time.value > .zero else {
                throw inner.halt(
                    Diagnostic(.wrongType, "nothing is done in no time", at: time.at)
                )
            }
            inner.set(&item.times[whole], to: time, as: "`\(whole)`")
        }
        self = item
    }
}

/// How the program runs as processes.
public struct ProcessItem: Sendable {
    public var user: Name?
    public var pidFile: Name?
    public var drain: Said<Duration>?
    public var handOver: Said<Duration>?

    /// Reads `process { user gatehouse … }`, its first word taken.
    mutating func read(_ sentence: inout Sentence) throws(Sentence.Halt) {
        try sentence.expectBlock(example: "process { user gatehouse }")
        var item = self
        let words = ["user", "pid", "drain", "hand"]
        sentence.each(of: "`process`", words) { (inner, word) throws(Sentence.Halt) in
            switch word {
            case "user":
                guard let token = inner.takes(.word) ?? inner.takes(.hyphenated) else {
                    throw inner.missing("a user of this machine", example: "user gatehouse")
                }
                inner.set(&item.user, to: Said(token.text, at: token.at), as: "`user`")
            case "pid":
                let example = "pid file \"/run/gatehouse/gatehouse.pid\""
                try inner.expect("file", example: example)
                inner.set(&item.pidFile, to: try inner.text(example: example), as: "`pid file`")
            case "drain":
                try inner.expect("for", example: "drain for 30s")
                let time = try inner.duration(example: "drain for 30s")
                inner.set(&item.drain, to: time, as: "`drain for`")
            default:
                try inner.expect("over", "within", example: "hand over within 1h")
                let time = try inner.duration(example: "hand over within 1h")
                inner.set(&item.handOver, to: time, as: "`hand over within`")
            }
        }
        self = item
    }
}

extension Sentence {
    /// Says that what may be said once has been said already.
    mutating func sayAgain(_ here: SourceRange, _ earlier: SourceRange, _ what: String) {
        say(
            Diagnostic(.saidTwice, "\(what) is said twice", at: here, "again here")
                .related(earlier, "and said here already")
                .help("order does not decide here: keep one of them")
        )
    }
}
