import Glibc

/// The descriptor that lines are written to.
///
/// A file takes any number of bytes in one write. Everything else is given whole lines, no more at a time than
/// the kernel keeps together, so that no other writer's text lands inside a record. A record of which
/// a full disk took only the beginning is finished before the next one is begun.
struct LogOutput: ~Copyable {
    private let descriptor: Int32
    private let isOurs: Bool
    private let isFile: Bool
    private let mayBlock: Bool
    /// What is left of a record that was written only in part.
    private var severed: [UInt8] = []

    /// Opens a file to append to, making it if need be.
    init(path: String) throws(LogError) {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let descriptor = unsafe open(path, flags, 0o640)
        if descriptor < 0 { throw .cannotOpen(path: path, code: errno) }
        self.init(descriptor: descriptor, isOurs: true)
    }

    /// Writes to what someone else opened and will close.
    ///
    /// A pipe is opened a second time, so that it can be written to without waiting while the
    /// first descriptor, which other processes may share, stays as it is.
    init(borrowing descriptor: Int32) {
        let again =
            FileKind.of(descriptor) == .pipe
            ? unsafe open("/proc/self/fd/\(descriptor)", O_WRONLY | O_CLOEXEC | O_NONBLOCK) : -1
        if again >= 0 {
            self.init(descriptor: again, isOurs: true)
        } else {
            self.init(descriptor: descriptor, isOurs: false)
        }
    }

    private init(descriptor: Int32, isOurs: Bool) {
        self.descriptor = descriptor
        self.isOurs = isOurs
        isFile = FileKind.of(descriptor) == .file
        mayBlock = !isFile && fcntl(descriptor, F_GETFL) & O_NONBLOCK == 0
    }

    deinit {
        if isOurs { close(descriptor) }
    }

    /// The records that would be lost if nothing more were written: one, if one is severed.
    var recordCountAtRisk: Int { severed.isEmpty ? 0 : 1 }

    /// Writes all the lines, and returns how many records were lost because the descriptor failed.
    ///
    /// `isReady` waits until the descriptor takes bytes, or returns false once waiting is over.
    mutating func write(_ lines: [UInt8], isReady: (Int32) -> Bool) -> Int {
        if !severed.isEmpty {
            let written = send(severed, isReady: isReady)
            severed.removeFirst(written)
            if !severed.isEmpty { return lines[...].recordCount }
        }
        let written = send(lines, isReady: isReady)
        var lost = lines[written...]
        if written > 0, lines[written - 1] != .lineFeed, let end = lost.firstIndex(of: .lineFeed) {
            severed = Array(lost[...end])
            lost = lost[(end + 1)...]
        }
        return lost.recordCount
    }

    /// Writes as much as the descriptor takes, and returns how much that was.
    private func send(_ bytes: [UInt8], isReady: (Int32) -> Bool) -> Int {
        var start = 0
        while start < bytes.count {
            if mayBlock, !isReady(descriptor) { break }
            let end = isFile ? bytes.count : bytes.endOfWrite(from: start)
            let written = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.write(
                    descriptor,
                    bytes.baseAddress.map { unsafe $0 + start },
                    end - start
                )
            }
            if written > 0 {
                start += written
            } else if written < 0, errno == EAGAIN {
                if !isReady(descriptor) { break }
            } else if written == 0 || errno != EINTR {
                break
            }
        }
        return start
    }
}

/// What a descriptor leads to, as far as writing to it differs.
private enum FileKind {
    case file, pipe, other

    static func of(_ descriptor: Int32) -> FileKind {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return .other }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFIFO: return .pipe
        default: return .other
        }
    }
}

extension UInt8 {
    fileprivate static let lineFeed: UInt8 = 0x0A
}

extension [UInt8] {
    /// Where a write from `start` may end: after the last line that is kept together with it.
    fileprivate func endOfWrite(from start: Int) -> Int {
        let limit = Swift.min(count, start + LogBounds.pipeWriteByteCountMax)
        var end = limit
        while end > start, self[end - 1] != .lineFeed { end -= 1 }
        return end > start ? end : limit
    }
}

extension ArraySlice<UInt8> {
    fileprivate var recordCount: Int {
        reduce(0) { count, byte in byte == .lineFeed ? count + 1 : count }
    }
}
