/// A chunked body, read whole and strictly: sizes in plain digits, no extension, no loose line.
struct ChunkedReading {
    private(set) var content: [UInt8] = []
    private(set) var length = 0
    private(set) var trailers: [StrictField] = []
    private var trailerBytes: [UInt8] = []

    /// Names that would change how the message is framed or routed (RFC 9110 §6.5.1).
    private static let unfit: Set<String> = [
        "content-length", "transfer-encoding", "host", "connection", "authorization", "te",
        "expect", "content-encoding", "content-type", "content-range", "trailer", "forwarded",
        "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "x-request-id",
        "cookie", "set-cookie", "max-forwards", "cache-control", "upgrade", "keep-alive",
        "proxy-authorization", "proxy-connection", "traceparent",
    ]

    /// Nil when the body is not all there yet.
    init?(_ bytes: ArraySlice<UInt8>) throws(StrictReader.Broken) {
        var at = bytes.startIndex
        while true {
            guard let line = try Self.line(bytes[at...]) else { return nil }
            at = line.endIndex + 2
            guard (1...15).contains(line.count), line.allSatisfy(Self.isHexadecimal),
                let size = Int(String(decoding: line, as: UTF8.self), radix: 16)
            else { throw StrictReader.Broken("a chunk size") }
            if size == 0 { break }
            guard bytes.endIndex - at >= size + 2 else { return nil }
            guard bytes[at + size] == 0x0D, bytes[at + size + 1] == 0x0A else {
                throw StrictReader.Broken("a chunk that does not end where it should")
            }
            content += bytes[at..<(at + size)]
            at += size + 2
        }
        guard let end = try readTrailers(bytes[at...]) else { return nil }
        length = end - bytes.startIndex
    }

    /// The same body as one chunk.
    var canonical: [UInt8] {
        let size = content.isEmpty ? "" : String(content.count, radix: 16) + "\r\n"
        let data = content.isEmpty ? [] : content + [0x0D, 0x0A]
        return Array(size.utf8) + data + Array("0\r\n".utf8) + trailerBytes + [0x0D, 0x0A]
    }

    private mutating func readTrailers(
        _ bytes: ArraySlice<UInt8>
    ) throws(StrictReader.Broken) -> Int? {
        guard let line = try Self.line(bytes) else { return nil }
        if line.isEmpty { return line.endIndex + 2 }
        guard let section = try StrictReader.head(bytes) else { return nil }
        trailers = try StrictReader.fields(section.lines)
        for trailer in trailers where Self.unfit.contains(trailer.name.lowercased()) {
            throw StrictReader.Broken("\(trailer.name) in a trailer")
        }
        trailerBytes = Array(bytes.prefix(section.length - 2))
        return bytes.startIndex + section.length
    }

    private static func line(
        _ bytes: ArraySlice<UInt8>
    ) throws(StrictReader.Broken) -> ArraySlice<UInt8>? {
        guard let end = bytes.firstIndex(where: { $0 == 0x0D || $0 == 0x0A }) else { return nil }
        guard bytes[end] == 0x0D else { throw StrictReader.Broken("a bare line feed in a chunk") }
        guard end + 1 < bytes.endIndex else { return nil }
        guard bytes[end + 1] == 0x0A else { throw StrictReader.Broken("a bare return in a chunk") }
        return bytes[bytes.startIndex..<end]
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}
