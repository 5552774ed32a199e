/// When an operator is told of connections that never came as far as a request.
///
/// None of them leaves a line in the access log. The first is told at once, what follows once in a
/// while: scanners come all day, and a client that cannot get in wants to be found.
public struct ArrivalAlarm: Sendable {
    /// How many there were of each kind.
    public struct Tally: Sendable, Equatable {
        public var clearTexts = 0
        public var handshakes = 0
        public var proxyHeaders = 0
        public var strangers = 0
        public var overAddress = 0

        public init() {}
    }

    static let interval = Patience.seconds(600)

    private var told = Tally()
    private var mayTell = Instant(milliseconds: 0)

    public init() {}

    public mutating func look(_ tally: Tally, at now: Instant) -> Notice? {
        guard tally != told, now >= mayTell else { return nil }
        mayTell = now + Self.interval
        defer { told = tally }
        return .turnedAway(tally.since(told))
    }
}

extension ArrivalAlarm.Tally {
    /// From the counts, which only ever grow.
    public init(_ arrivals: ArrivalCount, _ guards: GuardCounts) {
        clearTexts = arrivals.clearTextCount
        handshakes = arrivals.failedHandshakeCount
        proxyHeaders = arrivals.badProxyHeaderCount
        strangers = arrivals.strangerCount
        overAddress = guards.refusedPerAddress
    }

    fileprivate func since(_ earlier: Self) -> Self {
        var change = self
        change.clearTexts -= earlier.clearTexts
        change.handshakes -= earlier.handshakes
        change.proxyHeaders -= earlier.proxyHeaders
        change.strangers -= earlier.strangers
        change.overAddress -= earlier.overAddress
        return change
    }

    /// Those that there were, in words.
    var words: String {
        let parts = [
            (handshakes, "without a TLS handshake"),
            (clearTexts, "in clear text where TLS is spoken"),
            (proxyHeaders, "without a right PROXY header"),
            (strangers, "from networks that may send no PROXY header"),
            (overAddress, "from addresses that had too many"),
        ]
        return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}
