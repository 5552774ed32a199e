import CLinux
import Glibc

/// One worker's connections to one upstream: the idle ones, and how to make another.
///
/// An idle connection is closed well before servers usually close theirs, and one at which anything
/// has happened since is never used again: bytes nobody asked for belong to no exchange.
public final class UpstreamPool {
    public let address: SocketAddress
    /// What a request without a Host is given.
    public let host: [UInt8]
    private let loop: EventLoop
    private let deadlines: Deadlines
    private var idle: [Idle] = []

    private struct Idle {
        let socket: Socket
        let since: Instant
    }

    public init(_ address: SocketAddress, on loop: EventLoop, deadlines: Deadlines) {
        self.address = address
        self.loop = loop
        self.deadlines = deadlines
        host = if case .unix = address { Array("localhost".utf8) } else { Array(address.text.utf8) }
    }

    /// A connection to the upstream, an idle one if there is any.
    public func lease(for waiter: Waiter) async throws(TransportError) -> Connection {
        while let last = idle.popLast() {
            let isFresh = loop.now < last.since + deadlines.upstreamKeepAlive
            if isFresh, !last.socket.hasSomethingToReadNow() {
                return Connection(last.socket, side: .upstream, waiter: waiter)
            }
        }
        return try await dial(for: waiter)
    }

    /// Keeps a connection for the next exchange; its last one is known to be whole.
    public func giveBack(_ connection: consuming Connection) {
        connection.releaseMemory()
        let socket = connection.socket
        guard idle.count < TransportBounds.idleUpstreamMax, !socket.hasSomethingToRead() else {
            return
        }
        socket.waiter = nil
        idle.append(Idle(socket: socket, since: loop.now))
    }

    /// Closes the connections that have been idle too long, or were closed by the upstream.
    public func sweep() {
        idle.removeAll {
            loop.now >= $0.since + deadlines.upstreamKeepAlive || $0.socket.hasSomethingToRead()
        }
    }

    private func dial(for waiter: Waiter) async throws(TransportError) -> Connection {
        let kind =
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(address.family, kind, 0)
        guard descriptor >= 0 else { throw .exhausted }
        if case .tcp = address { _ = linux_set_tcp_option(descriptor, TCP_NODELAY, 1) }
        let result = unsafe address.withKernelForm { unsafe connect(descriptor, $0, $1) }
        let problem = errno
        let socket = try Socket(descriptor, on: loop)
        let connection = Connection(socket, side: .upstream, waiter: waiter)
        guard result == 0 || problem == EINPROGRESS else { throw .unreachable }
        if result != 0 {
            let isTaken = await connection.ready(.output, by: loop.now + deadlines.connect)
            guard isTaken else { throw .connectTimedOut }
            guard socket.pendingError() == 0 else { throw .unreachable }
        }
        return connection
    }
}
