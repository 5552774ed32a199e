import CLinux
import Glibc
import HTTPWire
import TestSupport
import Testing
import Vocabulary

@testable import Transport

struct BodyPumpTests {
    /// A way a body comes and a way it leaves.
    struct Pair: CustomTestStringConvertible, Sendable {
        let source: BodyFraming
        let sink: BodyFraming
        var testDescription: String { "\(source) to \(sink)" }
    }

    /// The length stands for "whatever the body has".
    private static let pairs = [
        Pair(source: .none, sink: .none), Pair(source: .length(0), sink: .length(0)),
        Pair(source: .length(1), sink: .length(1)), Pair(source: .length(1), sink: .chunked),
        Pair(source: .length(1), sink: .untilClose), Pair(source: .chunked, sink: .chunked),
        Pair(source: .chunked, sink: .untilClose), Pair(source: .untilClose, sink: .chunked),
        Pair(source: .untilClose, sink: .untilClose),
    ]

    @Test(arguments: pairs, 0..<12 as Range<UInt64>)
    func `a body arrives as it was sent, whatever the segments`(
        pair: Pair,
        number: UInt64
    ) async throws {
        var random = SeededRandom(number)
        let sent = BodyOnTheWire(pair.source, using: &random)
        let seed = random.seed

        let outcome = try await onLoop { loop in
            try await sent.pass(loop, as: pair.sink, seed: seed)
        }

        let arrived = try WireReading(outcome.arrived, as: pair.sink)
        let agreed = zip(arrived.body, sent.body).prefix { $0 == $1 }.count
        #expect(agreed == sent.body.count, "seed \(seed)")
        #expect(arrived.body.count == sent.body.count, "seed \(seed)")
        #expect(arrived.trailers == sent.keptTrailers(as: pair.sink), "seed \(seed)")
        #expect(arrived.isWhole, "seed \(seed)")
        #expect(outcome.left == sent.surplus, "seed \(seed)")
        // One large block and a queue of small runs, however long the body is.
        #expect(outcome.inputMax <= BlockSize.bulk.byteCount, "seed \(seed)")
        #expect(outcome.outputMax <= 2 * BlockSize.head.byteCount, "seed \(seed)")
    }

    @Test(arguments: [BodyFraming.length(10), .chunked])
    func `a body whose sender leaves early is cut`(framing: BodyFraming) async throws {
        try await onLoop { loop in
            let (ours, sender) = Peer.unixPair()
            let (theirs, receiver) = Peer.unixPair()
            defer { receiver.close() }
            let waiter = loop.makeWaiter()
            var source = Connection(try Socket(ours, on: loop), side: .upstream, waiter: waiter)
            var sink = Connection(try Socket(theirs, on: loop), side: .downstream, waiter: waiter)
            var pump = BodyPump(framing, as: framing)
            sender.send(framing == .chunked ? "5\r\nhello\r\n" : "hello")
            sender.endSending()
            await loop.round()

            #expect(throws: TransportError.cut(.upstream)) {
                while try pump.move(from: &source, to: &sink) != .done {}
            }
        }
    }

    @Test(arguments: ["g\r\n", "5\nhello", "5\r\nhello5\r\n", "-1\r\n", "0\r\nbad\r\n\r\n"])
    func `a chunk that cannot be read is the sender's fault`(text: String) async throws {
        try await onLoop { loop in
            let (ours, sender) = Peer.unixPair()
            let (theirs, receiver) = Peer.unixPair()
            defer { receiver.close() }
            let waiter = loop.makeWaiter()
            var source = Connection(try Socket(ours, on: loop), side: .upstream, waiter: waiter)
            var sink = Connection(try Socket(theirs, on: loop), side: .downstream, waiter: waiter)
            var pump = BodyPump(.chunked, as: .chunked)
            sender.send(text)
            await loop.round()

            #expect(throws: TransportError.malformed(.badChunk, .upstream)) {
                while try pump.move(from: &source, to: &sink) != .done {}
            }
        }
    }

    @Test func `a sink that is gone is the sink's fault`() async throws {
        try await onLoop { loop in
            let (ours, sender) = Peer.unixPair()
            let (theirs, receiver) = Peer.unixPair()
            let waiter = loop.makeWaiter()
            var source = Connection(try Socket(ours, on: loop), side: .downstream, waiter: waiter)
            var sink = Connection(try Socket(theirs, on: loop), side: .upstream, waiter: waiter)
            var pump = BodyPump(.length(5), as: .length(5))
            receiver.close()
            sender.send("hello")
            await loop.round()

            #expect(throws: TransportError.cut(.upstream)) {
                _ = try pump.move(from: &source, to: &sink)
            }
        }
    }

    @Test func `a body that never has to wait gives others their turn`() async throws {
        try await onLoop { loop in
            let (ours, sender) = Peer.unixPair()
            let waiter = loop.makeWaiter()
            var source = Connection(try Socket(ours, on: loop), side: .upstream, waiter: waiter)
            let bottomless = try Socket(Peer.bottomless(), on: loop)
            var sink = Connection(bottomless, side: .downstream, waiter: waiter)
            var pump = BodyPump(.chunked, as: .chunked)
            let chunk = Array("8000\r\n".utf8) + [UInt8](repeating: 7, count: 0x8000) + [13, 10]
            for _ in 0..<40 { unsafe source.input.append(chunk.span.bytes) }
            sender.send(chunk)
            await loop.round()

            #expect(try pump.move(from: &source, to: &sink) == .turn)
            #expect(pump.moved == 40 * 0x8000)
            #expect(try pump.move(from: &source, to: &sink) == .source)
            #expect(pump.moved == 41 * 0x8000)
        }
    }
}

extension Peer {
    /// A datagram socket to a port where nobody reads: it takes whatever it is given.
    fileprivate static func bottomless() -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        let any = SocketAddress.tcp(.loopback, port: 0)
        _ = unsafe any.withKernelForm { unsafe bind(descriptor, $0, $1) }
        // Connected to itself, and what it has no room for is lost.
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
                unsafe connect(descriptor, $0, size)
                return descriptor
            }
        }
    }
}
