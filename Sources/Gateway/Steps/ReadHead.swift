import Transport
import Vocabulary

extension RequestPath {
    /// Step **head**: the next request on the connection, read and settled.
    ///
    /// False when the client has none to send. Everything a head can be refused for is found here. With the
    /// head the request gets what it is judged by, and keeps it to its end.
    mutating func readHead() async throws(Answer) -> Bool {
        do throws(TransportError) {
            let arrival = try await exchange.nextHead()
            copy = bench.current()
            switch arrival {
            case .head:
                hasHead = true
                return true
            case .gone: return false
            case .silence:
                isSilent = true
                return false
            }
        } catch {
            copy = bench.current()
            id = bench.freshID()
            throw Answer(error, canBeGiven: exchange.client.isAlive && !guest.isTurnedOut)
        }
    }
}
