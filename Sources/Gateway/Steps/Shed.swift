import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Step **shed**: whether there is room for one more request of this class.
    ///
    /// It stands before all work that refusing is meant to spare. A short body that is here already is
    /// dropped, so that the client can keep its connection: a new one costs more than this answer.
    mutating func shed() throws(Answer) {
        let rank = bench.classes.rank(of: exchange.head.path, exchange.head.method)
        let delay = bench.loop.delayPercent
        isInFlight = bench.guards.admit(
            rank,
            delay: delay,
            isInTime: delay < bench.guards.shares[rank] || bench.takesTurn(rank, delay)
        )
        guard !isInFlight else { return }
        exchange.dropBodyAtHand()
        throw .refusal(.overloaded)
    }

    /// The request is under way no longer; may be called again.
    mutating func land() {
        guard isInFlight else { return }
        isInFlight = false
        bench.guards.leave()
    }
}
