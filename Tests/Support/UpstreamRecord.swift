/// What a recording upstream has seen since it was last told to begin.
public struct UpstreamRecord: Sendable {
    public struct Connection: Sendable {
        public var requests: [StrictRequest] = []
        /// Bytes of a request that never came whole.
        public var rest: [UInt8] = []
        /// Why these bytes must never have been sent, if so.
        public var broken: String?
        /// What passed after the connection became a tunnel.
        public var tunnelled: [UInt8] = []
        public var hasEnded = false
        /// Over TLS: an earlier session was taken up again.
        public var isResumed = false
        /// What the client has shown, in DER.
        public var clientCertificate: [UInt8]?

        public init() {}
    }

    public var connections: [Connection] = []
    /// All requests in the order in which they came whole.
    public var requests: [StrictRequest] = []

    public init() {}
}
