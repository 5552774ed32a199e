import CLinux
import Glibc

@testable import Transport

/// The far end of a connection, driven by the test without ever blocking.
// SAFETY: a test touches it on the thread of its loop alone.
final class Peer: @unchecked Sendable {
    enum Receipt: Equatable {
        case bytes([UInt8])
        case nothing
        case end
        case reset
    }

    private(set) var descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close() }

    /// A pair of Unix sockets; a small buffer makes every send a partial one.
    static func unixPair(bufferBytes: Int32? = nil) -> (ours: Int32, peer: Peer) {
        var pair: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let made = unsafe socketpair(AF_UNIX, kind | Int32(SOCK_CLOEXEC.rawValue), 0, &pair)
        precondition(made == 0, "no socket pair")
        for descriptor in pair { shrink(descriptor, bufferBytes) }
        return (pair[0], Peer(pair[1]))
    }

    /// A pair of TCP sockets over the loopback, which alone know resets.
    static func tcpPair(bufferBytes: Int32? = nil) -> (ours: Int32, peer: Peer) {
        let listener = Self.listener(backlog: 1, bufferBytes: bufferBytes)
        defer { Glibc.close(listener.descriptor) }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let dialled = socket(AF_INET, kind, 0)
        shrink(dialled, bufferBytes)
        let connected = unsafe listener.address.withKernelForm { unsafe connect(dialled, $0, $1) }
        precondition(connected == 0, "no connection over the loopback")
        let accepted = accept(listener.descriptor, nil, nil)
        for descriptor in [dialled, accepted] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
        return (dialled, Peer(accepted))
    }

    /// A listening TCP socket on a port of the kernel's choice.
    static func listener(
        backlog: Int32,
        bufferBytes: Int32? = nil
    ) -> (descriptor: Int32, address: SocketAddress) {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        shrink(descriptor, bufferBytes)
        let any = SocketAddress.tcp(.loopback, port: 0)
        let bound = unsafe any.withKernelForm { unsafe bind(descriptor, $0, $1) }
        precondition(bound == 0 && listen(descriptor, backlog) == 0, "no port on the loopback")
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        return (descriptor, SocketAddress.tcp(from: &storage) ?? any)
    }

    /// The next connection that waits at a listener, if one does.
    static func accepted(by listener: Int32) -> Peer? {
        _ = fcntl(listener, F_SETFL, fcntl(listener, F_GETFL) | O_NONBLOCK)
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        _ = linux_set_tcp_option(descriptor, TCP_NODELAY, 1)
        return Peer(descriptor)
    }

    private static func shrink(_ descriptor: Int32, _ byteCount: Int32?) {
        guard var byteCount else { return }
        let size = socklen_t(MemoryLayout<Int32>.size)
        for option in [SO_SNDBUF, SO_RCVBUF] {
            unsafe setsockopt(descriptor, SOL_SOCKET, option, &byteCount, size)
        }
    }

    /// Sends as much as the kernel takes; how much that was, or -1 when nobody is there any more.
    @discardableResult
    func send(_ bytes: some Sequence<UInt8>) -> Int {
        let bytes = Array(bytes)
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        return count < 0 && errno == EAGAIN ? 0 : count
    }

    @discardableResult
    func send(_ text: String) -> Int { send(Array(text.utf8)) }

    func receive(atMost count: Int = 1 << 16) -> Receipt {
        var room = [UInt8](repeating: 0, count: count)
        let came = unsafe recv(descriptor, &room, count, 0)
        if came > 0 { return .bytes(Array(room.prefix(came))) }
        if came == 0 { return .end }
        return errno == EAGAIN ? .nothing : .reset
    }

    /// All that has come so far.
    func receiveAll() -> [UInt8] {
        var all: [UInt8] = []
        while case .bytes(let bytes) = receive() { all += bytes }
        return all
    }

    func receiveText() -> String { String(decoding: receiveAll(), as: UTF8.self) }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }

    /// Closes with a reset, where the protocol knows one.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, size)
        close()
    }
}
