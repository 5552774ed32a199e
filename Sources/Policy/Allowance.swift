/// Who may skip what on a route, and until when.
public struct Allowance: Sendable {
    public enum Subject: Sendable {
        /// Addresses in the list of this number.
        case list(Int)
        /// Crawlers of this name that are what they say.
        case verified(String)
    }

    public struct Skips: Sendable {
        /// Numbers of limits.
        public var limits: [Int] = []
        /// Names of `admit`s and of `block`s.
        public var admits: [String] = []
        public var blocks: [String] = []
        public var skipsMaintenance = false
        /// Findings are recorded and nobody is blocked.
        public var skipsBlocking = false

        public init() {}
    }

    public let subjects: [Subject]
    public let skips: Skips
    public let reason: String
    /// Seconds since 1970.
    public let until: Int64
    public let place: SourcePlace

    public init(
        subjects: [Subject],
        skips: Skips,
        reason: String,
        until: Int64,
        place: SourcePlace
    ) {
        self.subjects = subjects
        self.skips = skips
        self.reason = reason
        self.until = until
        self.place = place
    }
}
