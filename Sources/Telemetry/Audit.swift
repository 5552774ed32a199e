import Crypto
import Glibc
import JSON
import Vocabulary

/// The book of what was done to the gateway: a line of JSON for each event, each bound to the one before.
///
/// Every line carries the digest of the line above it as `prev`, so that a line that is changed or taken
/// out shows. The chain goes on over restarts and over rotation. What a writer left unfinished is closed
/// with a line's end and said in the event that follows. Only one process writes: the one that outlives
/// the others.
public final class Audit: Sendable {
    /// What is written of one event beside its time and its name.
    public enum Fact: Sendable, Equatable {
        case text(String)
        case number(Int)
        case flag(Bool)
        case texts([String])
        case numbers([(name: String, value: Int)])

        public static func == (left: Fact, right: Fact) -> Bool {
            switch (left, right) {
            case (.text(let a), .text(let b)): a == b
            case (.number(let a), .number(let b)): a == b
            case (.flag(let a), .flag(let b)): a == b
            case (.texts(let a), .texts(let b)): a == b
            case (.numbers(let a), .numbers(let b)):
                a.map(\.name) == b.map(\.name) && a.map(\.value) == b.map(\.value)
            default: false
            }
        }
    }

    public typealias Facts = [(name: String, fact: Fact)]

    private let path: String?
    private let say: @Sendable (String) -> Void
    private let last = Lock<[UInt8]?>(nil)

    /// - path: nil where events are only said.
    /// - say: told each event where there is no file, and why one could not be written.
    public init(path: String?, saying say: @escaping @Sendable (String) -> Void) {
        self.path = path
        self.say = say
    }

    /// Writes one event down; false when it could not be, which has been said then.
    @discardableResult
    public func record(
        _ event: String,
        _ facts: Facts,
        at nanoseconds: Int64 = AccessLog.wallNanoseconds()
    ) -> Bool {
        guard let path else {
            say("audit: " + Self.line(event, facts, nanoseconds, after: nil, isTorn: false))
            return true
        }
        return last.withLock { last in
            guard let end = AuditFile(path) else {
                let why = unsafe String(cString: strerror(errno))
                say("the audit \(path) cannot be written: \(why)")
                say("audit: " + Self.line(event, facts, nanoseconds, after: last, isTorn: false))
                return false
            }
            // A file that was rotated away leaves its chain to the next.
            let before = end.lastDigest ?? last
            let line = Self.line(event, facts, nanoseconds, after: before, isTorn: end.isTorn)
            let bytes = Array(line.utf8)
            guard end.append((end.isTorn ? [0x0a] : []) + bytes + [0x0a]) else {
                say("the audit \(path) could not be written whole")
                return false
            }
            last = Digest.sha256(bytes)
            return true
        }
    }

    private static func line(
        _ event: String,
        _ facts: Facts,
        _ nanoseconds: Int64,
        after digest: [UInt8]?,
        isTorn: Bool
    ) -> String {
        var time = Timestamp()
        time.set(nanoseconds: nanoseconds)
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        json.key("at")
        json.string(time.bytes)
        json.key("event")
        json.string(event, upTo: .max)
        var text = json.text
        for (name, fact) in facts { text += ",\"\(name)\":" + fact.text }
        if isTorn { text += ",\"torn\":true" }
        let previous = digest.map { "sha256:" + Self.hexadecimal($0) } ?? "none"
        return text + ",\"prev\":\"\(previous)\"}"
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

extension Audit.Fact {
    fileprivate var text: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        case .texts(let texts): "[" + texts.map(Self.quoted).joined(separator: ",") + "]"
        case .numbers(let pairs):
            "{" + pairs.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text, upTo: LogBounds.auditTextByteMax)
        return json.text
    }
}

extension JSONWriter {
    fileprivate var text: String {
        unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

/// The end of an audit's file, open to be appended to.
private final class AuditFile {
    private let descriptor: Int32
    /// Of the last line, be it whole or torn; nil in an empty file.
    let lastDigest: [UInt8]?
    let isTorn: Bool

    init?(_ path: String) {
        let flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW
        descriptor = unsafe open(path, flags, 0o640)
        var status = stat()
        guard descriptor >= 0, unsafe fstat(descriptor, &status) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else {
            (lastDigest, isTorn) = (nil, false)
            return nil
        }
        let size = Int(status.st_size)
        let count = min(size, LogBounds.auditLineByteMax)
        var bytes = [UInt8](repeating: 0, count: count)
        let taken = unsafe pread(descriptor, &bytes, count, off_t(size - count))
        bytes = Array(bytes.prefix(max(taken, 0)))
        isTorn = bytes.last.map { $0 != 0x0a } ?? false
        if bytes.last == 0x0a { bytes.removeLast() }
        let line = bytes.lastIndex(of: 0x0a).map { Array(bytes[($0 + 1)...]) } ?? bytes
        lastDigest = size == 0 ? nil : Digest.sha256(line)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func append(_ bytes: [UInt8]) -> Bool {
        unsafe write(descriptor, bytes, bytes.count) == bytes.count && fdatasync(descriptor) == 0
    }
}
