public import Vocabulary

/// How hard a route is inspected.
public struct InspectionTerms: Sendable {
    public enum Mode: UInt8, Sendable, BitwiseCopyable {
        case monitor
        case blockKnownBad
        case block
    }

    /// What one scope says after its exceptions have ended, and what it says until then.
    public struct Terms: Sendable {
        public var monitored: MethodSet = []
        public var blockedKnownBad: MethodSet = []
        public var blocked: MethodSet = .all
        /// Points from anywhere but the places that have a threshold of their own.
        public var threshold = 5
        public var jsonThreshold: Int?
        public var formThreshold: Int?
        public var multipartThreshold: Int?
        /// Numbers of signatures that block at once here, beside those that do everywhere.
        public var knownBad: Set<Int> = []

        public init() {}

        public func mode(for method: Method) -> Mode {
            if blocked.contains(method) { return .block }
            return blockedKnownBad.contains(method) ? .blockKnownBad : .monitor
        }
    }

    /// What holds while every exception does, then what holds when the first has ended, and so on.
    ///
    /// Each with the second at which it stops holding; the last one's never comes.
    public let periods: [(until: Int64, terms: Terms)]
    public let place: SourcePlace

    public init(periods: [(until: Int64, terms: Terms)] = [], place: SourcePlace = .none) {
        self.periods = periods.isEmpty ? [(.max, Terms())] : periods
        self.place = place
    }

    /// The number of the period that holds at this moment.
    public func period(at now: Int64) -> Int {
        for index in periods.indices where now < periods[index].until { return index }
        return periods.count - 1
    }
}
