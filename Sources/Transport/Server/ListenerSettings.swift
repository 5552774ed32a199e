/// One address to accept connections on, and how they begin there.
public struct ListenerSettings: Sendable, Equatable {
    public var address: SocketAddress

    public init(_ address: SocketAddress) {
        self.address = address
    }
}
