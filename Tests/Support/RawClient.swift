public import Crypto
import Vocabulary

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
    /// nil in clear text.
    public let tls: TLSSession?

    /// - secured: the server to shake hands with first; nil when that fails.
    public init?(
        to endpoint: Endpoint,
        from source: String? = nil,
        after prelude: [UInt8] = [],
        securedWith peer: TLSPeer? = nil
    ) {
        guard let socket = StreamSocket.connect(to: endpoint, from: source) else { return nil }
        self.socket = socket
        if !prelude.isEmpty { socket.send(prelude) }
        tls = peer?.session()
        if let tls, !shakeHands(tls) { return nil }
    }

    /// Bytes that came and were not yet read as an answer.
    public var unread: [UInt8] { buffer }

    public func send(_ bytes: [UInt8]) {
        guard let tls else {
            socket.send(bytes)
            return
        }
        var gone = 0
        while gone < bytes.count {
            let rest = Array(bytes[gone...])
            guard let count = try? unsafe tls.write(rest.span.bytes) else { return }
            gone += count
            sendRecords(of: tls)
        }
    }

    /// Says the end as TLS has it said.
    public func sayEnd() {
        guard let tls else { return }
        tls.endSending()
        sendRecords(of: tls)
    }

    private func shakeHands(_ tls: TLSSession) -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            let outcome = tls.shakeHands()
            sendRecords(of: tls)
            if outcome == .done(0) { return true }
            guard outcome == .wantsInput,
                case .bytes(let bytes) = socket.receive(
                    within: ContinuousClock.now.duration(to: deadline)
                )
            else { return false }
            take(bytes, tls)
        }
    }

    private func take(_ bytes: [UInt8], _ tls: TLSSession) {
        unsafe tls.input.append(bytes.span.bytes)
        tls.noteInput()
    }

    private func sendRecords(of tls: TLSSession) {
        let bytes = Self.bytes(of: tls.output)
        tls.output.removeAll()
        if !bytes.isEmpty { socket.send(bytes) }
    }

    private static func bytes(of buffer: borrowing ByteBuffer) -> [UInt8] {
        var all: [UInt8] = []
        all.reserveCapacity(buffer.count)
        for index in 0..<buffer.count { all.append(buffer.bytes[index]) }
        return all
    }

    /// Opens what has come; an end that was said is the end of the connection.
    private func open(_ tls: TLSSession) {
        var room = ByteBuffer()
        while true {
            switch tls.read(into: &room) {
            case .done: continue
            case .ended: end = .closed
            case .failed: end = .reset
            case .wantsInput: break
            }
            break
        }
        buffer += Self.bytes(of: room)
    }

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
            if let tls {
                take(bytes, tls)
                open(tls)
            } else {
                buffer += bytes
            }
            onReceipt()
        // An end that TLS does not know of is a cut.
        case .closed: end = tls == nil ? .closed : .reset
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
