/// One token that a request asks of one bucket.
public struct Charge: Sendable, BitwiseCopyable {
    public enum Manner: UInt8, Sendable, BitwiseCopyable {
        /// Spent, whatever becomes of the request.
        case take
        /// Spent for now; it comes back unless the answer says that it was a failure.
        case reserve
        /// Nothing is spent: only whoever is shut out is refused.
        case look
    }

    /// What is counted: a limit's line, as its policy numbers them.
    public let line: Int
    /// Whose bucket it is; it names nobody.
    public let key: KeyedHash.Digest
    public let terms: Bucket.Terms
    public let manner: Manner
    /// Only this node counts, since the store is away.
    public let isOnNode: Bool
    /// How long a client that is out of tokens stays shut out, in seconds; 0 where limits do not do that.
    public let shutOutSeconds: Int
    /// It counts and refuses nobody, so what it has spent spares no other charge.
    public let isOnTrial: Bool

    public init(
        line: Int,
        key: KeyedHash.Digest,
        terms: Bucket.Terms,
        manner: Manner,
        isOnNode: Bool = false,
        shutOutSeconds: Int = 0,
        isOnTrial: Bool = false
    ) {
        self.line = line
        self.key = key
        self.terms = terms
        self.manner = manner
        self.isOnNode = isOnNode
        self.shutOutSeconds = shutOutSeconds
        self.isOnTrial = isOnTrial
    }

    /// What came of it.
    public enum Outcome: Sendable, BitwiseCopyable, Equatable {
        case granted(remaining: Int64)
        case spent(retryAfterSeconds: Int)
        /// Nobody can count at the moment.
        case unavailable
        /// Another limit refused, so this one was not asked or has its token back.
        case spared
    }

    /// What becomes of a charge once the request is over.
    public enum Settlement: Sendable, BitwiseCopyable, Equatable {
        case giveBack(Charge)
        /// The client was blocked: one of its chances is gone.
        case strike(Charge)

        public static func == (left: Settlement, right: Settlement) -> Bool {
            switch (left, right) {
            case (.giveBack(let one), .giveBack(let two)), (.strike(let one), .strike(let two)):
                one.line == two.line && one.key == two.key
            default: false
            }
        }
    }
}
