public import Vocabulary

/// A limit: so much for each, and what happens when nobody can count.
public struct Limit: Sendable {
    public enum Counted: Sendable {
        case requests, failures, blocks
    }

    public enum Fallback: Sendable {
        case refuse
        case letThrough
        case onEachNode(Bucket.Terms)
    }

    public let name: String
    public let counted: Counted
    public let fallback: Fallback
    /// It counts, and refuses nobody.
    public let isOnTrial: Bool
    public let shutOutSeconds: Int
    public let place: SourcePlace

    public init(
        name: String,
        counted: Counted,
        fallback: Fallback,
        isOnTrial: Bool,
        shutOutSeconds: Int,
        place: SourcePlace
    ) {
        self.name = name
        self.counted = counted
        self.fallback = fallback
        self.isOnTrial = isOnTrial
        self.shutOutSeconds = shutOutSeconds
        self.place = place
    }
}

/// One `at most` of a limit.
public struct LimitLine: Sendable {
    /// The number of its limit in `Policy.limits`.
    public let limit: Int
    public let terms: Bucket.Terms
    /// As it is written: `5/m`.
    public let text: String
    /// The first that a request has is used.
    public let keys: [LimitKey]
    /// Tells its buckets from those of other lines; follows from the limit's name and the keys alone,
    /// so that buckets outlive every reload that keeps these.
    public let salt: UInt64
    public let stage: Stage
    public let place: SourcePlace

    public init(
        limit: Int,
        terms: Bucket.Terms,
        text: String,
        keys: [LimitKey],
        salt: UInt64,
        stage: Stage,
        place: SourcePlace
    ) {
        self.limit = limit
        self.terms = terms
        self.text = text
        self.keys = keys
        self.salt = salt
        self.stage = stage
        self.place = place
    }
}

/// Whose bucket a token comes from.
public enum LimitKey: Sendable, Hashable {
    case address
    case user
    case everyone
    case field(Field)

    public var name: String {
        switch self {
        case .address: "ip"
        case .user: "user"
        case .everyone: "everyone"
        case .field(let field): field.name
        }
    }

    /// Whether every request of a route has it, whatever the client leaves out; a user is never certain.
    public func isCertain(on pattern: PathPattern) -> Bool {
        switch self {
        case .address, .everyone: true
        case .user: false
        case .field(.host), .field(.path): true
        case .field(.segment(let name)): pattern.position(of: name) != nil
        case .field: false
        }
    }
}

/// A line of a limit at work on a route.
public struct LimitUse: Sendable, BitwiseCopyable {
    /// The number of the line in `Policy.limitLines`.
    public let line: Int32
    public let stage: Stage
    public let methods: MethodSet

    public init(line: Int, stage: Stage, methods: MethodSet) {
        self.line = Int32(line)
        self.stage = stage
        self.methods = methods
    }
}
