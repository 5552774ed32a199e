public import Vocabulary

/// One way through a site, with everything that applies to it, from every scope.
///
/// A class, so that a request holds its route for the price of one count. Whatever is written above it
/// in the rules has been merged into it: no stage asks another scope.
public final class Route: Sendable {
    /// Where a request goes that every stage has passed.
    public enum Destination: Sendable {
        /// The number of an upstream in `Policy.upstreams`.
        case upstream(Int)
        case redirect(location: String, status: Int)
    }

    public let name: String
    public let site: Int
    public let pattern: PathPattern
    /// HEAD is among them where GET is.
    public let methods: MethodSet
    public let place: SourcePlace
    public let destination: Destination
    public let openness: Openness?
    /// One of these is needed; empty where any caller will do.
    public let roles: [String]
    public let accept: AcceptTerms
    public let headers: HeaderRules
    /// In order of their names, so that the first to refuse is the one that is named.
    public let blocks: [Gatekeeper]
    public let admits: [Gatekeeper]
    public let limits: [LimitUse]
    public let allowances: [Allowance]
    public let inspection: InspectionTerms
    public let exclusions: ExclusionTable
    /// For the upstream to begin its answer; nil for what holds in general.
    public let timeoutMilliseconds: Int?
    public let allowsUpgrade: Bool
    /// nil: by its method.
    public let rank: RequestClass?

    public init(
        name: String,
        site: Int,
        pattern: PathPattern,
        methods: MethodSet,
        place: SourcePlace,
        destination: Destination,
        openness: Openness? = nil,
        roles: [String] = [],
        accept: AcceptTerms = AcceptTerms(),
        headers: HeaderRules = HeaderRules(),
        blocks: [Gatekeeper] = [],
        admits: [Gatekeeper] = [],
        limits: [LimitUse] = [],
        allowances: [Allowance] = [],
        inspection: InspectionTerms = InspectionTerms(),
        exclusions: ExclusionTable = ExclusionTable(),
        timeoutMilliseconds: Int? = nil,
        allowsUpgrade: Bool = false,
        rank: RequestClass? = nil
    ) {
        self.name = name
        self.site = site
        self.pattern = pattern
        self.methods = methods
        self.place = place
        self.destination = destination
        self.openness = openness
        self.roles = roles
        self.accept = accept
        self.headers = headers
        self.blocks = blocks
        self.admits = admits
        self.limits = limits
        self.allowances = allowances
        self.inspection = inspection
        self.exclusions = exclusions
        self.timeoutMilliseconds = timeoutMilliseconds
        self.allowsUpgrade = allowsUpgrade
        self.rank = rank
    }
}

/// That a route may be used without signing in, by these methods and until this second.
public struct Openness: Sendable {
    public let methods: MethodSet
    public let reason: String
    /// Seconds since 1970; from then on a token is needed again.
    public let until: Int64
    public let place: SourcePlace

    public init(methods: MethodSet, reason: String, until: Int64, place: SourcePlace) {
        self.methods = methods
        self.reason = reason
        self.until = until
        self.place = place
    }
}

/// A `block` or an `admit`: a name, and a question about the request.
public struct Gatekeeper: Sendable {
    public let name: String
    public let question: Question
    /// What an `admit` answers whom it does not let in; nil for what everybody is told.
    public let answer: OwnAnswer?
    public let place: SourcePlace

    public init(name: String, question: Question, answer: OwnAnswer?, place: SourcePlace) {
        self.name = name
        self.question = question
        self.answer = answer
        self.place = place
    }
}

/// What bodies a route takes.
public struct AcceptTerms: Sendable {
    public struct Kinds: OptionSet, Sendable, BitwiseCopyable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let json = Kinds(rawValue: 1)
        public static let form = Kinds(rawValue: 2)
        public static let multipart = Kinds(rawValue: 4)
        public static let xml = Kinds(rawValue: 8)
        public static let text = Kinds(rawValue: 16)
        /// Passed on unread, whatever it is.
        public static let bytes = Kinds(rawValue: 32)
    }

    public let kinds: Kinds
    public let byteMax: Int
    public let place: SourcePlace

    public init(kinds: Kinds = [], byteMax: Int = 0, place: SourcePlace = .none) {
        self.kinds = kinds
        self.byteMax = byteMax
        self.place = place
    }
}
