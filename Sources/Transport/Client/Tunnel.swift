import HTTPWire

/// Passes bytes both ways, unread, once both sides have agreed to speak something else.
///
/// The directions end one by one. What one side said last is passed on even when that side is gone and
/// hears nothing any more.
public struct Tunnel: ~Copyable {
    /// One of the two ways.
    private struct Direction: ~Copyable {
        var pump = BodyPump(.untilClose, as: .untilClose)
        private var isOver = false

        /// Moves what there is; done once the source has ended, or the sink will hear no more.
        mutating func move(
            from source: inout Connection,
            to sink: inout Connection
        ) throws(TransportError) -> BodyPump.Stall {
            if isOver { return .done }
            do throws(TransportError) {
                let stall = try pump.move(from: &source, to: &sink)
                guard stall == .done else { return stall }
            } catch {
                guard error == .cut(sink.side) else { throw error }
            }
            isOver = true
            sink.endSending()
            return .done
        }
    }

    private var upward = Direction()
    private var downward = Direction()

    public init() {}

    /// Returns when both sides have said all; throws when one broke off or both fell silent.
    ///
    /// - lastWords: how long nothing may move once one side is gone and the other has only to take what
    ///   it said last.
    public mutating func run(
        _ client: inout Connection,
        _ upstream: inout Connection,
        silence: Patience,
        lastWords: Patience = Deadlines().lastWords
    ) async throws(TransportError) {
        var lastMoved = -1
        var quietSince = client.waiter.loop.now
        while true {
            let upStall = try upward.move(from: &client, to: &upstream)
            let downStall = try downward.move(from: &upstream, to: &client)
            if upStall == .done, downStall == .done { return }
            if upStall == .turn || downStall == .turn {
                await client.waiter.rest()
                continue
            }
            let now = client.waiter.loop.now
            let moved = upward.pump.moved &+ downward.pump.moved
            if moved != lastMoved {
                lastMoved = moved
                quietSince = now
            }
            var deadline = quietSince + silence
            if !client.isAlive || !upstream.isAlive {
                deadline = min(deadline, quietSince + lastWords)
                guard now < deadline else { throw .cut(client.isAlive ? .upstream : .downstream) }
            }
            guard now < deadline else { throw .timedOut(.downstream) }
            await client.ready(
                wanted(upStall, downStall, of: client),
                or: upstream,
                wanted(downStall, upStall, of: upstream),
                by: deadline
            )
        }
    }

    /// What to wait for at a connection that is the source of one direction and the sink of the other.
    ///
    /// That includes its failure, until it has failed: a failure stays, and waiting for one that is there
    /// would never sleep.
    private func wanted(
        _ asSource: BodyPump.Stall,
        _ asSink: BodyPump.Stall,
        of connection: borrowing Connection
    ) -> Readiness {
        var wanted: Readiness = connection.isAlive ? .failed : []
        if asSource == .source { wanted.formUnion(.input) }
        if asSink == .sink { wanted.formUnion(.output) }
        return wanted
    }
}
