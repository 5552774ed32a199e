import Glibc

/// A name server on a real socket that answers as a test tells it to, the truth or anything else.
public final class FakeNameServer: Sendable {
    /// What a question gets.
    public enum Reply: Sendable {
        /// A and AAAA records, of which each question gets its own kind.
        case addresses([String], seconds: UInt32 = 1)
        /// There is no such name.
        case missing
        /// The server has its own troubles.
        case failure
        case silence
        /// These bytes, whatever was asked.
        case bytes([UInt8])
        /// The right answer to another question.
        case stray(String)
    }

    private struct State {
        var replies: [String: Reply] = [:]
        var questions: [String: Int] = [:]
        var isStopped = false
    }

    public let endpoint: Endpoint
    private let descriptor: Int32
    /// For answers that do not fit into a datagram.
    private let stream: Int32
    private let state = Monitor(State())

    public init(_ replies: [String: Reply]) {
        var pair = Self.pair()
        // The port of one kind may be somebody's as the other kind.
        while pair == nil { pair = Self.pair() }
        (descriptor, stream, endpoint) = pair ?? (-1, -1, .ipv4("127.0.0.1", port: 0))
        state.withState { $0.replies = replies }
        Threads.start { [self] in serve() }
    }

    /// Both kinds of socket at one port.
    private static func pair() -> (datagram: Int32, stream: Int32, endpoint: Endpoint)? {
        let datagram = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | closing, 0)
        let stream = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | closing, 0)
        let any = Endpoint.ipv4("127.0.0.1", port: 0)
        if unsafe any.withAddress({ unsafe bind(datagram, $0, $1) }) == 0,
            let endpoint = Endpoint.of(datagram, peer: false),
            unsafe endpoint.withAddress({ unsafe bind(stream, $0, $1) }) == 0,
            listen(stream, 8) == 0
        {
            return (datagram, stream, endpoint)
        }
        close(datagram)
        close(stream)
        return nil
    }

    private static let closing = Int32(SOCK_CLOEXEC.rawValue)

    deinit {
        close(descriptor)
        close(stream)
    }

    public func stop() { state.withState { $0.isStopped = true } }

    public func set(_ name: String, to reply: Reply) {
        state.withState { $0.replies[name] = reply }
    }

    /// How often a name was asked for, whichever kind of address was wanted.
    public func questions(of name: String) -> Int {
        state.withState { $0.questions[name] ?? 0 }
    }

    private func serve() {
        while !state.withState({ $0.isStopped }) {
            var wanted = [descriptor, stream].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            guard unsafe poll(&wanted, 2, 20) > 0 else { continue }
            if wanted[0].revents != 0 { serveDatagram() }
            if wanted[1].revents != 0 { serveStream() }
        }
    }

    private func serveDatagram() {
        var room = [UInt8](repeating: 0, count: 2048)
        var from = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let count = unsafe withUnsafeMutablePointer(to: &from) { from in
            unsafe from.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe recvfrom(descriptor, &room, room.count, 0, $0, &size)
            }
        }
        guard count > 12, var answer = answer(to: Array(room[..<count])) else { return }
        if answer.count > 512 {
            // Cut off, and marked as such: whoever asks comes again over a stream.
            answer = Array(answer[..<12])
            answer[2] |= 2
            answer[7] = 0
            answer += room[12..<count]
        }
        _ = unsafe withUnsafePointer(to: &from) { from in
            unsafe from.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe sendto(descriptor, answer, answer.count, 0, $0, size)
            }
        }
    }

    private func serveStream() {
        let accepted = accept(stream, nil, nil)
        guard accepted >= 0 else { return }
        defer { close(accepted) }
        var room = [UInt8](repeating: 0, count: 2048)
        let count = unsafe recv(accepted, &room, room.count, 0)
        guard count > 14, let answer = answer(to: Array(room[2..<count])) else { return }
        let framed = [UInt8(answer.count >> 8), UInt8(answer.count & 255)] + answer
        _ = unsafe send(accepted, framed, framed.count, Int32(MSG_NOSIGNAL))
        // Closed when the other side has read it.
        _ = unsafe recv(accepted, &room, room.count, 0)
    }

    /// nil for silence.
    private func answer(to query: [UInt8]) -> [UInt8]? {
        guard let (name, end) = Self.name(in: query) else { return nil }
        let wantsV6 = query[end + 1] == 28
        let reply = state.withState { state in
            state.questions[name, default: 0] += 1
            return state.replies[name] ?? .missing
        }
        let question = Array(query[12..<(end + 4)])
        switch reply {
        case .silence: return nil
        case .bytes(let bytes): return bytes
        case .missing: return Self.head(query, code: 3, count: 0) + question
        case .failure: return Self.head(query, code: 2, count: 0) + question
        case .stray(let address):
            let other = Self.encoded("elsewhere.test") + question.suffix(4)
            return Self.head(query, code: 0, count: 1) + other
                + Self.record([0xc0, 12], address, 60)
        case .addresses(let all, let seconds):
            let records = all.filter { $0.contains(":") == wantsV6 }
                .map { Self.record([0xc0, 12], $0, seconds) }
            return Self.head(query, code: 0, count: records.count) + question
                + records.flatMap { $0 }
        }
    }

    private static func head(_ query: [UInt8], code: UInt8, count: Int) -> [UInt8] {
        [query[0], query[1], 0x81, 0x80 | code, 0, 1, UInt8(count >> 8), UInt8(count & 255), 0, 0]
            + [0, 0]
    }

    /// The name asked for, and where its type stands.
    private static func name(in query: [UInt8]) -> (name: String, end: Int)? {
        var labels: [String] = []
        var at = 12
        while at < query.count, query[at] > 0 {
            let end = at + 1 + Int(query[at])
            guard end < query.count else { return nil }
            labels.append(String(decoding: query[(at + 1)..<end], as: UTF8.self))
            at = end
        }
        guard at + 5 <= query.count else { return nil }
        return (labels.joined(separator: ".").lowercased(), at + 1)
    }

    private static func encoded(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    private static func record(_ name: [UInt8], _ address: String, _ seconds: UInt32) -> [UInt8] {
        let isV6 = address.contains(":")
        var bytes = [UInt8](repeating: 0, count: isV6 ? 16 : 4)
        let parsed = unsafe inet_pton(isV6 ? AF_INET6 : AF_INET, address, &bytes)
        precondition(parsed == 1, "no address")
        let time = (0..<4).map { UInt8(truncatingIfNeeded: seconds >> (24 - 8 * UInt32($0))) }
        return name + [0, isV6 ? 28 : 1, 0, 1] + time + [0, UInt8(bytes.count)] + bytes
    }
}
