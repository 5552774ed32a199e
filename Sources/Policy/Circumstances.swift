public import Vocabulary

/// What is true around a request before anybody has read it.
public struct Circumstances: Sendable {
    /// Seconds since 1970.
    public var now: Int64
    /// nil where clients have no address.
    public var client: IPAddress?
    public var country: String?
    /// The number of the network it comes from, as `AS64500`.
    public var network: String?
    public var crawler = Crawler.none
    public var isUnderMaintenance = false
    public var isKillSwitchOn = false
    /// An invitation, or a client certificate, that has been verified.
    public var isInvited = false
    public var hasCertificate = false
    /// What the names of buckets are hashed with.
    public var hash: KeyedHash

    public init(now: Int64, client: IPAddress?, hash: KeyedHash) {
        self.now = now
        self.client = client
        self.hash = hash
    }
}

/// What is known about a client that says it is a crawler.
public enum Crawler: Sendable, Equatable {
    /// It claims nothing, or nobody has been able to tell yet.
    case none
    /// It claims to be one, and is not.
    case impostor
    case verified(String)

    public var name: String {
        switch self {
        case .none: "none"
        case .impostor: "impostor"
        case .verified(let name): name
        }
    }
}

/// What verifying a token has come to.
public enum TokenFinding: Sendable {
    case valid(Claims)
    case invalid
}
