public import Vocabulary

/// A gate in front of every route: only who is invited comes in.
public struct AccessTerms: Sendable {
    public let secret: Secret?
    /// Numbers of the lists whose addresses are let in.
    public let lists: [Int]
    /// A verified client certificate lets in.
    public let admitsCertificates: Bool
    public let open: [OpenPath]
    public let answer: OwnAnswer?
    public let place: SourcePlace

    public init(
        secret: Secret?,
        lists: [Int],
        admitsCertificates: Bool,
        open: [OpenPath],
        answer: OwnAnswer?,
        place: SourcePlace
    ) {
        self.secret = secret
        self.lists = lists
        self.admitsCertificates = admitsCertificates
        self.open = open
        self.answer = answer
        self.place = place
    }
}

/// What stays reachable when everything else is closed.
public struct OpenPath: Sendable {
    public let methods: MethodSet
    public let pattern: PathPattern

    public init(methods: MethodSet, pattern: PathPattern) {
        self.methods = methods
        self.pattern = pattern
    }

    func holds(_ method: Method, _ path: RawSpan) -> Bool {
        methods.contains(method) && pattern.holds(path)
    }
}

/// The site is closed for work while its switch is on.
public struct MaintenanceTerms: Sendable {
    /// The file whose presence is the switch.
    public let file: String?
    public let answer: OwnAnswer
    public let open: [OpenPath]
    public let place: SourcePlace

    public init(file: String?, answer: OwnAnswer, open: [OpenPath], place: SourcePlace) {
        self.file = file
        self.answer = answer
        self.open = open
        self.place = place
    }
}

/// What stops blocking at once, for a while.
public struct KillSwitchTerms: Sendable {
    public let file: String?
    public let stopsBlocking: Bool
    public let stopsCanary: Bool
    public let seconds: Int
    public let place: SourcePlace

    public init(
        file: String?,
        stopsBlocking: Bool,
        stopsCanary: Bool,
        seconds: Int,
        place: SourcePlace
    ) {
        self.file = file
        self.stopsBlocking = stopsBlocking
        self.stopsCanary = stopsCanary
        self.seconds = seconds
        self.place = place
    }
}

/// How tokens are read, and who signs them.
public struct AuthTerms: Sendable {
    public let issuer: String?
    public let audience: String?
    public let keys: String?
    public let refreshSeconds: Int?
    public let secret: Secret?
    public let algorithms: [String]
    /// Claims, by their paths.
    public let user: String
    public let role: String
    public let place: SourcePlace

    public init(
        issuer: String?,
        audience: String?,
        keys: String?,
        refreshSeconds: Int?,
        secret: Secret?,
        algorithms: [String],
        user: String,
        role: String,
        place: SourcePlace
    ) {
        self.issuer = issuer
        self.audience = audience
        self.keys = keys
        self.refreshSeconds = refreshSeconds
        self.secret = secret
        self.algorithms = algorithms
        self.user = user
        self.role = role
        self.place = place
    }
}

/// A value from outside the files: rules never hold a secret themselves.
public enum Secret: Sendable, Equatable {
    case environment(String)
    case file(String)
}
