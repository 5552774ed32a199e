/// A digest of bytes under a secret: SipHash-2-4 with 128 bits of outcome.
///
/// Whoever does not know the secret can neither tell what was hashed nor find two inputs that share a
/// digest, so tables keyed with it cannot be filled to order, and what is stored under it names nobody.
public struct KeyedHash: Sendable, BitwiseCopyable {
    /// The digest, or one that is still under way.
    public struct Digest: Hashable, Sendable, BitwiseCopyable {
        public let high: UInt64
        public let low: UInt64

        public init(high: UInt64, low: UInt64) {
            self.high = high
            self.low = low
        }
    }

    public let key: Digest

    public init(key: Digest) {
        self.key = key
    }

    /// - salt: tells apart what the same bytes are hashed for.
    public func digest(of bytes: RawSpan, salt: UInt64 = 0) -> Digest {
        var state = State(key)
        state.take(salt)
        let count = bytes.byteCount
        var index = 0
        while index &+ 8 <= count {
            state.take(unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            index &+= 8
        }
        var last = UInt64(truncatingIfNeeded: count &+ 8) << 56
        var shift: UInt64 = 0
        while index < count {
            last |= UInt64(bytes[index]) << shift
            shift &+= 8
            index &+= 1
        }
        state.take(last)
        return state.finish()
    }

    /// The four words that SipHash stirs.
    private struct State {
        var a: UInt64
        var b: UInt64
        var c: UInt64
        var d: UInt64

        init(_ key: Digest) {
            a = key.low ^ 0x736f_6d65_7073_6575
            b = key.high ^ 0x646f_7261_6e64_6f6d ^ 0xee
            c = key.low ^ 0x6c79_6765_6e65_7261
            d = key.high ^ 0x7465_6462_7974_6573
        }

        mutating func take(_ word: UInt64) {
            d ^= word
            stir()
            stir()
            a ^= word
        }

        mutating func finish() -> Digest {
            c ^= 0xee
            for _ in 0..<4 { stir() }
            let low = a ^ b ^ c ^ d
            b ^= 0xdd
            for _ in 0..<4 { stir() }
            return Digest(high: a ^ b ^ c ^ d, low: low)
        }

        private mutating func stir() {
            a = a &+ b
            b = (b << 13 | b >> 51) ^ a
            a = a << 32 | a >> 32
            c = c &+ d
            d = (d << 16 | d >> 48) ^ c
            a = a &+ d
            d = (d << 21 | d >> 43) ^ a
            c = c &+ b
            b = (b << 17 | b >> 47) ^ c
            c = c << 32 | c >> 32
        }
    }
}
