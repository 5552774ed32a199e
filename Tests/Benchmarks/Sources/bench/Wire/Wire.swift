import CSSL
import Glibc

/// One blocking TCP connection on loopback that can read a head and a body.
///
/// The benchmark's own client and its own upstream speak through it. It knows just enough HTTP/1.1
/// for peers that the benchmark itself set up.
final class Wire {
    let fd: Int32
    /// The TLS session, where the other side speaks it.
    private let session: OpaquePointer?
    private var buffer: [UInt8]
    private var start = 0
    private var end = 0

    init(fd: Int32, bufferSize: Int = 256 << 10, session: OpaquePointer? = nil) {
        self.fd = fd
        self.session = session
        buffer = [UInt8](repeating: 0, count: bufferSize)
        var on: Int32 = 1
        setsockopt(fd, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
    }

    convenience init(to port: UInt16) throws(Trouble) {
        self.init(fd: try Loopback.connect(to: port))
    }

    deinit {
        SSL_free(session)
        close(fd)
    }

    /// Whether the other side has closed or broken the connection.
    var hasEnded: Bool {
        var byte: UInt8 = 0
        let count = recv(fd, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count == 0 || (count < 0 && errno != EAGAIN)
    }

    func send(_ text: String) throws(Trouble) { try send(Array(text.utf8)[...]) }

    func send(_ bytes: ArraySlice<UInt8>) throws(Trouble) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { bytes in
                if let session {
                    return Int(SSL_write(session, bytes.baseAddress, Int32(bytes.count)))
                }
                return Glibc.send(fd, bytes.baseAddress, bytes.count, 0)
            }
            guard count > 0 else { throw Trouble.system("sending") }
            rest = rest.dropFirst(count)
        }
    }

    /// The next message's head, or nil when the other side has gone between two messages.
    func readHead() throws(Trouble) -> Head? {
        while true {
            if let length = headLength() {
                let text = String(decoding: buffer[start..<start + length], as: UTF8.self)
                start += length
                return Head(text)
            }
            let wasEmpty = start == end
            guard try fill() else {
                guard wasEmpty else { throw Trouble("a head was cut") }
                return nil
            }
        }
    }

    /// Reads a body to its end, handing over its content piece by piece.
    func readBody(
        _ framing: Head.Framing,
        _ take: (ArraySlice<UInt8>) throws(Trouble) -> Void
    ) throws(Trouble) {
        switch framing {
        case .length(let count): try readExactly(count, take)
        case .chunked:
            while true {
                let size = try readLine().prefix { $0 != ";" }
                guard let count = Int(size, radix: 16) else { throw Trouble("a bad chunk size") }
                if count == 0 { break }
                try readExactly(count, take)
                guard try readLine().isEmpty else { throw Trouble("a chunk is too long") }
            }
            while try !readLine().isEmpty {}
        }
    }

    private func readExactly(
        _ count: Int,
        _ take: (ArraySlice<UInt8>) throws(Trouble) -> Void
    ) throws(Trouble) {
        var missing = count
        while missing > 0 {
            if start == end {
                guard try fill() else { throw Trouble("a body was cut, \(missing) bytes short") }
            }
            let part = min(missing, end - start)
            try take(buffer[start..<start + part])
            start += part
            missing -= part
        }
    }

    private func readLine() throws(Trouble) -> String {
        while true {
            if let feed = buffer[start..<end].firstIndex(of: 10) {
                let line = buffer[start..<feed]
                start = feed + 1
                return String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
            }
            guard try fill() else { throw Trouble("a line was cut") }
        }
    }

    private func headLength() -> Int? {
        let bytes = buffer[start..<end]
        for index in bytes.indices.dropFirst(3) where bytes[index] == 10 {
            if bytes[index - 1] == 13, bytes[index - 2] == 10, bytes[index - 3] == 13 {
                return index + 1 - start
            }
        }
        return nil
    }

    /// Reads what is there; false at the end of the stream.
    private func fill() throws(Trouble) -> Bool {
        if start == end {
            (start, end) = (0, 0)
        } else if start > 0 {
            buffer.replaceSubrange(0..<end - start, with: Array(buffer[start..<end]))
            (start, end) = (0, end - start)
        }
        let count = buffer.withUnsafeMutableBytes { space in
            let room = space.baseAddress.map { $0 + end }
            if let session { return Int(SSL_read(session, room, Int32(space.count - end))) }
            return recv(fd, room, space.count - end, 0)
        }
        guard count >= 0 else { throw Trouble.system("receiving") }
        end += count
        return count > 0
    }
}
