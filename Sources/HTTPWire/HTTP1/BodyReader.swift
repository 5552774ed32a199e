public import Vocabulary

/// Reads one body to its end, whichever way the end is told.
public struct BodyReader: ~Copyable {
    private enum State {
        case length(Int)
        case chunked(ChunkedDecoder)
        case trailers(SectionParser)
        case untilClose
        case complete
    }

    /// The body ended because its sender left.
    public private(set) var endedWithConnection = false

    private var state: State
    /// The fields after a chunked body, once it is complete.
    public private(set) var trailers = FieldSection()

    public init(_ framing: BodyFraming) {
        state =
            switch framing {
            case .none, .length(0): .complete
            case .length(let count): .length(count)
            case .chunked: .chunked(ChunkedDecoder())
            case .untilClose: .untilClose
            }
    }

    public var isComplete: Bool {
        if case .complete = state { true } else { false }
    }

    /// Whether the sender's leaving is the end of the body, and no loss.
    public var endsWithConnection: Bool {
        if case .untilClose = state { true } else { false }
    }

    /// The sender has left, which ends the body where its leaving does.
    public mutating func noteEnd() {
        guard endsWithConnection else { return }
        endedWithConnection = true
        state = .complete
    }

    /// How many bytes are still to come, where that is known.
    public var remaining: Int? {
        if case .length(let left) = state { left } else { nil }
    }

    /// Takes framing from the front of `input` and answers how many bytes of data now stand there.
    ///
    /// The caller takes those bytes away before it asks again. Zero means that the body is complete or
    /// that more input is needed.
    public mutating func next(
        in input: inout ByteBuffer,
        from pool: BlockPool
    ) throws(WireError) -> Int {
        switch state {
        case .complete:
            return 0
        case .untilClose:
            return input.count
        case .length(let left):
            let count = min(left, input.count)
            state = left == count ? .complete : .length(left &- count)
            return count
        case .chunked(var decoder):
            let (skip, count) = try decoder.next(in: input.bytes)
            input.removeFirst(skip)
            state = decoder.isAtTrailers ? .trailers(SectionParser()) : .chunked(decoder)
            return decoder.isAtTrailers ? try next(in: &input, from: pool) : count
        case .trailers(var lines):
            try readTrailers(&lines, &input, from: pool)
            return 0
        }
    }

    /// Passes over bytes of a body of known length that went another way than through `next`.
    public mutating func passOver(_ count: Int) {
        guard case .length(let left) = state else { return }
        precondition(count <= left)
        state = left == count ? .complete : .length(left &- count)
    }

    /// Gives the memory of the trailers back.
    public consuming func release(to pool: BlockPool) {
        trailers.release(to: pool)
    }

    private mutating func readTrailers(
        _ lines: inout SectionParser,
        _ input: inout ByteBuffer,
        from pool: BlockPool
    ) throws(WireError) {
        let isWhole: Bool
        do throws(WireError) {
            isWhole = try lines.fields(
                of: input.bytes,
                into: &trailers.fields,
                countMax: WireBounds.trailerCountMax,
                from: pool
            )
        } catch {
            throw .badChunk
        }
        guard (isWhole ? lines.lineStart : input.count) <= WireBounds.trailerByteMax else {
            throw .badChunk
        }
        guard isWhole else {
            state = .trailers(lines)
            return
        }
        state = .complete
        if trailers.fields.count == 0 {
            input.removeFirst(lines.lineStart)
        } else {
            trailers.text = input.split(at: lines.lineStart, from: pool)
        }
    }
}
