import Vocabulary

@testable import Transport

extension UpstreamPool {
    /// A pool of one worker for a single server.
    convenience init(_ address: SocketAddress, on loop: EventLoop, deadlines: Deadlines) {
        self.init(Upstream(UpstreamSettings(address)), on: loop, deadlines: deadlines)
    }

    /// A connection to any server, as a request gets one; its lease ends at once.
    func connection(for waiter: Waiter) async throws(TransportError) -> Connection {
        var attempts = Attempts()
        guard let lease = try lease(&attempts) else { throw .busy }
        _ = consume lease
        if let idle = idle(&attempts, for: waiter) { return idle }
        return try await dial(attempts, for: waiter)
    }

    /// Keeps a connection to the only server.
    func giveBack(_ connection: consuming Connection) {
        giveBack(connection, to: upstream.servers[0])
    }
}

/// A server that nobody dials, for what decides about servers.
func makeServer(
    _ number: Int,
    weight: Int = 1,
    pointCount: Int = 0,
    connectionsMax: Int = 4096,
    token: String = "",
    queue: PendingQueue = PendingQueue(countMax: 16)
) -> Server {
    let address = SocketAddress.tcp(IPAddress(v4: 0x0a00_0000 + UInt32(number)), port: 80)
    return Server(
        address,
        number: number,
        settings: ServerSettings(.address(address), weight: weight),
        token: Array(token.utf8),
        pointCount: pointCount,
        connectionsMax: connectionsMax,
        queue: queue
    )
}

extension Instant {
    static func at(_ milliseconds: Int) -> Instant {
        Instant(milliseconds: UInt64(milliseconds))
    }
}

/// A server at this address.
func makeServer(_ number: Int, of address: SocketAddress) -> Server {
    Server(
        address,
        number: number,
        settings: ServerSettings(.address(address)),
        token: [],
        pointCount: 0,
        connectionsMax: 4096,
        queue: PendingQueue(countMax: 16)
    )
}
