public import Vocabulary

/// A site: its hosts, and what is said of it.
public struct SiteItem: Sendable {
    public var hosts: [Name]
    public var testHosts: [Name] = []
    public var scope = ScopeItem()
    public var cors: [CORSItem] = []
    public var routes: [RouteItem] = []
    /// Something in it could not be read.
    public var isBroken = false
    public var at: SourceRange
}

/// One way through a site.
public struct RouteItem: Sendable {
    public var name: Name
    public var methods: [Said<RuleMethod>]
    public var path: Name
    public var scope = ScopeItem()
    public var open: PublicItem?
    public var roles: Said<[Name]>?
    public var redirect: RedirectItem?
    /// What it is worth when not all requests can be served; nil: what its method is.
    public var priority: Said<RequestClass>?
    /// WebSocket tunnels may be opened.
    public var websocket: Said<Bool>?
    public var at: SourceRange
}

public struct PublicItem: Sendable {
    public var including: [Said<RuleMethod>]
    public var tail: Tail
    public let at: SourceRange
}

public struct RedirectItem: Sendable {
    public let target: Name
    public let status: Said<Int>?
}

/// What bodies are taken, and how large.
public struct AcceptItem: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case json, form, multipart, text, bytes, xml
    }

    /// None where `nothing` is taken.
    public let kinds: [Said<Kind>]
    public let byteMax: Said<Int>?
    public let at: SourceRange
}

public struct CORSItem: Sendable {
    public var origins: [Token] = []
    public var methods: [Said<RuleMethod>] = []
    public var headers: [Name] = []
    public var credentials: Said<Bool>?
    public var remember: Said<Duration>?
    public var at: SourceRange
}

extension SiteItem {
    private static let words = [
        "send", "accept", "timeout", "cors", "route", "admit", "block", "limit", "exclude", "allow",
        "inspect", "headers", "test",
    ]

    /// `site api.example.com { … }`, its first word taken.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "site api.example.com { … }"
        hosts = try sentence.hosts(example: example)
        at = sentence.statement.at
        try sentence.expectBlock(example: example)
        var site = self
        sentence.each(of: "`site`", Self.words) { (inner, word) throws(Sentence.Halt) in
            switch word {
            case "cors": site.cors.append(try CORSItem(&inner))
            case "route": site.routes.append(try RouteItem(&inner))
            case "test":
                try inner.expect("hosts", example: "test hosts api.staging.example.com")
                site.testHosts += try inner.hosts(example: "test hosts api.staging.example.com")
            default: try site.scope.read(word, &inner)
            }
        }
        site.isBroken = sentence.isBroken
        self = site
    }
}

extension RouteItem {
    private static let words = [
        "public", "roles", "accept", "send", "timeout", "redirect", "limit", "exclude", "allow",
        "block",
        "inspect", "headers", "priority", "websocket",
    ]

    /// `route login POST /v1/login { … }`, its first word taken.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "route login POST /v1/login"
        name = try sentence.name(example: example)
        methods = try sentence.methods(example: example)
        guard let path = sentence.takes(.path) else {
            throw sentence.missing("a path", example: example)
        }
        self.path = Said(path.text, at: path.at)
        at = sentence.statement.at
        var route = self
        sentence.each(of: "`route`", Self.words) { (inner, word) throws(Sentence.Halt) in
            switch word {
            case "public": try route.readPublic(&inner)
            case "roles":
                let names = try inner.names(
                    [.word, .upper, .hyphenated],
                    "a role",
                    example: "roles admin"
                )
                inner.set(&route.roles, to: Said(names, at: inner.statement.at), as: "`roles`")
            case "redirect": route.redirect = try RedirectItem(&inner)
            case "priority": try route.readPriority(&inner)
            case "websocket":
                let word = Said(true, at: inner.statement.at)
                inner.set(&route.websocket, to: word, as: "`websocket`")
            default: try route.scope.read(word, &inner)
            }
        }
        self = route
    }

    private mutating func readPriority(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let name = try sentence.name(example: "priority auth")
        guard let rank = RequestClass(name.value) else {
            let all = RequestClass.allCases.reversed().map { "\($0)" }
            throw sentence.halt(
                Diagnostic(
                    .unknownType,
                    "there is no priority `\(name.value)`",
                    at: name.at,
                    Nearest.hint(to: name.value, among: all)
                )
                .help(
                    "requests are \(all.map { "`\($0)`" }.joined(separator: ", ")); the last goes first"
                )
            )
        }
        sentence.set(&priority, to: Said(rank, at: name.at), as: "`priority`")
    }

    private mutating func readPublic(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let word = sentence.statement.words[0].at
        var methods: [Said<RuleMethod>] = []
        if sentence.takes("including") {
            methods = try sentence.methods(example: "public including POST because \"…\"")
        }
        let item = PublicItem(including: methods, tail: try sentence.tail(), at: word)
        if let earlier = open {
            sentence.say(
                Diagnostic(.saidTwice, "`public` is said twice", at: word, "again here")
                    .related(earlier.at, "and said here already")
                    .help("keep one of them, and name all its methods there")
            )
        } else {
            open = item
        }
    }
}

