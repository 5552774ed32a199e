/// What a rule can ask about one request.
public enum Field: Sendable, Hashable {
    case method, path, host, size, requestID
    case clientAddress, clientCountry, clientNetwork, clientBot
    case route
    case userID, userRole
    /// A claim of the token, by its path.
    case token(String)
    case query(String)
    case header(String)
    /// A named segment of the route's path.
    case segment(String)
    case cookie(String)
    case json(String)
    case form(String)
    case multipart(String)
    case responseStatus, latency, verdict, findings, time

    /// What its values are.
    public enum Kind: String, Sendable {
        case method, path, host, size, text, ip, country, asn, bot, name, value, number, duration,
            date

        /// Whether one can be above another.
        public var isOrdered: Bool {
            switch self {
            case .size, .number, .duration, .value, .date: true
            default: false
            }
        }

        /// Whether it can be looked into: `contains`, `starts with`, `like`, `matches`.
        public var isText: Bool {
            switch self {
            case .text, .path, .host, .value: true
            default: false
            }
        }
    }

    /// Who may see it.
    public enum Privacy: String, Sendable {
        case open = "public"
        case personal
        case secret
    }

    /// The word as it is written.
    public var name: String {
        switch self {
        case .method: "request.method"
        case .path: "request.path"
        case .host: "request.host"
        case .size: "request.size"
        case .requestID: "request.id"
        case .clientAddress: "client.ip"
        case .clientCountry: "client.country"
        case .clientNetwork: "client.asn"
        case .clientBot: "client.bot"
        case .route: "route"
        case .userID: "user.id"
        case .userRole: "user.role"
        case .token(let claim): "token." + claim
        case .query(let name): "query." + name
        case .header(let name): "header." + name
        case .segment(let name): "path." + name
        case .cookie(let name): "cookie." + name
        case .json(let path): path.isEmpty ? "json" : "json." + path
        case .form(let name): "form." + name
        case .multipart(let name): "multipart." + name
        case .responseStatus: "response.status"
        case .latency: "latency"
        case .verdict: "verdict"
        case .findings: "findings"
        case .time: "time"
        }
    }

    public var kind: Kind {
        switch self {
        case .method: .method
        case .path: .path
        case .host: .host
        case .size: .size
        case .clientAddress: .ip
        case .clientCountry: .country
        case .clientNetwork: .asn
        case .clientBot: .bot
        case .route, .verdict, .findings: .name
        case .token, .json, .form, .multipart: .value
        case .responseStatus: .number
        case .latency: .duration
        case .time: .date
        case .requestID, .userID, .userRole, .query, .header, .segment, .cookie: .text
        }
    }

    public var mayBeAbsent: Bool {
        switch self {
        case .method, .path, .host, .size, .requestID, .clientAddress, .clientBot, .route,
            .responseStatus,
            .latency, .verdict, .findings, .time:
            false
        default: true
        }
    }

    /// The stage from which on it is known.
    public var stage: Int {
        switch self {
        case .route: 6
        case .userID, .userRole, .token: 9
        case .json, .form, .multipart: 12
        case .responseStatus, .latency, .verdict, .findings, .time: 16
        default: 1
        }
    }

    public var privacy: Privacy {
        switch self {
        case .clientAddress, .userID, .token, .query, .segment, .json, .form, .multipart: .personal
        case .cookie: .secret
        case .header(let name): Self.credentialHeaders.contains(name) ? .secret : .personal
        default: .open
        }
    }

    /// Reads a field as it is written; nil where there is none of that name.
    public init?(_ text: String) {
        if let plain = Self.plain[text] {
            self = plain
            return
        }
        let (place, rest) = Self.split(text)
        guard let rest, !rest.isEmpty else {
            guard text == "json" else { return nil }
            self = .json("")
            return
        }
        switch place {
        case "token": self = .token(rest)
        case "query": self = .query(rest)
        case "header": self = .header(rest)
        case "path": self = .segment(rest)
        case "cookie": self = .cookie(rest)
        case "json": self = .json(rest)
        case "form": self = .form(rest)
        case "multipart": self = .multipart(rest)
        default: return nil
        }
    }

    /// Fields with no part of the author's own.
    public static let all: [Field] = [
        .method, .path, .host, .size, .requestID, .clientAddress, .clientCountry, .clientNetwork,
        .clientBot, .route, .userID, .userRole, .responseStatus, .latency, .verdict, .findings,
        .time,
    ]

    /// Places whose fields bear the author's names.
    public static let places = [
        "token", "query", "header", "path", "cookie", "json", "form", "multipart",
    ]

    /// Headers that prove who somebody is.
    public static let credentialHeaders = ["authorization", "cookie", "proxy-authorization"]

    private static let plain = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static func split(_ text: String) -> (String, String?) {
        guard let dot = text.firstIndex(of: ".") else { return (text, nil) }
        return (String(text[..<dot]), String(text[text.index(after: dot)...]))
    }
}
