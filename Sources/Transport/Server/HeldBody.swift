import HTTPWire
import Vocabulary

/// A request's body that stays in the client's input until somebody has judged it.
///
/// It is read and not taken: what is passed on afterwards is the very bytes that were judged. One of a
/// known length is read where it stands; one in chunks has its data copied, and its chunks stay.
struct HeldBody: ~Copyable {
    /// The data of a body in chunks.
    fileprivate(set) var data = ByteBuffer()
    /// How many bytes of the input are the body, framing included.
    fileprivate(set) var rawCount = 0
    fileprivate(set) var isWhole = false
    fileprivate(set) var isCopied = false

    var isUsed: Bool { isWhole || isCopied }
}

extension Exchange {
    /// The body that is held; empty where none is.
    public var heldBody: RawSpan {
        @_lifetime(borrow self)
        get {
            guard held.isWhole else { return RawSpan() }
            return held.isCopied
                ? held.data.bytes : client.input.bytes.extracting(first: held.rawCount)
        }
    }

    /// Waits until the whole body is here, and leaves it where it is.
    ///
    /// No more than `byteMax` bytes of data are ever held, and about as many of framing. A client that
    /// waits to be told to go on is told.
    public mutating func holdBody(upTo byteMax: Int) async throws(TransportError) {
        switch head.framing {
        case .length(let count):
            guard count <= byteMax else { throw .bodyTooLarge }
            try await hold(count)
        case .chunked: try await holdChunks(upTo: byteMax)
        case .none, .untilClose: return
        }
        held.isWhole = true
    }

    /// Lets go of what only the judgement needed.
    public mutating func releaseHeldBody() {
        guard held.isUsed else { return }
        held.data.release(to: loop.pool)
        held.rawCount = 0
        held.isWhole = false
        held.isCopied = false
    }

    private mutating func hold(_ count: Int) async throws(TransportError) {
        var pace = Pace()
        while client.input.count < count { try await takeMore(&pace) }
        held.rawCount = count
    }

    private mutating func holdChunks(upTo byteMax: Int) async throws(TransportError) {
        held.isCopied = true
        held.data.acquire(.head, from: loop.pool)
        var reader = BodyReader(.chunked)
        var framed = ByteBuffer()
        var seen = 0
        var pace = Pace()
        while true {
            framed.append(client.input.bytes.extracting(droppingFirst: seen))
            seen = client.input.count
            try decode(&framed, &reader, upTo: byteMax)
            if reader.isComplete { break }
            guard seen <= held.data.count * 2 + TransportBounds.heldFramingByteMax else {
                throw .bodyTooLarge
            }
            try await takeMore(&pace)
        }
        held.rawCount = seen - framed.count
        framed.release(to: loop.pool)
        reader.release(to: loop.pool)
    }

    private mutating func decode(
        _ framed: inout ByteBuffer,
        _ reader: inout BodyReader,
        upTo byteMax: Int
    ) throws(TransportError) {
        while true {
            let count: Int
            do throws(WireError) {
                count = try reader.next(in: &framed, from: loop.pool)
            } catch {
                throw .malformed(error, .downstream)
            }
            guard count > 0 else { return }
            guard held.data.count + count <= byteMax else { throw .bodyTooLarge }
            held.data.append(framed.bytes.extracting(first: count))
            framed.removeFirst(count)
        }
    }

    /// Waits for more of the body, as long as it comes fast enough.
    private mutating func takeMore(_ pace: inout Pace) async throws(TransportError) {
        if awaitsContinue, head.minorVersion == 1 {
            awaitsContinue = false
            client.output.acquire(.head, from: loop.pool)
            client.output.append("HTTP/1.1 100 Continue\r\n\r\n")
            try await flush()
            noteInterim()
        }
        let end = began + deadlines.total
        guard loop.now < end,
            let next = pace.deadline(client.received, at: loop.now, by: deadlines.upload)
        else { throw .timedOut(.downstream) }
        guard try await client.fill(by: min(next, end)) else { throw .cut(.downstream) }
    }
}
