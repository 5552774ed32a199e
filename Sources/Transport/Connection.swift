import Glibc
public import Vocabulary

/// A socket with its two queues of bytes; when it goes out of scope, the socket closes.
///
/// Memory is borrowed only while there is something to hold.
public struct Connection: ~Copyable {
    public let side: Side
    public var input = ByteBuffer()
    public var output = ByteBuffer()
    /// It will end in a reset.
    public private(set) var isAborted = false
    public let waiter: Waiter
    let socket: Socket
    /// Bytes taken from and given to the kernel, for deadlines of pace and for the record.
    private(set) var received = 0
    private(set) var sent = 0
    /// How many of the bytes received have been taken from the input.
    var consumed: Int { received &- input.count }
    /// A send has met a reset; the kernel says so once, and would then report a mere end.
    private var hasMetReset = false

    public init(_ socket: Socket, side: Side, waiter: Waiter) {
        self.socket = socket
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
    private mutating func note(sent count: Int) throws(TransportError) -> Bool {
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
        if socket.await(wanted) { return true }
        return await waiter.sleep(until: deadline) == .ready
    }

    /// Sleeps until either socket has any of what is wanted of it, or the deadline passes.
    func ready(
        _ wanted: Readiness,
        or other: borrowing Connection,
        _ otherWanted: Readiness,
        by deadline: Instant
    ) async {
        let isReady = socket.await(wanted)
        let isOtherReady = other.socket.await(otherWanted)
        if !isReady, !isOtherReady { _ = await waiter.sleep(until: deadline) }
        socket.awaitNothing()
        other.socket.awaitNothing()
    }

    /// Has the lobby told when something comes, or when nothing has by the deadline.
    ///
    /// True when something is here already.
    func awaitInLobby(_ lobby: Lobby, until deadline: Instant) -> Bool {
        if socket.await(.input) { return true }
        waiter.sit(in: lobby, until: deadline)
        return false
    }

    /// Whether the peer has said anything, or ended, since it was last heard.
    var hasNews: Bool { socket.hasSomethingToReadNow() }

    func leaveLobby() {
        socket.awaitNothing()
        waiter.lobby = nil
    }

    /// Whether the peer can still be told anything.
    public var isAlive: Bool { !socket.hasFailed }

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
        socket.endSending()
        let deadline = waiter.loop.now + duration
        let start = received
        do throws(TransportError) {
            repeat {
                input.removeAll()
            } while try await fill(by: deadline)
                && received &- start < TransportBounds.lingerByteMax
        } catch {}
    }

    /// Says that nothing more will be sent.
    func endSending() { socket.endSending() }

    /// Gives the memory of empty queues back.
    mutating func releaseEmptyMemory() {
        if input.isEmpty { input.release(to: pool) }
        if output.isEmpty { output.release(to: pool) }
    }

    /// Gives all memory back.
    public mutating func releaseMemory() {
        input.release(to: pool)
        output.release(to: pool)
    }
}
