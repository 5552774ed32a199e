/// Where passed requests go, and on what terms.
public struct UpstreamSettings: Sendable, Equatable {
    public var server: SocketAddress

    public init(_ server: SocketAddress) {
        self.server = server
    }
}
