public import Policy
import Vocabulary

/// Whose word about the client is believed.
public struct TrustItem: Sendable {
    public let header: Name
    public let list: Name

    /// Reads `trust x-forwarded-for from load_balancers`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "trust x-forwarded-for from load_balancers"
        guard let header = sentence.takes(.hyphenated) ?? sentence.takes(.word) else {
            throw sentence.missing("a header's name in small letters", example: example)
        }
        self.header = Said(header.text, at: header.at)
        try sentence.expect("from", example: example)
        list = try sentence.name(example: example)
    }
}

/// Paths that no site answers, whoever asks.
public struct ClosedItem: Sendable {
    public let path: Name
}

/// Where limits are counted.
public struct StoreItem: Sendable {
    /// nil for the memory of this machine.
    public let redis: Said<Secret>?
    public let timeout: Said<Duration>?
    /// Only so many keys of a hundred.
    public let share: Said<Int>?
    public let at: SourceRange

    /// Reads `store redis at env("REDIS_URL") with timeout 20ms`, or `store memory`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "store redis at env(\"REDIS_URL\")"
        at = sentence.statement.at
        if sentence.takes("memory") {
            (redis, timeout, share) = (nil, nil, nil)
            return
        }
        try sentence.expect("redis", "at", example: example)
        redis = try sentence.secret(example: "at env(\"REDIS_URL\")")
        var timeout: Said<Duration>?
        var share: Said<Int>?
        if sentence.takes("with") {
            try sentence.expect("timeout", example: example + " with timeout 20ms")
            timeout = try sentence.duration(example: example + " with timeout 20ms")
        }
        if sentence.takes("for") {
            share = try sentence.percent(example: example + " for 10% of keys")
            try sentence.expect("of", "keys", example: example + " for 10% of keys")
        }
        (self.timeout, self.share) = (timeout, share)
    }
}

/// How tokens are read, and who signs them.
public struct AuthItem: Sendable {
    public var issuer: Name?
    public var audience: Name?
    public var keys: Name?
    public var refresh: Said<Duration>?
    public var secret: Said<Secret>?
    public var algorithms: [Name] = []
    public var user: Name?
    public var role: Name?
    public var at: SourceRange

    private static let words = [
        "issuer", "audience", "keys", "secret", "algorithms", "user", "role",
    ]

    /// Reads `auth jwt { … }`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "auth jwt { issuer https://login.example.com }"
        at = sentence.statement.at
        try sentence.expect("jwt", example: example)
        try sentence.expectBlock(example: example)
        var item = self
        sentence.each(of: "`auth`", Self.words) { (inner, word) throws(Sentence.Halt) in
            switch word {
            case "issuer":
                inner.set(&item.issuer, to: try inner.url("issuer https://…"), as: "the issuer")
            case "audience":
                inner.set(
                    &item.audience,
                    to: try inner.text(example: "audience \"api\""),
                    as: "the audience"
                )
            case "keys":
                inner.set(
                    &item.keys,
                    to: try inner.url("keys https://…/jwks.json"),
                    as: "where the keys are"
                )
                if inner.takes("refresh") {
                    item.refresh = try inner.duration(example: "refresh 10m")
                }
            case "secret":
                let secret = try inner.secret(example: "secret env(\"JWT_SECRET\")")
                inner.set(&item.secret, to: secret, as: "the secret")
            case "algorithms":
                let kinds: [Token.Kind] = [.upper, .word, .symbol]
                item.algorithms += try inner.tokens(
                    kinds,
                    "an algorithm",
                    example: "algorithms RS256 ES256"
                )
                .map { Said($0.text, at: $0.at) }
            case "user":
                inner.set(&item.user, to: try inner.claim("user is token.sub"), as: "the user")
            default:
                inner.set(&item.role, to: try inner.claim("role is token.role"), as: "the role")
            }
        }
        self = item
    }
}

extension Sentence {
    fileprivate mutating func url(_ example: String) throws(Halt) -> Name {
        guard let token = takes(.url) else { throw missing("a URL", example: example) }
        return Said(token.text, at: token.at)
    }

    fileprivate mutating func claim(_ example: String) throws(Halt) -> Name {
        try expect("is", example: example)
        guard let token = takes(.dotted) else {
            throw missing("a claim of the token", example: example)
        }
        return Said(token.text, at: token.at)
    }
}

/// A gate in front of everything: only the invited come in.
public struct AccessGateItem: Sendable {
    public var secret: Said<Secret>?
    public var lists: [Name] = []
    public var certificates: Said<Bool>?
    public var open: [OpenItem] = []
    public var answer: AnswerItem?
    public var at: SourceRange

    private static let words = ["signed", "lists", "client", "still", "answer"]

    /// Reads `access by invitation { … }`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "access by invitation { signed with env(\"INVITATION_SECRET\") }"
        at = sentence.statement.at
        try sentence.expect("by", "invitation", example: example)
        try sentence.expectBlock(example: example)
        var item = self
        sentence.each(of: "`access`", Self.words) { (inner, word) throws(Sentence.Halt) in
            switch word {
            case "signed":
                try inner.expect("with", example: example)
                let secret = try inner.secret(example: "signed with env(\"INVITATION_SECRET\")")
                inner.set(&item.secret, to: secret, as: "the secret")
            case "lists": item.lists += try inner.names(example: "lists office_ranges")
            case "client":
                try inner.expect("certificates", example: "client certificates")
                inner.set(
                    &item.certificates,
                    to: Said(true, at: inner.statement.at),
                    as: "`client certificates`"
                )
            case "still": item.open.append(try OpenItem(&inner))
            default: item.answer = try inner.answer()
            }
        }
        self = item
    }
}

/// What stays reachable when everything else is closed.
public struct OpenItem: Sendable {
    public let methods: [Said<RuleMethod>]
    public let path: Name

    /// `still open GET /healthz`, its first word taken.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "still open GET /healthz"
        try sentence.expect("open", example: example)
        methods = try sentence.methods(example: example)
        guard let path = sentence.takes(.path) else {
            throw sentence.missing("a path", example: example)
        }
        self.path = Said(path.text, at: path.at)
    }
}
