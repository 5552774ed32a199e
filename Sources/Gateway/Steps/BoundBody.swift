import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Step **body**: a body that says it is too large is refused before any of it is read.
    mutating func boundBody() throws(Answer) {
        guard case .length(let count) = exchange.head.framing else { return }
        guard count <= exchange.bodyByteMax else { throw .refusal(.bodyTooLarge) }
    }
}
