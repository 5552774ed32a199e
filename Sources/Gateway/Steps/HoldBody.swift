import Transport
import Vocabulary

extension RequestPath {
    /// Step **accept**: the whole body at hand before anybody judges it.
    ///
    /// It stays where it came in, so what is passed on is what was judged.
    mutating func holdBody(upTo byteMax: Int) async throws(Answer) {
        do throws(TransportError) {
            try await exchange.holdBody(upTo: byteMax)
        } catch {
            throw Answer(error, canBeGiven: exchange.client.isAlive)
        }
    }
}
