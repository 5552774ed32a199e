import HTTPWire
import TestSupport
import Vocabulary

@testable import Transport

/// One body as its sender writes it, with whatever stands after it.
struct BodyOnTheWire: Sendable {
    let framing: BodyFraming
    let body: [UInt8]
    let trailers: [String]
    let surplus: [UInt8]
    private let bytes: [UInt8]

    init(_ kind: BodyFraming, using random: inout SeededRandom) {
        let long = Bool.random(using: &random) ? 300 << 10 : 3 << 10
        let count = kind.isEmpty ? 0 : Int.random(in: 1...long, using: &random)
        var body: [UInt8] = []
        while body.count < count { body.append(UInt8.random(in: 0...255, using: &random)) }
        self.body = body
        surplus = kind == .untilClose ? [] : Array("GET /next HTTP/1.1\r\n".utf8)
        switch kind {
        case .none, .untilClose:
            framing = kind
            trailers = []
            bytes = body
        case .length:
            framing = .length(count)
            trailers = []
            bytes = body
        case .chunked:
            framing = .chunked
            trailers = Bool.random(using: &random) ? ["X-Sum: 1", "Content-Length: 5"] : []
            bytes = Self.chunks(body, trailers, using: &random)
        }
    }

    /// Trailers that mean something to framing go nowhere, the others to whom can be told.
    func keptTrailers(as sink: BodyFraming) -> [String] {
        sink == .chunked ? trailers.filter { $0.hasPrefix("X-") } : []
    }

    private static func chunks(
        _ body: [UInt8],
        _ trailers: [String],
        using random: inout SeededRandom
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = body[...]
        while !rest.isEmpty {
            let long = Bool.random(using: &random) ? 70_000 : 40
            let chunk = rest.prefix(Int.random(in: 1...long, using: &random))
            rest = rest.dropFirst(chunk.count)
            let digits = String(chunk.count, radix: 16, uppercase: Bool.random(using: &random))
            bytes += "\(digits)\r\n".utf8
            bytes += chunk
            bytes += "\r\n".utf8
        }
        bytes += "0;end\r\n".utf8
        for line in trailers { bytes += "\(line)\r\n".utf8 }
        return bytes + "\r\n".utf8
    }

    /// What came of passing a body on.
    struct Outcome: Sendable {
        var arrived: [UInt8] = []
        /// What was sent after the body, wherever it waits.
        var left: [UInt8] = []
        var inputMax = 0
        var outputMax = 0
    }

    /// Has a pump pass the body on between two small sockets, in segments as chance has them.
    func pass(_ loop: EventLoop, as kind: BodyFraming, seed: UInt64) async throws -> Outcome {
        var random = SeededRandom(seed &+ 1)
        let (ours, sender) = Peer.unixPair(bufferBytes: 4 << 10)
        let (theirs, receiver) = Peer.unixPair(bufferBytes: 4 << 10)
        let waiter = loop.makeWaiter()
        var source = Connection(try Socket(ours, on: loop), side: .upstream, waiter: waiter)
        var sink = Connection(try Socket(theirs, on: loop), side: .downstream, waiter: waiter)
        let sinkFraming = if case .length = kind { framing } else { kind }
        var pump = BodyPump(framing, as: sinkFraming)
        var unsent = (bytes + surplus)[...]
        var outcome = Outcome()
        var stall = BodyPump.Stall.source
        while stall != .done {
            let segment = unsent.prefix(Int.random(in: 1...9_000, using: &random))
            unsent = unsent.dropFirst(max(sender.send(segment), 0))
            if unsent.isEmpty, framing == .untilClose { sender.endSending() }
            await loop.round()
            stall = try pump.move(from: &source, to: &sink)
            outcome.inputMax = max(outcome.inputMax, source.input.capacity)
            outcome.outputMax = max(outcome.outputMax, sink.output.capacity)
            let room = Int.random(in: 1...9_000, using: &random)
            if case .bytes(let bytes) = receiver.receive(atMost: room) { outcome.arrived += bytes }
        }
        outcome.arrived += receiver.receiveAll()
        outcome.left = source.input.array
        while await source.takeMore() { outcome.left += source.input.array }
        outcome.left += unsent
        pump.release(to: loop.pool)
        return outcome
    }
}

extension Connection {
    /// Replaces the input by what the kernel still has; false when that is nothing.
    fileprivate mutating func takeMore() async -> Bool {
        input.removeAll()
        guard case .bytes? = try? receive() else { return false }
        return true
    }
}

/// A body as a receiver reads it, by a reader that shares nothing with the one under test.
struct WireReading {
    var body: [UInt8] = []
    var trailers: [String] = []
    var isWhole = true

    struct Broken: Error {}

    init(_ bytes: [UInt8], as framing: BodyFraming) throws {
        guard framing == .chunked else {
            body = bytes
            return
        }
        var rest = bytes[...]
        while true {
            let line = try Self.line(&rest)
            guard let size = Int(line, radix: 16), rest.count >= size + 2 else { throw Broken() }
            if size == 0 { break }
            body += rest.prefix(size)
            rest = rest.dropFirst(size)
            guard try Self.line(&rest).isEmpty else { throw Broken() }
        }
        while true {
            let line = try Self.line(&rest)
            if line.isEmpty { break }
            trailers.append(line)
        }
        isWhole = rest.isEmpty
    }

    private static func line(_ rest: inout ArraySlice<UInt8>) throws -> String {
        guard let end = rest.firstIndex(of: 0x0a), end > rest.startIndex, rest[end - 1] == 0x0d
        else { throw Broken() }
        defer { rest = rest[(end + 1)...] }
        return String(decoding: rest[..<(end - 1)], as: UTF8.self)
    }
}
