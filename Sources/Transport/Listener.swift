import CLinux
import Glibc
public import Vocabulary

/// A bound address, as descriptors for the workers to accept from.
///
/// On TCP each worker has a socket of its own (`SO_REUSEPORT`), so the kernel spreads connections and
/// no worker wakes for another's. A Unix socket has one queue, which the workers share.
public struct BoundAddress: Sendable {
    /// The address with the port the kernel chose, if it was asked to.
    public let address: SocketAddress
    /// One per worker.
    public let descriptors: [Int32]
    /// What a Unix socket's name stood for when it was bound.
    public let file: SocketFile?

    public static func bind(
        _ address: SocketAddress,
        workers: Int
    ) throws(ListenFailure) -> BoundAddress {
        switch address {
        case .unix(let path):
            try removeLeftover(path, address)
            let first = try listen(on: address)
            var descriptors = [first]
            for _ in 1..<max(workers, 1) {
                let descriptor = fcntl(first, F_DUPFD_CLOEXEC, 0)
                guard descriptor >= 0 else { throw ListenFailure(address) }
                descriptors.append(descriptor)
            }
            return BoundAddress(
                address: address,
                descriptors: descriptors,
                file: SocketFile(path)
            )
        case .tcp(_, let port):
            if port != 0 { try probe(address) }
            let first = try listen(on: address)
            let bound = SocketAddress(ofSocket: first) ?? address
            var descriptors = [first]
            for _ in 1..<max(workers, 1) { descriptors.append(try listen(on: bound)) }
            return BoundAddress(address: bound, descriptors: descriptors, file: nil)
        }
    }

    /// The same address for another number of workers, and the part of it that was bound for that.
    ///
    /// What is left over where there are fewer stays open, for whoever holds this one to close.
    public func resized(
        to workers: Int
    ) throws(ListenFailure) -> (whole: BoundAddress, fresh: BoundAddress?) {
        guard workers > descriptors.count, let first = descriptors.first else {
            let kept = Array(descriptors.prefix(max(workers, 1)))
            return (BoundAddress(address: address, descriptors: kept, file: file), nil)
        }
        var added: [Int32] = []
        do throws(ListenFailure) {
            while descriptors.count + added.count < workers {
                if case .unix = address {
                    let descriptor = fcntl(first, F_DUPFD_CLOEXEC, 0)
                    guard descriptor >= 0 else { throw ListenFailure(address) }
                    added.append(descriptor)
                } else {
                    added.append(try Self.listen(on: address))
                }
            }
        } catch {
            for descriptor in added { Glibc.close(descriptor) }
            throw error
        }
        let whole = BoundAddress(address: address, descriptors: descriptors + added, file: file)
        return (whole, BoundAddress(address: address, descriptors: added, file: nil))
    }

