public import Vocabulary

/// Parses request heads from what a connection has received.
///
/// Syntax is judged line by line as bytes come, meaning once the head is whole: a request that says
/// two things at once is then seen with all it says.
public struct RequestParser: ~Copyable {
    private var lines = SectionParser()
    private var emptyLines = 0
    private var hasRequestLine = false
    // Kept here until the head has the text they point into: one that is refused says nothing.
    private var fields = FieldTable()
    private var methodRange = ByteRange.none
    private var targetRange = ByteRange.none

    private let isSecure: Bool

    /// - isSecure: the connection speaks TLS, so `https` is the scheme it serves, and no other.
    public init(isSecure: Bool = false) {
        self.isSecure = isSecure
    }

    /// True once a head has been parsed into `head` and taken from `input`.
    public mutating func parse(
        _ input: inout ByteBuffer,
        into head: inout RequestHead,
        from pool: BlockPool
    ) throws(WireError) -> Bool {
        if !hasRequestLine {
            try skipEmptyLines(&input)
            guard let end = try requestLineEnd(in: input.bytes) else { return false }
            try requestLine(input.bytes, end, &head)
            lines.nextLine(after: end)
            hasRequestLine = true
        }
        guard try lines.head(&input, &fields, into: &head.section, from: pool) else {
            return false
        }
        head.methodRange = methodRange
        head.targetRange = targetRange
        self = RequestParser(isSecure: isSecure)
        try head.settle(isSecure: isSecure)
        return true
    }

    /// Robust servers pass over an empty line before a request (RFC 9112 §2.2); we bound how many.
    private mutating func skipEmptyLines(_ input: inout ByteBuffer) throws(WireError) {
        while input.count >= 2, input.bytes[0] == 0x0d, input.bytes[1] == 0x0a {
            emptyLines += 1
            guard emptyLines <= WireBounds.emptyLineCountMax else { throw .badRequestLine }
            input.removeFirst(2)
        }
    }

    private mutating func requestLineEnd(in bytes: RawSpan) throws(WireError) -> Int? {
        do throws(WireError) {
            if let end = try lines.lineEnd(in: bytes) { return end }
        } catch {
            let end = bytes.firstIndex(of: 0x7f) ?? bytes.byteCount
            try Self.checkBounds(bytes.extracting(first: end))
            throw .badRequestLine
        }
        try Self.checkBounds(bytes)
        // The longest line there is, its CR included, is one byte short of whole.
        let most = WireBounds.methodByteMax &+ WireBounds.targetByteMax &+ 11
        guard bytes.byteCount <= most else { throw .badRequestLine }
        return nil
    }

    /// The bounds of method and target, as far as the line has come or is not broken.
    ///
    /// They are judged as in a whole line: which fault is named must not hang on how it arrived.
    private static func checkBounds(_ bytes: RawSpan) throws(WireError) {
        let end = bytes.byteCount
        let blank = try methodEnd(bytes, before: end)
        guard end > WireBounds.targetByteMax, blank < end, bytes[blank] == 0x20 else { return }
        _ = try targetEnd(bytes, from: blank &+ 1, before: end)
    }

    private static func methodEnd(_ bytes: RawSpan, before end: Int) throws(WireError) -> Int {
        var index = 0
        while index < end, bytes[index].isToken { index &+= 1 }
        guard index <= WireBounds.methodByteMax else { throw .methodNotImplemented }
        return index
    }

    private static func targetEnd(
        _ bytes: RawSpan,
        from start: Int,
        before end: Int
    ) throws(WireError) -> Int {
        var index = start
        while index < end, bytes[index] > 0x20 { index &+= 1 }
        guard index &- start <= WireBounds.targetByteMax else { throw .targetTooLong }
        return index
    }

    /// `METHOD SP target SP HTTP/1.x` (RFC 9112 §3), with single spaces and nothing else.
    private mutating func requestLine(
        _ bytes: RawSpan,
        _ end: Int,
        _ head: inout RequestHead
    ) throws(WireError) {
        let blank = try Self.methodEnd(bytes, before: end)
        guard blank > 0, blank < end, bytes[blank] == 0x20 else { throw .badRequestLine }
        methodRange = ByteRange(0, blank)
        head.method = Method(bytes.extracting(first: blank))

        let start = blank &+ 1
        let index = try Self.targetEnd(bytes, from: start, before: end)
        guard index > start, end &- index == 9, bytes[index] == 0x20 else { throw .badRequestLine }
        targetRange = ByteRange(start, index &- start)
        guard let minor = try HTTPVersion.minor(of: bytes, at: index &+ 1) else {
            throw .badRequestLine
        }
        head.minorVersion = minor
    }
}

/// `HTTP/1.x`, as both kinds of start line spell it.
enum HTTPVersion {
    /// 0 or 1, a later minor version being spoken to as 1 (RFC 9110 §2.5); nil when it is no version.
    static func minor(of bytes: RawSpan, at index: Int) throws(WireError) -> Int? {
        // "HTTP/" and the dot, as one little-endian word with the two digits masked out.
        let word = bytes.word(index)
        guard word & 0x00ff_00ff_ffff_ffff == 0x002e_002f_5054_5448 else { return nil }
        let major = UInt8(truncatingIfNeeded: word >> 40)
        let minor = UInt8(truncatingIfNeeded: word >> 56)
        guard major.isDigit, minor.isDigit else { return nil }
        guard major == 0x31 else { throw .versionUnsupported }
        return minor == 0x30 ? 0 : 1
    }
}
