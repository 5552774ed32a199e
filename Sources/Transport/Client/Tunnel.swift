import HTTPWire

/// Passes bytes both ways, unread, once both sides have agreed to speak something else.
public struct Tunnel: ~Copyable {
    private var upward = BodyPump(.untilClose, as: .untilClose)
    private var downward = BodyPump(.untilClose, as: .untilClose)
    private var hasEndedUpward = false
    private var hasEndedDownward = false

    public init() {}

    /// Returns when both sides have said all; throws when one broke off or both fell silent.
    public mutating func run(
        _ client: inout Connection,
        _ upstream: inout Connection,
        silence: Patience
    ) async throws(TransportError) {
        var lastMoved = -1
        var quietSince = client.waiter.loop.now
        while true {
            let upStall = try upward.move(from: &client, to: &upstream)
            if upStall == .done, !hasEndedUpward {
                hasEndedUpward = true
                upstream.endSending()
            }
            let downStall = try downward.move(from: &upstream, to: &client)
            if downStall == .done, !hasEndedDownward {
                hasEndedDownward = true
                client.endSending()
            }
            if upStall == .done, downStall == .done { return }
            if upStall == .turn || downStall == .turn {
                await client.waiter.rest()
                continue
            }
            let now = client.waiter.loop.now
            if upward.moved &+ downward.moved != lastMoved {
                lastMoved = upward.moved &+ downward.moved
                quietSince = now
            }
            guard client.isAlive || downStall == .done else { throw .cut(.downstream) }
            guard upstream.isAlive || upStall == .done else {
                // Whoever has said all may leave; what the client still says is for nobody.
                if downStall == .done { return }
                throw .cut(.upstream)
            }
            guard now < quietSince + silence else { throw .timedOut(.downstream) }
            await client.ready(
                wanted(upStall, downStall),
                or: upstream,
                wanted(downStall, upStall),
                by: quietSince + silence
            )
        }
    }

    /// What to wait for at a connection that is the source of one direction and the sink of the other.
    ///
    /// One that has been told all may fail as it likes: to wait for a failure that is there already
    /// is not to wait at all.
    private func wanted(_ asSource: BodyPump.Stall, _ asSink: BodyPump.Stall) -> Readiness {
        var wanted: Readiness = asSink == .done ? [] : .failed
        if asSource == .source { wanted.formUnion(.input) }
        if asSink == .sink { wanted.formUnion(.output) }
        return wanted
    }
}
