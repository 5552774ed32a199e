import Transport
import Vocabulary

extension RequestPath {
    /// Step **head**: the next request on the connection, read and settled.
    ///
    /// False when the client has none to send. Everything a head can be refused for is found here.
    mutating func readHead() async throws(Answer) -> Bool {
        do throws(TransportError) {
            switch try await exchange.nextHead() {
            case .head: return true
            case .gone: return false
            case .silence:
                isSilent = true
                return false
            }
        } catch {
            id = bench.freshID()
            throw Answer(error, canBeGiven: exchange.client.isAlive && !guest.isTurnedOut)
        }
    }
}
