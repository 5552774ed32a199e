/// An IPv4 or IPv6 address.
///
/// Both live in one 128-bit space, IPv4 as `::ffff:0:0/96`, so that a client who arrives over a
/// dual-stack socket is the same client.
public struct IPAddress: Hashable, Sendable, BitwiseCopyable {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// From the four bytes of an IPv4 address, most significant first.
    public init(v4 bits: UInt32) {
        self.init(high: 0, low: 0xffff << 32 | UInt64(bits))
    }

    public var isV4: Bool { high == 0 && low >> 32 == 0xffff }

    /// Reads an address in one of its usual texts; nil for anything else, zone identifiers included.
    public init?(_ text: RawSpan) {
        if let bits = Self.v4(text) {
            self.init(v4: bits)
        } else if let groups = Self.v6(text) {
            self = groups
        } else {
            return nil
        }
    }

    private static func v4(_ text: RawSpan) -> UInt32? {
        guard text.byteCount >= 7, text.byteCount <= 15 else { return nil }
        var bits: UInt32 = 0
        var start = 0
        for octet in 0..<4 {
            let end = octet == 3 ? text.byteCount : text.firstIndex(of: 0x2e, from: start) ?? -1
            guard end > start, let value = text.extracting(start..<end).decimal(digitsMax: 3)
            else { return nil }
            // A leading zero is octal to some readers and decimal to others.
            guard value <= 255, text[start] != 0x30 || end &- start == 1 else { return nil }
            bits = bits << 8 | UInt32(value)
            start = end &+ 1
        }
        return bits
    }

    private static func v6(_ text: RawSpan) -> IPAddress? {
        guard text.byteCount >= 2, text.byteCount <= 45 else { return nil }
        var groups: InlineArray<8, UInt16> = .init(repeating: 0)
        var count = 0
        var gap: Int?
        var at = 0
        if text[0] == 0x3a {
            guard text[1] == 0x3a else { return nil }
            gap = 0
            at = 2
        }
        while at < text.byteCount {
            guard count < 8 else { return nil }
            let end = text.firstIndex(of: 0x3a, from: at) ?? text.byteCount
            let group = text.extracting(at..<end)
            if end == text.byteCount, count <= 6, let bits = v4(group) {
                groups[count] = UInt16(truncatingIfNeeded: bits >> 16)
                groups[count &+ 1] = UInt16(truncatingIfNeeded: bits)
                count &+= 2
                break
            }
            guard let value = hexadecimal(group) else { return nil }
            groups[count] = value
            count &+= 1
            at = end
            if at == text.byteCount { break }
            at &+= 1
            // A colon at the very end belongs to nothing.
            if at == text.byteCount { return nil }
            if text[at] == 0x3a {
                guard gap == nil else { return nil }
                gap = count
                at &+= 1
            }
        }
        return assemble(groups, count, gap)
    }

    private static func assemble(
        _ groups: InlineArray<8, UInt16>,
        _ count: Int,
        _ gap: Int?
    ) -> IPAddress? {
        guard gap == nil ? count == 8 : count < 8 else { return nil }
        let zeros = 8 &- count
        var halves: (UInt64, UInt64) = (0, 0)
        for place in 0..<8 {
            var value: UInt16 = 0
            if let gap {
                if place < gap { value = groups[place] }
                if place >= gap &+ zeros { value = groups[place &- zeros] }
            } else {
                value = groups[place]
            }
            if place < 4 {
                halves.0 = halves.0 << 16 | UInt64(value)
            } else {
                halves.1 = halves.1 << 16 | UInt64(value)
            }
        }
        return IPAddress(high: halves.0, low: halves.1)
    }

    private static func hexadecimal(_ group: RawSpan) -> UInt16? {
        guard group.byteCount >= 1, group.byteCount <= 4 else { return nil }
        var value: UInt16 = 0
        for index in 0..<group.byteCount {
            guard let digit = group[index].hexadecimalValue else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}

extension ByteBuffer {
    /// Appends an address in its canonical text (RFC 5952).
    public mutating func append(_ address: IPAddress) {
        if address.isV4 {
            for shift in stride(from: 24, through: 0, by: -8) {
                append(decimal: Int(address.low >> UInt64(shift)) & 255)
                if shift > 0 { append(0x2e) }
            }
            return
        }
        let group = { (place: Int) -> Int in
            let half = place < 4 ? address.high : address.low
            return Int(half >> UInt64(48 &- 16 * (place & 3)) & 0xffff)
        }
        let zeros = longestRunOfZeros(group)
        var place = 0
        while place < 8 {
            if place == zeros.lowerBound, zeros.count > 1 {
                append("::")
                place = zeros.upperBound
                continue
            }
            append(hexadecimal: group(place))
            place &+= 1
            if place < 8, place != zeros.lowerBound || zeros.count <= 1 { append(0x3a) }
        }
    }

    private func longestRunOfZeros(_ group: (Int) -> Int) -> Range<Int> {
        var longest = 8..<8
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, group(end) == 0 { end &+= 1 }
            if end &- start > longest.count { longest = start..<end }
            start = max(end, start &+ 1)
        }
        return longest
    }
}

extension IPAddress: CustomStringConvertible {
    /// For messages to operators; the path of a request appends to a `ByteBuffer` instead.
    public var description: String {
        var buffer = ByteBuffer()
        buffer.append(self)
        let bytes = buffer.bytes
        return String(decoding: (0..<bytes.byteCount).map { bytes[$0] }, as: UTF8.self)
    }
}