extension RedirectItem {
    /// `redirect to /v2 308`, its first word taken.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "redirect to https://www.example.com/apply 308"
        try sentence.expect("to", example: example)
        guard let target = sentence.takes(.url) ?? sentence.takes(.path) else {
            throw sentence.missing("a URL or a path", example: example)
        }
        self.target = Said(target.text, at: target.at)
        guard !sentence.isAtEnd else {
            status = nil
            return
        }
        let status = try sentence.integer(in: 100...599, "a status", example: example)
        let all = [301, 302, 303, 307, 308]
        guard all.contains(status.value) else {
            throw sentence.halt(
                Diagnostic(
                    .wrongType,
                    "\(status.value) sends nobody elsewhere",
                    at: status.at,
                    "a redirect is 301, 302, 303, 307 or 308"
                )
            )
        }
        self.status = status
    }
}

extension AcceptItem {
    /// `accept json, form up to 64KiB` or `accept nothing`, its first word taken.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "accept json up to 64KiB"
        at = sentence.statement.at
        if sentence.takes("nothing") {
            (kinds, byteMax) = ([], nil)
            return
        }
        var kinds: [Said<Kind>] = []
        for name in try sentence.names(example: example) {
            guard let kind = Kind(rawValue: name.value) else {
                let all = Kind.allCases.map(\.rawValue)
                throw sentence.halt(
                    Diagnostic(
                        .unknownType,
                        "`\(name.value)` is no kind of body",
                        at: name.at,
                        Nearest.to(name.value, among: all).map { "did you mean `\($0)`?" } ?? ""
                    )
                    .help(
                        "a route takes `json`, `form`, `multipart`, `xml`, `text`, `bytes`, or `nothing`"
                    )
                )
            }
            kinds.append(Said(kind, at: name.at))
        }
        try sentence.expect("up", "to", example: example)
        self.kinds = kinds
        byteMax = try sentence.size(example: example)
    }
}

extension CORSItem {
    /// `cors { … }`, its first word taken.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        at = sentence.statement.at
        var cors = self
        let words = ["origins", "methods", "headers", "credentials", "remember"]
        sentence.each(of: "`cors`", words) { (inner, word) throws(Sentence.Halt) in
            switch word {
            case "origins":
                cors.origins += try inner.tokens(
                    [.word, .url, .symbol],
                    "an origin or a list of origins",
                    example: "origins production_origins, https://app.example.com"
                )
            case "methods": cors.methods += try inner.methods(example: "methods GET POST")
            case "headers": cors.headers += try inner.headerNames()
            case "credentials":
                inner.set(
                    &cors.credentials,
                    to: Said(true, at: inner.statement.at),
                    as: "`credentials`"
                )
            default:
                let time = try inner.duration(example: "remember 10m")
                inner.set(&cors.remember, to: time, as: "`remember`")
            }
        }
        self = cors
    }
}

extension Sentence {
    /// Whole host names; what is none is said where the hosts are judged.
    mutating func hosts(example: String) throws(Halt) -> [Name] {
        let kinds: [Token.Kind] = [.dotted, .word, .hyphenated, .symbol, .hostPort, .url, .address]
        return try tokens(kinds, "a host", example: example).map { Said($0.text, at: $0.at) }
    }

    mutating func headerNames() throws(Halt) -> [Name] {
        let example = "headers authorization, content-type"
        return try names(
            [.word, .hyphenated],
            "a header's name in small letters",
            example: example
        )
    }
}
