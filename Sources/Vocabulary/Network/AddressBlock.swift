/// A network: all addresses that share the first bits of one (CIDR).
public struct AddressBlock: Hashable, Sendable, BitwiseCopyable {
    public let base: IPAddress
    /// Out of 128, IPv4 networks counted from 96.
    public let prefixBits: Int

    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or one address alone.
    ///
    /// The prefix counts the bits of the text's own kind: `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
    /// Bits set beyond the prefix are refused: they are a slip of the pen, and which end of it was
    /// meant is not ours to guess.
    public init?(_ text: RawSpan) {
        let slash = text.firstIndex(of: 0x2f) ?? text.byteCount
        guard let base = IPAddress(text.extracting(first: slash)) else { return nil }
        let width = text.firstIndex(of: 0x3a) == nil ? 32 : 128
        var bits = width
        if slash < text.byteCount {
            let digits = text.extracting((slash &+ 1)..<text.byteCount)
            guard let given = digits.decimal(digitsMax: 3), given <= width else { return nil }
            bits = given
        }
        self.base = base
        prefixBits = bits &+ (128 &- width)
        let mask = Self.mask(prefixBits)
        guard base.high & ~mask.high == 0, base.low & ~mask.low == 0 else { return nil }
    }

    /// The network of one address.
    public init(only address: IPAddress) {
        base = address
        prefixBits = 128
    }

    /// Whether the address is one of the network's.
    ///
    /// A network of IPv6 that is wider than all of IPv4 does not hold it: whoever writes `::/0` speaks of
    /// the other protocol.
    public func contains(_ address: IPAddress) -> Bool {
        if prefixBits < 96, address.isV4 { return false }
        let mask = Self.mask(prefixBits)
        return address.high & mask.high == base.high && address.low & mask.low == base.low
    }

    private static func mask(_ bits: Int) -> (high: UInt64, low: UInt64) {
        if bits <= 64 { return (bits == 0 ? 0 : ~0 << UInt64(64 &- bits), 0) }
        return (~0, ~0 << UInt64(128 &- bits))
    }
}
