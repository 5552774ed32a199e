import Glibc
import Synchronization

/// A socket that takes connections, on a port of the kernel's choice.
public final class ListeningSocket: Sendable {
    public enum Manner: Sendable, Hashable {
        case accepting
        /// The port is held, and every connection to it is refused at once.
        case refusing
        /// Connections are neither accepted nor refused: their first packet meets a full queue.
        case deaf
    }

    public let endpoint: Endpoint
    private let descriptor: Int32
    /// What fills the queue of a deaf socket.
    private let filler: StreamSocket?

    public init(_ manner: Manner = .accepting) {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(AF_INET, kind, 0)
        let asked = Endpoint.ipv4("127.0.0.1", port: 0)
        let listener = descriptor
        let bound = unsafe asked.withAddress { unsafe bind(listener, $0, $1) }
        precondition(bound == 0, "no port on 127.0.0.1")
        endpoint = Endpoint.of(descriptor, peer: false) ?? asked
        if manner != .refusing {
            precondition(listen(descriptor, manner == .deaf ? 0 : 128) == 0)
        }
        filler = manner == .deaf ? StreamSocket.connect(to: endpoint) : nil
    }

    deinit { close(descriptor) }

    /// Waits for the next connection; nil once `finish` was called.
    public func accept() -> StreamSocket? {
        while true {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            unsafe poll(&wanted, 1, -1)
            let connection = StreamSocket.inheritance.withLock { _ in
                let connection = Glibc.accept(descriptor, nil, nil)
                if connection >= 0 { _ = fcntl(connection, F_SETFD, FD_CLOEXEC) }
                return connection
            }
            if connection >= 0 { return StreamSocket(adopting: connection) }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    public func finish() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
