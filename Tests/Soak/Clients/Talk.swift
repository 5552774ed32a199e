import TestSupport

/// One connection of a client, which knows when it was opened and what it has met.
struct Talk {
    let socket: StreamSocket
    let opened: ContinuousClock.Instant
    private var buffer: [UInt8] = []

    init(to endpoint: Endpoint) throws(Tally.Fault) {
        opened = .now
        guard let socket = StreamSocket.connect(to: endpoint) else { throw .refused }
        self.socket = socket
    }

    func send(_ text: String) { socket.send(Array(text.utf8)) }

    /// The head of an answer; the status and, in small letters, the fields.
    mutating func readHead() throws(Tally.Fault) -> (status: Int, fields: String) {
        while true {
            if let end = endOfHead() {
                let text = String(decoding: buffer[..<end], as: UTF8.self).lowercased()
                buffer.removeFirst(end)
                let status = text.dropFirst(9).prefix(3)
                return (Int(status) ?? 0, text)
            }
            try receive()
        }
    }

    /// Takes `count` bytes of a body.
    mutating func skip(_ count: Int, pausing: Duration? = nil) throws(Tally.Fault) {
        var left = count
        while true {
            let taken = min(left, buffer.count)
            buffer.removeFirst(taken)
            left -= taken
            if left == 0 { return }
            if let pausing { pause(pausing) }
            try receive()
        }
    }

    mutating func take(_ count: Int) throws(Tally.Fault) -> [UInt8] {
        while buffer.count < count { try receive() }
        defer { buffer.removeFirst(count) }
        return Array(buffer.prefix(count))
    }

    /// Waits for the other side's end.
    func awaitEnd() throws(Tally.Fault) {
        switch socket.receive(within: .seconds(10)) {
        case .closed: return
        case .reset: throw .reset
        case .nothing: throw .silence
        case .bytes: throw .wrong
        }
    }

    private mutating func receive() throws(Tally.Fault) {
        switch socket.receive(within: .seconds(20)) {
        case .bytes(let bytes): buffer += bytes
        case .closed: throw .closed
        case .reset: throw .reset
        case .nothing: throw .silence
        }
    }

    private func endOfHead() -> Int? {
        guard buffer.count >= 4 else { return nil }
        for index in 0...(buffer.count - 4)
        where buffer[index] == 13 && buffer[index + 2] == 13 && buffer[index + 3] == 10 {
            return index + 4
        }
        return nil
    }
}

extension String {
    /// What a field says, in a head of small letters.
    func value(_ name: String) -> Substring? {
        for line in split(separator: "\r\n") where line.hasPrefix(name + ": ") {
            return line.dropFirst(name.count + 2)
        }
        return nil
    }
}
