import CLinux
import Glibc

/// A descriptor the loop watches, and what is known of it without asking the kernel.
///
/// The kernel tells of a change once (edge-triggered), so what it told is kept until a call proves it
/// over. A peer's end is never over: it is still there to be read after the data before it.
public final class Socket {
    let descriptor: Int32
    private let loop: EventLoop
    private var readiness: Readiness = []
    private var awaited: Readiness = []
    var waiter: Waiter?

    /// Takes ownership of the descriptor.
    public init(_ descriptor: Int32, on loop: EventLoop) throws(TransportError) {
        self.descriptor = descriptor
        self.loop = loop
        try loop.watch(self)
    }

    deinit {
        loop.unwatch(descriptor)
        Glibc.close(descriptor)
    }

    func note(_ change: Readiness) {
        readiness.formUnion(change)
        guard !readiness.isDisjoint(with: awaited), let waiter else { return }
        waiter.wake(.ready)
    }

    /// Has the waiter woken when any of `readiness` comes; true when it is here already.
    func await(_ wanted: Readiness) -> Bool {
        awaited = wanted
        return !readiness.isDisjoint(with: wanted)
    }

    func awaitNothing() { awaited = [] }

    var isReadable: Bool { !readiness.isDisjoint(with: [.readable, .ended, .failed]) }
    var isWritable: Bool { !readiness.isDisjoint(with: [.writable, .failed]) }
    var hasFailed: Bool { readiness.contains(.failed) }

    /// Whether anything has come that nobody has read: bytes, an end, an error.
    ///
    /// A read that exactly fills its buffer leaves the question open, so the kernel is asked then.
    func hasSomethingToRead() -> Bool {
        guard isReadable else { return false }
        guard SystemCall.isDrained(descriptor) else { return true }
        noteDrained()
        return isReadable
    }

    /// The same, as the kernel knows it at this moment.
    ///
    /// What it told the loop is as old as the round, and within a round an upstream can end a
    /// connection or say what nobody asked for.
    func hasSomethingToReadNow() -> Bool {
        if isReadable { return hasSomethingToRead() }
        if SystemCall.isDrained(descriptor) { return false }
        readiness.insert(.readable)
        return true
    }

    /// Reading gave less than there was room for, so there is no more for now.
    func noteDrained() { readiness.remove(.readable) }
    func noteFull() { readiness.remove(.writable) }

    /// The error that ended a connection attempt, or zero.
    func pendingError() -> Int32 {
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
        return error
    }

    /// Says that nothing more will be sent.
    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Keep-alives of TCP; without effect on a Unix socket, whose peer cannot vanish.
    func watchPeer() {
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, size) == 0 else {
            return
        }
        _ = linux_set_tcp_option(descriptor, TCP_KEEPIDLE, TransportBounds.probeAfterSeconds)
        _ = linux_set_tcp_option(descriptor, TCP_KEEPINTVL, TransportBounds.probeEverySeconds)
        _ = linux_set_tcp_option(descriptor, TCP_KEEPCNT, TransportBounds.probesMax)
    }

    /// Closes a connection that nobody has taken on, with a reset.
    ///
    /// It leaves nothing in the kernel: a flood that is refused in order would be kept for a minute.
    static func refuse(_ descriptor: Int32) {
        resetOnClose(descriptor)
        Glibc.close(descriptor)
    }

    /// Makes the close that follows a reset, so that no peer takes what it has for the whole.
    func resetOnClose() { Self.resetOnClose(descriptor) }

    private static func resetOnClose(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_LINGER,
            &option,
            socklen_t(MemoryLayout<linger>.size)
        )
    }
}

/// What a socket can do now.
struct Readiness: OptionSet, Sendable {
    let rawValue: UInt8

    static let readable = Readiness(rawValue: 1)
    static let writable = Readiness(rawValue: 2)
    /// The peer will send nothing more.
    static let ended = Readiness(rawValue: 4)
    /// The connection is gone in both directions.
    static let failed = Readiness(rawValue: 8)

    static let input: Readiness = [.readable, .ended, .failed]
    static let output: Readiness = [.writable, .failed]
}

extension Readiness {
    init(epoll events: UInt32) {
        self = []
        if events & EPOLLIN.rawValue != 0 { insert(.readable) }
        if events & EPOLLOUT.rawValue != 0 { insert(.writable) }
        if events & EPOLLRDHUP.rawValue != 0 { insert(.ended) }
        if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { insert(.failed) }
    }
}
