import HTTPWire
import Vocabulary

/// Moves one body from one connection to the other, as far as it goes without waiting.
///
/// Small runs are gathered into one send with what stands before them; large ones go to the kernel
/// from the buffer they came into. Reading stops while the other side takes nothing, so what a body
/// costs in memory is one block, however long it is.
struct BodyPump: ~Copyable {
    /// Why the pump stands still.
    enum Stall {
        /// The source has nothing yet.
        case source
        /// The sink takes no more for now.
        case sink
        /// It has had its turn; others wait.
        case turn
        case done
    }

    private(set) var reader: BodyReader
    private var writer: BodyWriter
    /// Bytes at the front of the source's input that are framed and wait to be sent as they stand.
    private var direct = 0
    private var isEnded = false
    /// Bytes of data that went across.
    private(set) var moved = 0
    /// Carries the rest of a long body past the process.
    private var pipe: Pipe?
    /// Bytes of data that may still be taken from the source.
    private var left: Int

    init(_ source: BodyFraming, as sink: BodyFraming, upTo byteMax: Int = .max) {
        left = byteMax
        reader = BodyReader(source)
        writer = BodyWriter(sink)
    }

    mutating func move(
        from source: inout Connection,
        to sink: inout Connection
    ) throws(TransportError) -> Stall {
        let turnEnd = moved &+ TransportBounds.turnByteMax
        // A body of tiny chunks is mostly framing, and that is work too.
        let receivedEnd = source.received &+ TransportBounds.turnByteMax
        while true {
            if direct > 0 {
                try sendDirect(&source, &sink)
                if direct > 0 { return .sink }
            }
            // What is in the pipe comes before anything else, the end of the body included.
            if let pipe, try !sink.splice(from: pipe) { return .sink }
            if try take(&source, &sink) { continue }
            if reader.isComplete {
                end(&sink)
                return try sink.send() ? .done : .sink
            }
            guard try sink.send() else { return .sink }
            if moved > turnEnd || source.received > receivedEnd { return .turn }
            if let stall = try splice(&source, &sink, until: turnEnd) { return stall }
            if reader.isComplete { continue }
            switch try receive(&source) {
            case .bytes: continue
            case .nothingYet:
                source.releaseEmptyMemory()
                sink.releaseEmptyMemory()
                return .source
            case .end:
                guard reader.endsWithConnection else { throw .cut(source.side) }
                reader.noteEnd()
            }
        }
    }

    /// Takes the next run of data; false when there is none.
    private mutating func take(
        _ source: inout Connection,
        _ sink: inout Connection
    ) throws(TransportError) -> Bool {
        let count: Int
        do throws(WireError) {
            count = try reader.next(in: &source.input, from: source.pool)
        } catch {
            throw .malformed(error, source.side)
        }
        guard count > 0 else { return false }
        // Judged before any of it is framed: what is refused never reaches the sink whole.
        guard count <= left else { throw .bodyTooLarge }
        left &-= count
        sink.output.acquire(.head, from: sink.pool)
        writer.begin(count, in: &sink.output)
        if count <= min(TransportBounds.gatherByteMax, sink.output.freeSpace) {
            sink.output.append(source.input.bytes.extracting(first: count))
            source.input.removeFirst(count)
            moved &+= count
        } else {
            direct = count
        }
        return true
    }

    private mutating func sendDirect(
        _ source: inout Connection,
        _ sink: inout Connection
    ) throws(TransportError) {
        let gone = try sink.send(source.input.bytes.extracting(first: direct))
        source.input.removeFirst(gone)
        direct &-= gone
        moved &+= gone
    }

    private mutating func end(_ sink: inout Connection) {
        guard !isEnded else { return }
        if let pipe { sink.waiter.loop.pipes.give(pipe) }
        pipe = nil
        sink.output.acquire(.head, from: sink.pool)
        writer.end(reader.trailers, in: &sink.output)
        isEnded = true
    }

    /// Reads into a large block as soon as much is known, or likely, to come.
    private func receive(_ source: inout Connection) throws(TransportError) -> Connection.Receipt {
        let isShort = reader.remaining.map { $0 <= BlockSize.head.byteCount } ?? false
        return try source.receive(isShort ? .head : .bulk)
    }

    /// Moves a long body without taking it in hand, where its length is known and a pipe is free.
    ///
    /// nil when the body has to be read after all, or is complete.
    private mutating func splice(
        _ source: inout Connection,
        _ sink: inout Connection,
        until turnEnd: Int
    ) throws(TransportError) -> Stall? {
        if pipe == nil {
            guard writer.framing != .chunked, source.canSplice, sink.canSplice,
                let left = reader.remaining, left >= TransportBounds.splicedByteMin
            else { return nil }
            pipe = source.waiter.loop.pipes.take()
            source.releaseEmptyMemory()
            sink.releaseEmptyMemory()
        }
        guard let pipe else { return nil }
        while let left = reader.remaining {
            if moved > turnEnd { return .turn }
            let wasEmpty = pipe.count == 0
            let count = try source.splice(into: pipe, upTo: min(left, self.left))
            if let count, count > 0 {
                self.left &-= count
                moved &+= count
                reader.passOver(count)
                // Few large sends cost both neighbours less than many small ones.
                if pipe.count < TransportBounds.pipeGatherMin { continue }
            }
            guard try sink.splice(from: pipe) else { return .sink }
            if count == 0 { throw left > self.left ? .bodyTooLarge : .cut(source.side) }
            if count == nil, wasEmpty { return .source }
        }
        return nil
    }

    consuming func release(to pool: BlockPool) {
        reader.release(to: pool)
    }
}
