public import Crypto
import Glibc
public import Vocabulary

/// A socket with its two queues of bytes; when it goes out of scope, the socket closes.
///
/// Memory is borrowed only while there is something to hold. Over TLS the queues hold what was said,
/// and the records it is said in have queues of their own: `Connection+TLS`.
public struct Connection: ~Copyable {
    public let side: Side
    public var input = ByteBuffer()
    public var output = ByteBuffer()
    /// It will end in a reset.
    public private(set) var isAborted = false
    public let waiter: Waiter
    let socket: Socket
    /// nil in clear text.
    public internal(set) var tls: TLSSession?
    /// Bytes taken from and given to the kernel, for deadlines of pace and for the record.
    var received = 0
    private(set) var sent = 0
    /// Bytes of data that came out of records.
    var opened = 0
    /// Bytes of data that have come.
    var heard: Int { tls == nil ? received : opened }
    /// How many of these have been taken from the input.
    var consumed: Int { heard &- input.count }
    /// A send has met a reset; the kernel says so once, and would then report a mere end.
    private var hasMetReset = false

    public init(_ socket: Socket, side: Side, waiter: Waiter, tls: TLSSession? = nil) {
        self.socket = socket
        self.tls = tls
        self.side = side
        self.waiter = waiter
        socket.waiter = waiter
    }

    var pool: BlockPool { waiter.loop.pool }

    // MARK: Receiving

    enum Receipt {
        case bytes
        case nothingYet
        case end
    }

    /// Takes what the kernel has, without waiting.
    mutating func receive(_ size: BlockSize = .head) throws(TransportError) -> Receipt {
        guard tls == nil else { return try receiveSecurely(size) }
        guard socket.isReadable else { return .nothingYet }
        if input.isEmpty, input.capacity < size.byteCount { input.release(to: pool) }
        input.acquire(size, from: pool)
        let (count, room) = SystemCall.receive(socket.descriptor, into: &input)
        if count > 0 {
            received &+= count
            if count < room { socket.noteDrained() }
            return .bytes
        }
        if count == 0 {
            guard !hasMetReset else { throw .cut(side) }
            return .end
        }
        guard errno == EAGAIN else { throw .cut(side) }
        socket.noteDrained()
        return .nothingYet
    }

    /// Waits for bytes; false at the end of the stream.
    public mutating func fill(by deadline: Instant) async throws(TransportError) -> Bool {
        while true {
            switch try receive() {
            case .bytes: return true
            case .end: return false
            case .nothingYet:
                guard await ready(.input, by: deadline) else { throw .timedOut(side) }
            }
        }
    }

    // MARK: Sending

    /// Sends queued output, without waiting; true once nothing is left.
    mutating func send() throws(TransportError) -> Bool {
        guard tls == nil else { return try sendSecurely() }
        while !output.isEmpty {
            let count = SystemCall.send(socket.descriptor, output.bytes)
            guard try note(sent: count) else { return false }
            output.removeFirst(count)
        }
        return true
    }

    /// Sends queued output and then `bytes`, without waiting and without copying them.
    ///
    /// Answers how many of `bytes` went.
    mutating func send(_ bytes: RawSpan) throws(TransportError) -> Int {
        guard tls == nil else { return try sendSecurely(bytes) }
        var gone = 0
        while gone < bytes.byteCount {
            let queued = output.count
            let rest = bytes.extracting(droppingFirst: gone)
            let count = SystemCall.send(socket.descriptor, output.bytes, rest)
            guard try note(sent: count) else { break }
            output.removeFirst(min(count, queued))
            gone &+= max(count &- queued, 0)
        }
        return gone
    }

    /// Whether a body can pass without being looked at; what is sealed has to be.
    var canSplice: Bool { tls == nil }

    /// Moves up to `byteMax` bytes from the kernel's hands into the pipe; zero at the stream's end,
    /// nil when there is nothing yet.
    mutating func splice(into pipe: Pipe, upTo byteMax: Int) throws(TransportError) -> Int? {
        guard socket.isReadable else { return nil }
        let count = pipe.fill(from: socket.descriptor, upTo: byteMax)
        if count >= 0 {
            received &+= count
            return count
        }
        guard errno == EAGAIN else { throw .cut(side) }
        // It may be the pipe that is full: its places are counted, and small runs take one each.
        if pipe.count == 0 { socket.noteDrained() }
        return nil
    }

