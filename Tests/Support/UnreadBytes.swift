import Glibc

/// How much of what one end sent the other end has not read yet.
///
/// To show that a parser picks up in the middle of a token, its bytes must reach it in pieces.
/// Two calls of `send` do not promise that, and a pause only makes it likely; the kernel knows.
/// It is asked through its socket diagnostics (`sock_diag(7)`), which look up one connection.
enum UnreadBytes {
    /// Waits until the peer of a TCP connection on this machine has read all that was sent.
    static func waitUntilTaken(_ connection: StreamSocket) {
        guard let ours = Endpoint.of(connection.descriptor, peer: false),
            let theirs = Endpoint.of(connection.descriptor, peer: true)
        else { return }
        let deadline = ContinuousClock.now + .milliseconds(500)
        while let count = count(at: theirs, from: ours), count > 0, .now < deadline {
            sched_yield()
        }
    }

    /// The receive queue of the socket at `end` whose peer is `other`; nil when it is not known.
    private static func count(at end: Endpoint, from other: Endpoint) -> UInt32? {
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_NETLINK, kind, 4)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let question = question(end: end, other: other)
        guard unsafe send(descriptor, question, question.count, 0) == question.count else {
            return nil
        }
        var reply = [UInt8](repeating: 0, count: 1024)
        let count = unsafe recv(descriptor, &reply, reply.count, 0)
        // A header of 16 bytes, family and state in 4, the connection in 48, a timer in 4.
        guard count >= 76, reply[4] == 20, reply[5] == 0 else { return nil }
        return reply[72..<76].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func question(end: Endpoint, other: Endpoint) -> [UInt8] {
        var bytes: [UInt8] = []
        // The header: length, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, sequence, port.
        for word in [72, 20 | 1 << 16, 1, 0] as [UInt32] { bytes += little(word) }
        bytes += [UInt8(end.family), UInt8(IPPROTO_TCP), 0, 0]
        bytes += little(.max)
        let (source, sourcePort) = parts(end)
        let (target, targetPort) = parts(other)
        bytes += [UInt8(sourcePort >> 8), UInt8(sourcePort & 255)]
        bytes += [UInt8(targetPort >> 8), UInt8(targetPort & 255)]
        bytes += source + target
        // Any interface, and no cookie to tell apart a connection that came anew.
        for word in [0, .max, .max] as [UInt32] { bytes += little(word) }
        return bytes
    }

    private static func parts(_ endpoint: Endpoint) -> (address: [UInt8], port: UInt16) {
        var address = [UInt8](repeating: 0, count: 16)
        switch endpoint {
        case .ipv4(let host, let port):
            unsafe inet_pton(AF_INET, host, &address)
            return (address, port)
        case .ipv6(let host, let port):
            unsafe inet_pton(AF_INET6, host, &address)
            return (address, port)
        case .unix:
            return (address, 0)
        }
    }

    private static func little(_ word: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
}
