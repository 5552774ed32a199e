import Vocabulary

extension RequestPath {
    /// Step **name**: the id the request goes by from here on.
    ///
    /// Only a trusted proxy may choose it, or a client could make its requests look like another's.
    mutating func nameRequest() {
        if client.isThroughTrusted, let given = exchange.head.section.value(of: .requestID),
            let name = RequestID(given)
        {
            id = name
        } else {
            id = RequestID(using: &bench.random)
        }
    }
}
