public import Vocabulary

/// That a request ends here, at which stage, why, and who said so.
public struct Refusal: Sendable {
    public let stage: Stage
    public let reason: Reason
    public let status: Int
    /// The limit, `block`, `admit` or signature that refused; empty where the stage itself did.
    public let name: String
    public let place: SourcePlace
    public var retryAfterSeconds: Int?
    /// The number of its page in `Policy.pages`.
    public var page: Int?

    public init(
        _ stage: Stage,
        _ reason: Reason,
        by name: String = "",
        at place: SourcePlace = .none,
        answer: OwnAnswer? = nil
    ) {
        self.stage = stage
        self.reason = reason
        self.name = name
        self.place = place
        status = answer?.status ?? reason.status
        retryAfterSeconds = answer?.retryAfterSeconds
        page = answer?.page
    }
}

/// What the policy needs to know, or wants done, before it goes on.
public enum Need: Sendable {
    /// That `Judgement.charges` are asked of their buckets: all of them, or none.
    case charges
    /// Whose token it is that the request brings.
    case token
    /// The whole body, of at most so many bytes.
    case body(byteMax: Int)
    /// Nothing more: the request goes to its route's destination.
    case forward
    /// The answer to a preflight: its fields are the site's.
    case preflight
    case redirect(location: String, status: Int)
    case refusal(Refusal)
}
