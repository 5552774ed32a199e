/// How near the gateway is to what it can bear: of each thing it can run out of, the percentage in use.
///
/// One scale for all of them, so that one rule per class of request is enough and nobody has to know
/// which of them it is that runs short.
public struct Pressure: Sendable, Equatable {
    public var inFlight = 0
    public var connections = 0
    public var descriptors = 0
    public var memory = 0
    public var delay = 0

    public init() {}

    public static func percent(_ used: Int, of limit: Int) -> Int {
        limit > 0 ? Int(Double(max(used, 0)) * 100 / Double(limit)) : 100
    }

    /// What a request has to fit under.
    ///
    /// Open connections do not count here: a silent one gives way at once, so a crowd of them must not
    /// be a way to have everybody else's requests refused.
    public var onRequests: Int { max(inFlight, descriptors, memory, delay) }

    /// What the patience with the silent is measured by: what a connection takes as long as it is open.
    ///
    /// Requests under way do not count here. They are not fewer for the silence that ends, and whoever is
    /// sent home then comes back and costs more.
    public var onSilence: Int { max(connections, descriptors, memory) }

    /// How long silence is borne, where `full` is borne as long as there is no pressure.
    ///
    /// Up to half of what can be borne it is all of it; from there it falls in a straight line to a
    /// second at nine tenths.
    public func patience(_ full: Patience) -> Patience {
        let least = TransportBounds.pressedIdle.wholeMilliseconds
        let most = full.wholeMilliseconds
        guard onSilence > 50, most > least else { return full }
        let left = UInt64(max(90 - onSilence, 0))
        let beyond = most - least
        // Divided first, lest a patience of years overflow.
        return .milliseconds(Int(clamping: least + beyond / 40 * left + beyond % 40 * left / 40))
    }
}

extension Pressure: CustomStringConvertible {
    public var description: String {
        """
        in flight \(inFlight) %, connections \(connections) %, descriptors \(descriptors) %, \
        memory \(memory) %, delay \(delay) %
        """
    }
}
