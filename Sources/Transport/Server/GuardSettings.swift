public import Vocabulary

/// How much the gateway takes on, over all workers.
///
/// What is nil follows from the system: `GuardLimits` says how.
public struct GuardSettings: Sendable, Equatable {
    /// Clients' connections that may be open.
    public var connections: Int?
    /// The same, from one address (IPv6: from one network of 64 bits).
    public var connectionsPerAddress: Int?
    /// Requests that may be under way.
    public var inFlight: Int?
    /// Memory the process may have resident, in bytes.
    public var memoryBytes: Int?
    /// How long a ready event may wait for its turn, on average over a moment.
    public var delay = Patience.milliseconds(100)
    public var shares = ClassShares()
    /// Networks whose addresses stand for many clients.
    public var uncounted: [AddressBlock] = []

    public init() {}
}

/// Up to which pressure, in percent, a request of each class is let in.
public struct ClassShares: Sendable, Equatable {
    public var batch = 60
    public var write = 75
    public var read = 90
    public var auth = 95
    /// Beyond 100: what is kept back for those who ask whether we live.
    public var health = 110

    public init() {}

    public subscript(_ rank: RequestClass) -> Int {
        switch rank {
        case .batch: batch
        case .write: write
        case .read: read
        case .auth: auth
        case .health: health
        }
    }
}
