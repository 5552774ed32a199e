/// The name one request goes by in every log and on both of its sides.
///
/// Ours are 128 random bits in hexadecimal, so they serve as a W3C trace id too. One that a trusted
/// proxy sends is kept as it is, within a grammar that no log and no field can trip over.
public struct RequestID: Sendable, BitwiseCopyable {
    public static let countMin = 8
    public static let countMax = 64

    private var text: InlineArray<64, UInt8> = .init(repeating: 0)
    private var count: Int
    /// It is one of ours: 128 random bits in hexadecimal.
    public let isFresh: Bool

    /// No name yet.
    public static let none = RequestID()

    private init() {
        count = 0
        isFresh = false
    }

    /// A fresh id.
    public init(using random: inout some RandomNumberGenerator) {
        count = 32
        isFresh = true
        write(random.next(), at: 0)
        write(random.next(), at: 16)
    }

    /// An id from outside, if it is 8 to 64 letters, digits, dots, hyphens and underscores.
    public init?(_ given: RawSpan) {
        guard given.byteCount >= Self.countMin, given.byteCount <= Self.countMax else { return nil }
        count = given.byteCount
        isFresh = false
        for index in 0..<count {
            guard given[index].isIn(.host) else { return nil }
            text[index] = given[index]
        }
    }

    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get { unsafe text.span.bytes.extracting(first: count) }
    }

    private mutating func write(_ bits: UInt64, at start: Int) {
        for place in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: bits >> UInt64(60 &- 4 * place)) & 15
            text[start &+ place] = digit < 10 ? 0x30 &+ digit : 0x57 &+ digit
        }
    }
}
