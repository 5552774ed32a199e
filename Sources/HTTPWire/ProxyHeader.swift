public import Vocabulary

/// What a proxy in front of us says of a connection before its first byte: the PROXY protocol of
/// HAProxy, versions 1 and 2.
///
/// Read strictly: who may send one is a machine of the operator's, and what is malformed comes from
/// somebody else.
public struct ProxyHeader: Equatable, Sendable {
    /// How many bytes it has; what follows is the client's.
    public let byteCount: Int
    /// Who connected to the proxy; nil where it does not say, as for its own health checks.
    public let source: IPAddress?

    public enum Reading: Equatable, Sendable {
        case header(ProxyHeader)
        /// So far so good, but not all of it is here.
        case incomplete
        case malformed
    }

    /// Reads the header that `bytes` begin with.
    public static func read(_ bytes: RawSpan) -> Reading {
        let count = min(bytes.byteCount, signature.count)
        if hasPrefix(bytes, signature, first: count) {
            return count < signature.count ? .incomplete : readBinary(bytes)
        }
        let word = min(bytes.byteCount, textStart.count)
        guard hasPrefix(bytes, textStart, first: word) else { return .malformed }
        return word < textStart.count ? .incomplete : readText(bytes)
    }

    private static let signature: InlineArray<12, UInt8> = [
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
    ]
    /// What the line of version 1 begins with.
    private static let textStart: InlineArray<6, UInt8> = [0x50, 0x52, 0x4f, 0x58, 0x59, 0x20]

    private static func hasPrefix<let size: Int>(
        _ bytes: RawSpan,
        _ prefix: InlineArray<size, UInt8>,
        first count: Int
    ) -> Bool {
        for index in 0..<count where bytes[index] != prefix[index] { return false }
        return true
    }

    // MARK: Version 1

    /// `PROXY TCP4 192.0.2.1 198.51.100.1 56324 443`, and a line end.
    private static func readText(_ bytes: RawSpan) -> Reading {
        let room = bytes.extracting(first: WireBounds.proxyLineByteMax)
        guard let end = room.firstIndex(of: 0x0a) else {
            return room.byteCount < WireBounds.proxyLineByteMax ? .incomplete : .malformed
        }
        guard bytes[end &- 1] == 0x0d else { return .malformed }
        let line = bytes.extracting(6..<(end &- 1))
        if line.equals("UNKNOWN") || line.starts(with: "UNKNOWN ") {
            return .header(ProxyHeader(byteCount: end &+ 1, source: nil))
        }
        let isV6 = line.starts(with: "TCP6 ")
        guard isV6 || line.starts(with: "TCP4 ") else { return .malformed }
        var at = 5
        guard let source = address(in: line, &at, isV6), address(in: line, &at, isV6) != nil,
            port(in: line, &at, isLast: false), port(in: line, &at, isLast: true)
        else { return .malformed }
        return .header(ProxyHeader(byteCount: end &+ 1, source: source))
    }

    private static func address(in line: RawSpan, _ at: inout Int, _ isV6: Bool) -> IPAddress? {
        guard let end = line.firstIndex(of: 0x20, from: at) else { return nil }
        let text = line.extracting(at..<end)
        at = end &+ 1
        guard (text.firstIndex(of: 0x3a) != nil) == isV6 else { return nil }
        return IPAddress(text)
    }

    private static func port(in line: RawSpan, _ at: inout Int, isLast: Bool) -> Bool {
        let end = line.firstIndex(of: 0x20, from: at)
        guard (end == nil) == isLast, at <= line.byteCount else { return false }
        let text = line.extracting(at..<(end ?? line.byteCount))
        at = (end ?? line.byteCount) &+ 1
        guard let port = text.decimal(digitsMax: 5), port <= 65535 else { return false }
        return text.byteCount == 1 || text[0] != 0x30
    }

    // MARK: Version 2

    private static func readBinary(_ bytes: RawSpan) -> Reading {
        guard bytes.byteCount >= 16 else { return .incomplete }
        let count = 16 &+ (Int(bytes[14]) << 8 | Int(bytes[15]))
        guard count <= WireBounds.proxyHeaderByteMax, bytes[12] == 0x20 || bytes[12] == 0x21 else {
            return .malformed
        }
        guard bytes.byteCount >= count else { return .incomplete }
        let header = bytes.extracting(first: count)
        // LOCAL: the proxy itself, and whatever else it says means nothing.
        if bytes[12] == 0x20 { return .header(ProxyHeader(byteCount: count, source: nil)) }
        guard let addresses = addressByteCount(bytes[13]), count &- 16 >= addresses,
            areWellFormed(header, from: 16 &+ addresses)
        else { return .malformed }
        var source: IPAddress?
        if bytes[13] == 0x11 {
            source = IPAddress(v4: UInt32(truncatingIfNeeded: number(header, at: 16, of: 4)))
        } else if bytes[13] == 0x21 {
            source = IPAddress(
                high: number(header, at: 16, of: 8),
                low: number(header, at: 24, of: 8)
            )
        }
        return .header(ProxyHeader(byteCount: count, source: source))
    }

    /// Of both addresses and ports; nil for what does not come over a stream.
    private static func addressByteCount(_ family: UInt8) -> Int? {
        switch family {
        case 0x00: 0
        case 0x11: 12
        case 0x21: 36
        case 0x31: 216
        default: nil
        }
    }

    /// Whether type-length-value triples fill the header to its end, and its checksum is right if it
    /// has one.
    private static func areWellFormed(_ header: RawSpan, from start: Int) -> Bool {
        var at = start
        while at < header.byteCount {
            guard at &+ 3 <= header.byteCount else { return false }
            let length = Int(header[at &+ 1]) << 8 | Int(header[at &+ 2])
            let value = at &+ 3
            guard value &+ length <= header.byteCount else { return false }
            if header[at] == 0x03 {
                guard length == 4,
                    UInt64(checksum(of: header, without: value)) == number(header, at: value, of: 4)
                else { return false }
            }
            at = value &+ length
        }
        return true
    }

    private static func number(_ bytes: RawSpan, at start: Int, of count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in start..<(start &+ count) { value = value << 8 | UInt64(bytes[index]) }
        return value
    }

    /// CRC-32C of the header, its own four bytes counted as zeros.
    private static func checksum(of header: RawSpan, without place: Int) -> UInt32 {
        var sum: UInt32 = ~0
        for index in 0..<header.byteCount {
            let isOwn = index >= place && index < place &+ 4
            sum ^= UInt32(isOwn ? 0 : header[index])
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0x82f6_3b78 : 0) }
        }
        return ~sum
    }
}

extension RawSpan {
    /// Whether these bytes begin with exactly `literal`.
    fileprivate func starts(with literal: StaticString) -> Bool {
        byteCount >= literal.utf8CodeUnitCount
            && extracting(first: literal.utf8CodeUnitCount).equals(literal)
    }
}
