import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Step **shed**: whether there is room for one more request of this class.
    ///
    /// It stands before all work that refusing is meant to spare. A short body that is here already is
    /// dropped, so that the client can keep its connection: a new one costs more than this answer.
    ///
    /// The rules say which class a route is of, and are asked only where it matters: while there is room
    /// for the lowest class, any request may come.
    mutating func shed() throws(Answer) {
        let delay = bench.loop.delayPercent
        isInFlight = bench.guards.admitAny(delay: delay)
        guard !isInFlight else { return }
        let rank = rank()
        isInFlight = bench.guards.admit(
            rank,
            delay: delay,
            isInTime: delay < bench.guards.shares[rank] || bench.takesTurn(rank, delay)
        )
        guard !isInFlight else { return }
        exchange.dropBodyAtHand()
        throw .refusal(.overloaded)
    }

    private func rank() -> RequestClass {
        copy.edition.rank(of: exchange.head) ?? RequestClass(of: exchange.head.method)
    }

    /// The request is under way no longer; may be called again.
    mutating func land() {
        guard isInFlight else { return }
        isInFlight = false
        bench.guards.leave()
    }
}
