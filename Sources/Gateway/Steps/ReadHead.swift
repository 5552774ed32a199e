import Transport
import Vocabulary

extension RequestPath {
    /// Step **head**: the next request on the connection, read and settled.
    ///
    /// False when the client is done. Everything a head can be refused for is found here.
    mutating func readHead() async throws(Answer) -> Bool {
        do throws(TransportError) {
            return try await exchange.nextHead()
        } catch {
            id = RequestID(using: &bench.random)
            throw Answer(error, hasAnswered: false)
        }
    }
}