    /// Moves what the pipe holds into the kernel's hands; false when it takes no more for now.
    mutating func splice(from pipe: Pipe) throws(TransportError) -> Bool {
        while pipe.count > 0 {
            guard try note(sent: pipe.drain(into: socket.descriptor)) else { return false }
        }
        return true
    }

    /// False when the kernel takes no more for now.
    mutating func note(sent count: Int) throws(TransportError) -> Bool {
        if count >= 0 {
            sent &+= count
            return true
        }
        guard errno == EAGAIN else {
            // A peer that had ended in order before it left gives EPIPE instead.
            if errno == ECONNRESET { hasMetReset = true }
            throw .cut(side)
        }
        socket.noteFull()
        return false
    }

    // MARK: Waiting and ending

    /// Sleeps until the socket has any of `wanted`; false when the deadline passes first.
    func ready(_ wanted: Readiness, by deadline: Instant) async -> Bool {
        defer { socket.awaitNothing() }
        if expects(wanted) { return true }
        return await waiter.sleep(until: deadline) == .ready
    }

    /// Sleeps until either socket has any of what is wanted of it, or the deadline passes.
    func ready(
        _ wanted: Readiness,
        or other: borrowing Connection,
        _ otherWanted: Readiness,
        by deadline: Instant
    ) async {
        let isReady = expects(wanted)
        let isOtherReady = other.expects(otherWanted)
        if !isReady, !isOtherReady { _ = await waiter.sleep(until: deadline) }
        socket.awaitNothing()
        other.socket.awaitNothing()
    }

    /// Has the waiter woken when any of `wanted` comes; true when it is here already.
    private func expects(_ wanted: Readiness) -> Bool {
        let isReady = socket.await(wanted)
        return isReady || (wanted.contains(.readable) && hasUnopened)
    }

    /// Has the lobby told when something comes, or when nothing has by the deadline.
    ///
    /// True when something is here already.
    func awaitInLobby(_ lobby: Lobby, until deadline: Instant) -> Bool {
        if expects(.input) { return true }
        waiter.sit(in: lobby, until: deadline)
        return false
    }

    /// Brings the end of its time in the lobby forward.
    func hurryInLobby(until deadline: Instant) {
        guard let lobby = waiter.lobby, deadline < waiter.deadline else { return }
        waiter.sit(in: lobby, until: deadline)
    }

    /// Whether the peer has said anything, or ended, since it was last heard.
    var hasNews: Bool { hasUnopened || socket.hasSomethingToReadNow() }

    /// Throws away what comes; false when the peer has ended too, or sends too much.
    mutating func discardInput() -> Bool {
        defer { releaseMemory() }
        let start = received
        while received &- start < TransportBounds.lingerByteMax {
            guard let receipt = try? receive(), receipt != .end else { return false }
            if receipt == .nothingYet { return true }
            input.removeAll()
        }
        return false
    }

    func leaveLobby() {
        socket.awaitNothing()
        waiter.lobby = nil
    }

    /// Whether the peer can still be told anything.
    public var isAlive: Bool { !socket.hasFailed }

    /// Has the kernel ask, while nobody speaks, whether the peer is there still.
    ///
    /// For connections that may be silent for longer than it takes to notice a machine that is gone.
    public func watchPeer() { socket.watchPeer() }

    /// Has the connection end in a reset.
    public mutating func abort() {
        isAborted = true
        socket.resetOnClose()
    }

    /// Ends our side and reads on for a while, so that the last answer is not lost to a reset.
    ///
    /// A kernel that closes a socket with unread bytes resets the connection, and the peer may then
    /// never see what was sent to it.
    public mutating func linger(for duration: Patience) async {
        let deadline = waiter.loop.now + duration
        await sayEnd(by: deadline)
        socket.endSending()
        let start = received
        do throws(TransportError) {
            repeat {
                input.removeAll()
            } while try await fill(by: deadline)
                && received &- start < TransportBounds.lingerByteMax
        } catch {}
    }

    /// Says that nothing more will be sent.
    mutating func endSending() {
        if sayEnd() { socket.endSending() }
    }

    /// Gives the memory of empty queues back.
    mutating func releaseEmptyMemory() {
        if input.isEmpty { input.release(to: pool) }
        if output.isEmpty { output.release(to: pool) }
        if tls != nil { releaseEmptyRecords() }
    }

    /// Gives all memory back.
    public mutating func releaseMemory() {
        input.release(to: pool)
        output.release(to: pool)
        if tls != nil { releaseEmptyRecords() }
    }
}
