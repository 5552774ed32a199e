public import Vocabulary

/// Parses the heads of answers from what an upstream has sent.
public struct AnswerParser: ~Copyable {
    private var lines = SectionParser()
    private var hasStatusLine = false
    // Kept here until the head has the text it points into: one that is refused says nothing.
    private var fields = FieldTable()

    public init() {}

    /// True once a head has been parsed into `head` and taken from `input`.
    public mutating func parse(
        _ input: inout ByteBuffer,
        into head: inout AnswerHead,
        from pool: BlockPool
    ) throws(WireError) -> Bool {
        if !hasStatusLine {
            guard let end = try lines.lineEnd(in: input.bytes) else {
                guard input.count <= WireBounds.headByteMax else { throw .headTooLarge }
                return false
            }
            try Self.statusLine(input.bytes, end, &head)
            lines.nextLine(after: end)
            hasStatusLine = true
        }
        guard try lines.head(&input, &fields, into: &head.section, from: pool) else {
            return false
        }
        self = AnswerParser()
        try head.settle()
        return true
    }

    /// `HTTP/1.x SP 3DIGIT SP phrase` (RFC 9112 §4).
    ///
    /// The phrase and its space may be missing.
    private static func statusLine(
        _ bytes: RawSpan,
        _ end: Int,
        _ head: inout AnswerHead
    ) throws(WireError) {
        guard end >= 12, let minor = try HTTPVersion.minor(of: bytes, at: 0), bytes[8] == 0x20,
            end == 12 || bytes[12] == 0x20,
            let status = bytes.extracting(9..<12).decimal(digitsMax: 3),
            status >= 100, status <= 599
        else { throw .badStatusLine }
        head.status = status
        head.minorVersion = minor
    }
}

extension AnswerHead {
    mutating func settle() throws(WireError) {
        var stated = MessageFraming()
        var options = ConnectionOptions()
        var upgrade = false
        for index in 0..<section.fields.count {
            let field = section.fields[index]
            if field.id == .other { continue }
            let value = section[field.value]
            switch field.id {
            case .contentLength: try stated.readLength(value)
            case .transferEncoding: try stated.readCoding(value)
            case .connection: try options.read(value)
            case .upgrade: upgrade = value.equalsIgnoringCase("websocket")
            default: break
            }
        }
        declared = try stated.framing(minorVersion: minorVersion)
        // RFC 9112 §6.1: these never carry a transfer coding.
        if declared == .chunked, isInterim || status == 204 { throw .ambiguousFraming }
        keepsAlive = minorVersion == 1 && !options.closes
        nominatesFields = options.nominatesFields
        namesWebSocket = upgrade && options.upgrades
    }
}
