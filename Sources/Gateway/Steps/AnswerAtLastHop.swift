import HTTPWire
import Transport

extension RequestPath {
    /// Step **last hop**: OPTIONS that may go no further is answered here (RFC 9110 §7.6.2).
    mutating func answerAtLastHop() throws(Answer) {
        if exchange.head.forwardsLeft == 0 { throw .options }
    }
}
