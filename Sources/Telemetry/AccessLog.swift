import Vocabulary
import Glibc

/// The access log: one line for each request, written off the request's path.
///
/// Each worker appends to the buffer of its own; one thread writes them all. Whatever happens to the
/// reader, the disk or the file, no worker waits and the program goes on: what could not be kept or written is
/// counted, and said in the log itself as soon as it can be written to again.
public final class AccessLog: Sendable {
    /// One for each worker.
    public let buffers: [LogBuffer]
    private let destination: LogDestination
    private let writer: LogWriter
    private let drops = DropCount()
    private let thread: Lock<pthread_t?>

    /// Opens the log and starts its thread.
    ///
    /// `now` is the wall clock in nanoseconds since the beginning of 1970, asked only when drops are said.
    public init(
        to destination: LogDestination,
        bufferCount: Int,
        bufferByteCountMax: Int = LogBounds.bufferByteCountMax,
        now: @escaping @Sendable () -> Int64 = AccessLog.wallNanoseconds
    ) throws(LogError) {
        let doorbell = try Doorbell()
        let drops = drops
        buffers = (0..<bufferCount).map { _ in
            LogBuffer(byteCountMax: bufferByteCountMax, doorbell: doorbell, drops: drops)
        }
        self.destination = destination
        writer = LogWriter(buffers: buffers, doorbell: doorbell, drops: drops, now: now)
        writer.adopt(try destination.open())
        thread = Lock(try Self.start(writer))
    }

    deinit {
        close()
    }

    /// How many records were lost so far, by a full buffer or by a descriptor that failed.
    public var droppedCount: Int { drops.value }

    /// Opens the file anew, after someone moved it away; what is appended from here on goes to the new one.
    ///
    /// If it cannot be opened, the log goes on where it was. What was opened by someone else stays.
    public func reopen() throws(LogError) {
        guard case .file = destination else { return }
        writer.adopt(try destination.open())
    }

    /// Writes what there is and ends the thread; what is appended from here on is dropped and counted.
    ///
    /// A reader that has stopped reading is waited for only so long, and what it did not take is counted.
    public func close(patience: Duration = LogBounds.closingPatience) {
        let thread = thread.withLock { thread in thread.take() }
        guard let thread else { return }
        writer.finish(by: .now + patience)
        pthread_join(thread, nil)
    }

    private static func start(_ writer: LogWriter) throws(LogError) -> pthread_t {
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(writer)
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                blockSignals()
                unsafe Unmanaged<LogWriter>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            argument.toOpaque()
        )
        if code == 0 { return thread }
        unsafe argument.release()
        throw .cannotStart(code: code)
    }

    /// The wall clock, in nanoseconds since the beginning of 1970.
    public static func wallNanoseconds() -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Where a log goes.
public enum LogDestination: Sendable, Equatable {
    /// A file to append to, made if need be, readable by its owner and its group.
    case file(path: String)
    /// What someone else opened, and will close.
    case descriptor(Int32)

    public static let standardOutput = LogDestination.descriptor(STDOUT_FILENO)

    func open() throws(LogError) -> LogOutput {
        switch self {
        case .file(let path): try LogOutput(path: path)
        case .descriptor(let descriptor): LogOutput(borrowing: descriptor)
        }
    }
}

/// Why a log could not be opened.
public enum LogError: Error, Equatable, CustomStringConvertible {
    case cannotOpen(path: String, code: Int32)
    case cannotStart(code: Int32)

    public var description: String {
        switch self {
        case .cannotOpen(let path, let code): "cannot open the log \(path): \(Self.text(of: code))"
        case .cannotStart(let code): "cannot start the log: \(Self.text(of: code))"
        }
    }

    private static func text(of code: Int32) -> String {
        unsafe strerror(code).map { text in unsafe String(cString: text) } ?? "error \(code)"
    }
}

/// Keeps signals away from this thread: they are for those who wait for them, and a reader that went away is
/// seen in what `write` returns.
private func blockSignals() {
    var signals = sigset_t()
    unsafe sigfillset(&signals)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] {
        unsafe sigdelset(&signals, fault)
    }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
}
