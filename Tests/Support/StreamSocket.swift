import Glibc
import Synchronization

/// What came out of a socket within the time allowed.
public enum Received: Sendable, Equatable {
    case bytes([UInt8])
    /// The peer ended its side in order.
    case closed
    /// The peer broke the connection off.
    case reset
    /// Nothing, for as long as we were willing to wait.
    case nothing
}

/// A blocking stream socket, with a deadline on everything that can hang.
///
/// It tells an orderly end from a reset, which is the difference between an answer that is whole
/// and one that was cut.
public final class StreamSocket: Sendable {
    public let descriptor: Int32

    /// Held while a descriptor exists that a new process could inherit: a child that holds one of
    /// our connections would keep it open after we have closed it.
    static let inheritance = Mutex(())

    init(adopting descriptor: Int32) {
        self.descriptor = descriptor
        var on: Int32 = 1
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
    }

    deinit { close(descriptor) }

    /// Connects, from a chosen address of this machine if one is given.
    public static func connect(to endpoint: Endpoint, from source: String? = nil) -> StreamSocket? {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(endpoint.family, kind, 0)
        guard descriptor >= 0 else { return nil }
        let connection = StreamSocket(adopting: descriptor)
        if let source {
            let local = Endpoint.ipv4(source, port: 0)
            let bound = unsafe local.withAddress { unsafe bind(descriptor, $0, $1) }
            guard bound == 0 else { return nil }
        }
        let failed = unsafe endpoint.withAddress { unsafe Glibc.connect(descriptor, $0, $1) }
        return failed == 0 ? connection : nil
    }

    /// Sends all of it; false when the peer no longer takes anything.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard isReady(POLLOUT, within: .seconds(5)) else { return false }
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(
                    descriptor,
                    $0.baseAddress,
                    $0.count,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                )
            }
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    public func receive(within limit: Duration) -> Received {
        guard isReady(POLLIN, within: limit) else { return .nothing }
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
        if count > 0 { return .bytes(Array(chunk[..<count])) }
        if count == 0 { return .closed }
        return .reset
    }

    /// Waits until something can be read, be it the end.
    func waitForBytes(within limit: Duration) -> Bool { isReady(POLLIN, within: limit) }

    /// Whether bytes have come that nobody has read.
    var hasUnread: Bool {
        var byte: UInt8 = 0
        let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
        return unsafe recv(descriptor, &byte, 1, flags) > 0
    }

    /// The address at the other end.
    var remoteHost: String? {
        switch Endpoint.of(descriptor, peer: true) {
        case .ipv4(let host, _), .ipv6(let host, _): host
        default: nil
        }
    }

    /// Ends our side; the peer may go on.
    public func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Ends both sides in order, and wakes a thread that waits on this socket.
    public func finish() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Lets the coming close be a reset.
    public func breakOffWhenClosed() {
        var now = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, size)
    }

    func isReady(_ event: Int32, within limit: Duration) -> Bool {
        let deadline = ContinuousClock.now + limit
        while true {
            let left = max(ContinuousClock.now.duration(to: deadline), .zero)
            let milliseconds =
                left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            var wanted = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            let count = unsafe poll(&wanted, 1, Int32(milliseconds))
            if count > 0 { return true }
            if count == 0 { return false }
            guard errno == EINTR else { return false }
        }
    }
}
