/// A client that sends whatever bytes it is told to and reads answers strictly.
///
/// It tells four ends apart that a library would blur: kept open, closed in order, reset, and
/// closed in the middle of an answer.
public final class RawClient {
    public enum Next: Sendable, Equatable {
        case answer(StrictAnswer)
        case broken(String, [UInt8])
        /// The connection ended, with these bytes of an answer that never came whole.
        case closed([UInt8])
        case reset([UInt8])
        case nothing([UInt8])
    }

    public let socket: StreamSocket
    /// Called whenever something came.
    public var onReceipt: () -> Void = {}
    private var buffer: [UInt8] = []
    private var end: Received?

    public init?(to endpoint: Endpoint, from source: String? = nil) {
        guard let socket = StreamSocket.connect(to: endpoint, from: source) else { return nil }
        self.socket = socket
    }

    /// Bytes that came and were not yet read as an answer.
    public var unread: [UInt8] { buffer }

    public func send(_ bytes: [UInt8]) { socket.send(bytes) }

    /// Sends one byte at a time, each only when the one before it was read.
    public func sendByteByByte(_ bytes: [UInt8]) {
        for byte in bytes {
            guard socket.send([byte]) else { return }
            socket.waitUntilTaken()
        }
    }

    /// The next answer, interim ones among them.
    public func nextAnswer(to method: String, within limit: Duration) -> Next {
        let deadline = ContinuousClock.now + limit
        while true {
            let reading = StrictReader.answer(buffer, to: method, hasEnded: end == .closed)
            switch reading {
            case .whole(let answer, let length):
                buffer.removeFirst(length)
                return .answer(answer)
            case .broken(let why):
                return .broken(why, buffer)
            case .incomplete:
                if end == .closed { return .closed(buffer) }
                if end == .reset { return .reset(buffer) }
                guard receive(until: deadline) else { return .nothing(buffer) }
            }
        }
    }

    /// Raw bytes, once the connection has become a tunnel: at least `count`, or all until its end.
    public func tunnelled(atLeast count: Int, within limit: Duration) -> [UInt8] {
        let deadline = ContinuousClock.now + limit
        while buffer.count < count, end == nil, receive(until: deadline) {}
        defer { buffer = [] }
        return buffer
    }

    /// Reads to the end of the connection; what came before it stays in `unread`.
    public func waitForEnd(within limit: Duration) -> Received {
        let deadline = ContinuousClock.now + limit
        while end == nil, receive(until: deadline) {}
        return end ?? .nothing
    }

    private func receive(until deadline: ContinuousClock.Instant) -> Bool {
        let left = ContinuousClock.now.duration(to: deadline)
        switch socket.receive(within: left) {
        case .bytes(let bytes):
            buffer += bytes
            onReceipt()
        case .closed: end = .closed
        case .reset: end = .reset
        case .nothing: return false
        }
        return true
    }
}

extension StreamSocket {
    /// Waits until the peer has read what was sent, where the kernel can say so.
    public func waitUntilTaken() { UnreadBytes.waitUntilTaken(self) }
}
