import Crypto
import Vocabulary

/// A socket at whose other end a client speaks TLS with us, the server.
// SAFETY: one thread at a time touches it, that of its conversation.
final class SecureSocket: @unchecked Sendable {
    let socket: StreamSocket
    private let tls: TLSSession
    private var hasEnded = false

    init(_ socket: StreamSocket, _ tls: TLSSession) {
        self.socket = socket
        self.tls = tls
    }

    var isResumed: Bool { tls.isResumed }
    var peerCertificate: [UInt8]? { tls.peerCertificate }

    /// Whether hands were shaken.
    func shakeHands() -> Bool {
        while true {
            let outcome = tls.shakeHands()
            sendRecords()
            if outcome == .done(0) { return true }
            guard outcome == .wantsInput,
                case .bytes(let bytes) = socket.receive(within: .seconds(10))
            else { return false }
            take(bytes)
        }
    }

    /// What came in these records: data, which may be none, or the end.
    func open(_ records: [UInt8]) -> Received {
        take(records)
        var room = ByteBuffer()
        while true {
            switch tls.read(into: &room) {
            case .done: continue
            case .wantsInput: break
            case .ended: hasEnded = true
            case .failed: return .reset
            }
            break
        }
        sendRecords()
        return room.isEmpty && hasEnded ? .closed : .bytes(Self.bytes(of: room))
    }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var gone = 0
        while gone < bytes.count {
            let rest = Array(bytes[gone...])
            guard let count = try? unsafe tls.write(rest.span.bytes) else { return false }
            gone += count
            guard sendRecords() else { return false }
        }
        return true
    }

    /// Says the end as TLS has it said.
    func sayEnd() {
        tls.endSending()
        sendRecords()
    }

    private func take(_ bytes: [UInt8]) {
        unsafe tls.input.append(bytes.span.bytes)
        tls.noteInput()
    }

    @discardableResult
    private func sendRecords() -> Bool {
        let bytes = Self.bytes(of: tls.output)
        tls.output.removeAll()
        return bytes.isEmpty || socket.send(bytes)
    }

    private static func bytes(of buffer: borrowing ByteBuffer) -> [UInt8] {
        unsafe buffer.bytes.withUnsafeBytes { unsafe Array($0) }
    }
}
