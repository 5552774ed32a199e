import Vocabulary
import JSON

/// A worker's end of the log: whole lines, waiting to be written.
///
/// A line is made and kept under one lock, which only the thread that writes takes beside the worker,
/// about twenty times a second and only to exchange one array for another. A line that would pass the
/// bound is dropped and counted; the worker never waits.
public final class LogBuffer: Sendable {
    private let state: Lock<State>
    private let byteCountMax: Int
    private let doorbell: Doorbell
    private let drops: DropCount

    private struct State: ~Copyable {
        var lines: [UInt8]
        var json = JSONWriter()
        var timestamp = Timestamp()
        var isClosed = false
    }

    private enum Outcome {
        case kept, keptAndPressing, dropped
    }

    init(byteCountMax: Int, doorbell: Doorbell, drops: DropCount) {
        self.byteCountMax = byteCountMax
        self.doorbell = doorbell
        self.drops = drops
        state = Lock(State(lines: Self.emptyLines(byteCountMax)))
    }

    /// Leaves the line of one request here, or drops it and counts.
    public func append(
        _ record: AccessRecord,
        method: RawSpan,
        path: RawSpan,
        requestID: RawSpan,
        upstream: RawSpan
    ) {
        let outcome = state.withLock { state in
            state.timestamp.set(nanoseconds: record.wallNanoseconds)
            state.json.removeAll()
            state.json.line(
                of: record,
                at: state.timestamp,
                method: method,
                path: path,
                requestID: requestID,
                upstream: upstream
            )
            return keepLine(in: &state)
        }
        switch outcome {
        case .kept: doorbell.ringIfListening()
        case .keptAndPressing: doorbell.ring()
        case .dropped: drops.add(1)
        }
    }

    /// Keeps the line just made, if it fits; it is pressing when it makes the buffer worth a write.
    private func keepLine(in state: inout State) -> Outcome {
        let before = state.lines.count
        let after = before + state.json.count
        if after > byteCountMax || state.isClosed { return .dropped }
        state.lines.append(whatIsIn: state.json)
        return before < pressingByteCount && after >= pressingByteCount ? .keptAndPressing : .kept
    }

    // MARK: The writer's side

    var isEmpty: Bool {
        state.withLock { state in state.lines.isEmpty }
    }

    /// Whether there is enough for a write, so that a batch should not be waited for.
    var isPressing: Bool {
        state.withLock { state in state.lines.count >= pressingByteCount }
    }

    private var pressingByteCount: Int { min(byteCountMax / 2, LogBounds.pressingByteCount) }

    /// An array to exchange the first time.
    var emptyBatch: [UInt8] { Self.emptyLines(byteCountMax) }

    // Reserved and not touched: memory that no line has reached yet costs nothing.
    private static func emptyLines(_ byteCountMax: Int) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(byteCountMax)
        return lines
    }

    /// Hands over the lines in exchange for an empty array; after the last time, every line is dropped.
    func exchange(_ empty: inout [UInt8], isLast: Bool) {
        state.withLock { state in
            swap(&state.lines, &empty)
            state.isClosed = isLast
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(whatIsIn json: borrowing JSONWriter) {
        unsafe json.bytes.withUnsafeBytes { bytes in unsafe append(contentsOf: bytes) }
    }
}
