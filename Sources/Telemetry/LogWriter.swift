import Vocabulary
import Glibc
import JSON

/// The one thread that writes, whatever the number of workers.
///
/// It sleeps while nothing waits. Once a record does, it lets others gather, takes what every worker has,
/// and writes it out. Only this thread ever waits for the descriptor.
final class LogWriter: Sendable {
    private let buffers: [LogBuffer]
    private let doorbell: Doorbell
    private let drops: DropCount
    private let now: @Sendable () -> Int64
    private let orders: Lock<Orders>

    /// What the thread is told from outside.
    private struct Orders: ~Copyable {
        var nextOutput: LogOutput?
        var closingDeadline: ContinuousClock.Instant?
    }

    init(
        buffers: [LogBuffer],
        doorbell: Doorbell,
        drops: DropCount,
        now: @escaping @Sendable () -> Int64
    ) {
        self.buffers = buffers
        self.doorbell = doorbell
        self.drops = drops
        self.now = now
        orders = Lock(Orders())
    }

    // MARK: Orders

    /// Has whatever is appended from now on written to `output`.
    func adopt(_ output: consuming LogOutput) {
        var next: LogOutput? = output
        orders.withLock { orders in swap(&orders.nextOutput, &next) }
        doorbell.ring()
    }

    /// Has the thread write what there is and end.
    func finish(by deadline: ContinuousClock.Instant) {
        orders.withLock { orders in orders.closingDeadline = deadline }
        doorbell.ring()
    }

    private var closingDeadline: ContinuousClock.Instant? {
        orders.withLock { orders in orders.closingDeadline }
    }

    private func takeNextOutput() -> LogOutput? {
        var next: LogOutput?
        orders.withLock { orders in swap(&orders.nextOutput, &next) }
        return next
    }

    private var isBusy: Bool {
        let hasOrders = orders.withLock { orders in
            orders.nextOutput != nil || orders.closingDeadline != nil
        }
        return hasOrders || buffers.contains { buffer in !buffer.isEmpty }
    }

    // MARK: The thread

    func run() {
        guard var output = takeNextOutput() else { return }
        var batches = buffers.map { buffer in buffer.emptyBatch }
        var said = 0
        var isLast = false
        repeat {
            doorbell.sleep { isBusy }
            letRecordsGather()
            isLast = closingDeadline != nil
            // Read before the records are taken, so that what is missing is said below what preceded it.
            var missing = drops.value
            for index in buffers.indices {
                buffers[index].exchange(&batches[index], isLast: isLast)
            }
            // Taken after the records, so that none which follows the order goes where it should not.
            if let next = takeNextOutput() {
                missing += lose(output.recordCountAtRisk)
                output = next
            }
            for index in batches.indices {
                missing += lose(output.write(batches[index]) { isReady($0) })
                batches[index].removeAll(keepingCapacity: true)
            }
            say(missing, after: &said, to: &output)
        } while !isLast
        drops.add(output.recordCountAtRisk)
    }

    private func lose(_ records: Int) -> Int {
        drops.add(records)
        return records
    }

    private func letRecordsGather() {
        if closingDeadline != nil { return }
        if buffers.contains(where: { buffer in buffer.isPressing }) { return }
        doorbell.wait(milliseconds: Int32(LogBounds.batchMilliseconds))
    }

    /// Waits until `descriptor` takes bytes: without end while the log is open, to the deadline after.
    private func isReady(_ descriptor: Int32) -> Bool {
        while true {
            let left = closingDeadline.map { deadline in
                max(0, ContinuousClock.now.duration(to: deadline).milliseconds)
            }
            if doorbell.wait(untilWritable: descriptor, milliseconds: left ?? -1) { return true }
            if left == 0 { return false }
        }
    }

    /// Writes how many records are missing beyond those already said, if any are.
    private func say(_ missing: Int, after said: inout Int, to output: inout LogOutput) {
        guard missing > said else { return }
        var timestamp = Timestamp()
        timestamp.set(nanoseconds: now())
        var json = JSONWriter()
        json.line(ofDrops: missing - said, at: timestamp)
        let line = unsafe json.bytes.withUnsafeBytes { bytes in unsafe Array(bytes) }
        let lost = output.write(line) { isReady($0) }
        if lost == 0 { said = missing }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, so that a wait for them is never too short.
    fileprivate var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        return Int32(
            clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        )
    }
}
