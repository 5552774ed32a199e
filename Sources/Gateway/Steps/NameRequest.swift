import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Step **name**: the id the request goes by from here on.
    ///
    /// Only a trusted proxy may choose it, or a client could make its requests look like another's.
    func nameRequest() -> RequestID {
        if client.isThroughTrusted, let given = exchange.head.section.onlyValue(of: .requestID),
            let id = RequestID(given)
        {
            return id
        }
        return bench.freshID()
    }
}