    /// What another process has bound; nil unless the kernel says so of every descriptor.
    ///
    /// The file is given to whoever is to take the name away at the end.
    public init?(inherited descriptors: [Int32], at address: SocketAddress, _ file: SocketFile?) {
        for descriptor in descriptors {
            guard Self.isListening(descriptor), SocketAddress(ofSocket: descriptor) == address
            else { return nil }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
        self.init(address: address, descriptors: descriptors, file: file)
    }

    private init(address: SocketAddress, descriptors: [Int32], file: SocketFile?) {
        self.address = address
        self.descriptors = descriptors
        self.file = file
    }

    /// Closes the descriptors that no listener has taken over.
    public func close() {
        for descriptor in descriptors { Glibc.close(descriptor) }
        unbind()
    }

    /// Takes the name of a Unix socket away again, unless another process has taken it over.
    public func unbind() {
        guard case .unix(let path) = address, let file, SocketFile(path) == file else { return }
        _ = unsafe unlink(path)
    }

    /// Removes the socket a process left behind, but nothing that is in use or no socket.
    private static func removeLeftover(
        _ path: String,
        _ address: SocketAddress
    ) throws(ListenFailure) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            errno = EADDRINUSE
            throw ListenFailure(address)
        }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        defer { Glibc.close(descriptor) }
        let answer = unsafe address.withKernelForm { unsafe connect(descriptor, $0, $1) }
        // Only a refusal says that nobody is there: a full queue or another type of socket has an owner.
        guard answer != 0, errno == ECONNREFUSED else {
            errno = EADDRINUSE
            throw ListenFailure(address)
        }
        _ = unsafe unlink(path)
    }

    /// Fails when another program has the port.
    ///
    /// `SO_REUSEPORT` would share it in silence, and every other request would go astray.
    private static func probe(_ address: SocketAddress) throws(ListenFailure) {
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        setOption(descriptor, SOL_SOCKET, SO_REUSEADDR)
        let bound = unsafe address.withKernelForm { unsafe Glibc.bind(descriptor, $0, $1) }
        guard bound == 0 else { throw ListenFailure(address) }
    }

    private static func listen(on address: SocketAddress) throws(ListenFailure) -> Int32 {
        let descriptor = socket(
            address.family,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
                | Int32(SOCK_CLOEXEC.rawValue),
            0
        )
        guard descriptor >= 0 else { throw ListenFailure(address) }
        if case .tcp = address {
            setOption(descriptor, SOL_SOCKET, SO_REUSEADDR)
            setOption(descriptor, SOL_SOCKET, SO_REUSEPORT)
            if address.family == AF_INET6 {
                setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY)
            }
        }
        let bound = unsafe address.withKernelForm { unsafe Glibc.bind(descriptor, $0, $1) }
        guard bound == 0, Glibc.listen(descriptor, TransportBounds.backlogMax) == 0 else {
            let failure = ListenFailure(address)
            Glibc.close(descriptor)
            throw failure
        }
        return descriptor
    }

    private static func isListening(_ descriptor: Int32) -> Bool {
        var isListening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let code = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size)
        return code == 0 && isListening == 1
    }

    private static func setOption(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        unsafe setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }
}

/// One worker's share of a bound address.
public final class Listener {
    private let socket: Socket
    private let waiter: Waiter
    private var isClosed = false
    private var leavesQueue = false

    /// Takes ownership of the descriptor.
    public init(_ descriptor: Int32, on loop: EventLoop) throws(TransportError) {
        socket = try Socket(descriptor, on: loop)
        waiter = loop.makeWaiter()
        socket.waiter = waiter
    }

    /// Hands every connection that comes to `serve`, until the listener is closed.
    ///
    /// What a lack of descriptors leaves in the kernel's queue is tried again a little later, or at once
    /// where `makeRoom` could close one.
    public func accept(
        _ serve: (_ descriptor: Int32, _ peer: IPAddress?) -> Void,
        makeRoom: () -> Bool = { false }
    ) async {
        while !isClosed {
            var deadline = Instant.never
            switch acceptSome(serve) {
            case .more:
                await waiter.rest()
                continue
            case .drained: break
            case .exhausted:
                if makeRoom() {
                    await waiter.rest()
                    continue
                }
                deadline = waiter.loop.now + .milliseconds(50)
            }
            if !socket.await(.input) { _ = await waiter.sleep(until: deadline) }
            socket.awaitNothing()
        }
        if leavesQueue { return }
        while case .more = acceptSome(serve) {}
    }

    /// Ends `accept`, once the connections that wait already have been taken.
    ///
    /// - leavingQueue: they are left to another process, which accepts from the same socket.
    public func close(leavingQueue: Bool = false) {
        leavesQueue = leavingQueue
        isClosed = true
        waiter.wake(.timedOut)
    }

    private enum Round {
        case more
        case drained
        case exhausted
    }

    private func acceptSome(_ serve: (Int32, IPAddress?) -> Void) -> Round {
        for _ in 0..<TransportBounds.acceptsPerRoundMax {
            var peer = sockaddr_storage()
            let descriptor = unsafe linux_accept(socket.descriptor, &peer)
            guard descriptor >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                socket.noteDrained()
                return errno == EAGAIN ? .drained : .exhausted
            }
            var address: IPAddress?
            if case .tcp(let remote, _)? = SocketAddress.tcp(from: &peer) {
                _ = linux_set_tcp_option(descriptor, TCP_NODELAY, 1)
                address = remote
            }
            serve(descriptor, address)
        }
        return .more
    }
}
