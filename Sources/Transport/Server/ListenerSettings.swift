public import Vocabulary

/// One address to accept connections on, and how they begin there.
public struct ListenerSettings: Sendable, Equatable {
    public var address: SocketAddress
    public var speaksTLS = false
    /// Every request is sent on to https, at this port.
    public var redirectsToPort: UInt16?
    /// Whose PROXY headers are believed, and required: nil for no header, none for anybody's.
    public var proxies: [AddressBlock]?

    public init(_ address: SocketAddress) {
        self.address = address
    }
}
