import HTTPWire
import Policy
import Transport
import Vocabulary

extension RequestPath {
    /// Step **upgrade**: whether a tunnel is asked for, allowed, and asked for properly.
    ///
    /// Where the route does not allow it the request goes on without it: an Upgrade may always be ignored
    /// (RFC 9110 §7.8).
    mutating func judgeUpgrade() throws(Answer) -> Bool {
        guard exchange.head.asksWebSocket,
            copy.edition.policy.routes[judgement.route].allowsUpgrade
        else { return false }
        do throws(WireError) {
            try exchange.head.checkWebSocket()
        } catch {
            throw .refusal(Reason(ofRequest: error))
        }
        return true
    }
}
