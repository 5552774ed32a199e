import Vocabulary

/// So much for each, and what happens when nobody can count.
public struct LimitItem: Sendable {
    public struct Line: Sendable {
        public let rate: Said<RuleRate>
        public let burst: Said<Int>?
        /// The first that a request has is used.
        public let keys: [Name]
        /// Nodes draw tokens in small leases instead of asking for each.
        public let isShared: Bool
        public let at: SourceRange
    }

    public enum Fallback: Sendable, Equatable {
        case refuse
        case letThrough
        case onEachNode(RuleRate)
    }

    public enum Counted: String, Sendable {
        case failures, blocks
    }

    public var name: Name
    public var routes: [Name]?
    public var methods: [Said<RuleMethod>] = []
    public var lines: [Line] = []
    public var counted: Said<Counted>?
    public var shutOut: Said<Duration>?
    public var fallback: Said<Fallback>?
    public var trial: Said<Bool>?
    /// Something in it could not be read.
    public var isBroken = false
    public var at: SourceRange

    private static let words = ["for", "at", "count", "shut", "if", "on"]

    /// Reads `limit sign_in on login, refresh { … }`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "limit writing { at most 60/m per user or ip }"
        name = try sentence.name(example: example)
        routes = try sentence.routes()
        at = sentence.statement.at
        try sentence.expectBlock(example: example)
        var limit = self
        sentence.each(of: "`limit`", Self.words) { (inner, word) throws(Sentence.Halt) in
            switch word {
            case "for": limit.methods += try inner.methods(example: "for POST PUT PATCH DELETE")
            case "at": limit.lines.append(try Line(&inner))
            case "count": try limit.readCounted(&inner)
            case "shut":
                let example = "shut out for 15m"
                try inner.expect("out", "for", example: example)
                inner.set(
                    &limit.shutOut,
                    to: try inner.duration(example: example),
                    as: "`shut out`"
                )
            case "on":
                try inner.expect("trial", example: "on trial")
                inner.set(&limit.trial, to: Said(true, at: inner.statement.at), as: "`on trial`")
            default: try limit.readFallback(&inner)
            }
        }
        limit.isBroken = sentence.isBroken
        self = limit
    }

    private mutating func readCounted(_ sentence: inout Sentence) throws(Sentence.Halt) {
        guard let token = sentence.takes(.word), let what = Counted(rawValue: token.text) else {
            throw sentence.missing("`failures` or `blocks`", example: "count failures")
        }
        sentence.set(&counted, to: Said(what, at: sentence.statement.at), as: "`count`")
    }

    private mutating func readFallback(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "if redis is down at most 10/m on each node"
        try sentence.expect("redis", "is", "down", example: example)
        let start = sentence.gap
        let value: Fallback
        if sentence.takes("refuse") {
            value = .refuse
        } else if sentence.takes("let", "through") {
            value = .letThrough
        } else if sentence.takes("at", "most") {
            let rate = try sentence.rate(example: example)
            try sentence.expect("on", "each", "node", example: example)
            value = .onEachNode(rate.value)
        } else {
            throw sentence.missing("`refuse`, `let through` or `at most`", example: example)
        }
        sentence.set(&fallback, to: Said(value, at: start), as: "`if redis is down`")
    }
}

extension LimitItem.Line {
    /// `at most 300/m burst 60 per user or ip`, its first word taken.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "at most 300/m burst 60 per user or ip"
        try sentence.expect("most", example: example)
        rate = try sentence.rate(example: example)
        if sentence.takes("burst") {
            burst = try sentence.integer(in: 1...1_000_000, "a burst", example: example)
        } else {
            burst = nil
        }
        try sentence.expect("per", example: example)
        var keys: [Name] = []
        repeat {
            guard let token = sentence.takes(.word) ?? sentence.takes(.dotted) else {
                throw sentence.missing("`ip`, `user`, `everyone` or a field", example: example)
            }
            keys.append(Said(token.text, at: token.at))
        } while sentence.takes("or")
        self.keys = keys
        isShared = sentence.takes("shared", "by", "lease")
        at = sentence.statement.at
    }
}
