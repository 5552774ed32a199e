/// A token bucket, kept as one moment: the time at which it will be full again (GCRA).
///
/// A full bucket needs no memory at all, and a token comes back without anybody counting time. Moments
/// are nanoseconds of whatever clock the caller keeps to.
public struct Bucket: Sendable, BitwiseCopyable, Equatable {
    /// How fast tokens come back, and how many there can be.
    public struct Terms: Sendable, BitwiseCopyable, Hashable {
        /// Nanoseconds until one token is back.
        public let interval: Int64
        public let burst: Int64

        /// Ten years: nothing here counts for longer.
        private static let millisecondMax = 315_360_000_000
        /// How long an empty bucket may take to fill, in nanoseconds; no sum of these overflows.
        private static let fillMax: Int64 = 1 << 61

        /// - milliseconds: the time in which `count` tokens come back.
        public init(count: Int, milliseconds: Int, burst: Int? = nil) {
            let span = Int64(clamping: min(milliseconds, Self.millisecondMax)) * 1_000_000
            interval = max(span / Int64(max(count, 1)), 1)
            self.burst = max(min(Int64(burst ?? count), Self.fillMax / interval), 1)
        }
    }

    /// When all tokens are back.
    public private(set) var fullAt: Int64

    public init(fullAt: Int64 = .min) {
        self.fullAt = fullAt
    }

    /// Tokens that could be taken at this moment.
    public func tokens(_ terms: Terms, at now: Int64) -> Int64 {
        guard fullAt > now else { return terms.burst }
        let missing = (fullAt - now + terms.interval - 1) / terms.interval
        return max(terms.burst - missing, 0)
    }

    /// Takes one token if there is one.
    public mutating func take(_ terms: Terms, at now: Int64) -> Bool {
        guard tokens(terms, at: now) > 0 else { return false }
        fullAt = max(fullAt, now) + terms.interval
        return true
    }

    /// Puts one token back; a bucket never holds more than its burst.
    public mutating func giveBack(_ terms: Terms) {
        if fullAt > .min + terms.interval { fullAt -= terms.interval }
    }

    /// Nanoseconds until a token can be had; 0 when one can be had now.
    public func wait(_ terms: Terms, at now: Int64) -> Int64 {
        guard tokens(terms, at: now) == 0 else { return 0 }
        return max(fullAt - now - (terms.burst - 1) * terms.interval, 1)
    }

    /// The same share of tokens under other terms.
    public func rescaled(from old: Terms, to new: Terms, at now: Int64) -> Bucket {
        guard fullAt > now else { return self }
        let missing = Double(fullAt - now) / Double(old.interval * old.burst)
        return Bucket(fullAt: now + Int64(min(missing, 1) * Double(new.interval * new.burst)))
    }
}
