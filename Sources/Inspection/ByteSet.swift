/// A set of bytes.
///
/// What a value is made of, and what a pattern cannot do without, are both such sets: where they do not
/// meet the pattern need not be asked, and that is told in four instructions.
struct ByteSet: BitwiseCopyable, Hashable, Sendable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var fourth: UInt64 = 0

    init() {}

    init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { insert(byte) }
    }

    /// The bytes that occur in `span`.
    init(in span: RawSpan) {
        var (low, high) = (first, second)
        unsafe span.withUnsafeBytes { bytes in
            for index in 0..<bytes.count {
                let byte = unsafe bytes[index]
                let bit = 1 &<< UInt64(byte & 63)
                if byte < 0x80 {
                    low |= byte < 64 ? bit : 0
                    high |= byte < 64 ? 0 : bit
                } else if byte < 0xC0 {
                    third |= bit
                } else {
                    fourth |= bit
                }
            }
        }
        (first, second) = (low, high)
    }

    static let all = ByteSet(0...255)
    static let capitals = ByteSet(0x41...0x5A)
    static let high = ByteSet(0x80...255)
    /// What separates words, and the last byte of a no-break space.
    static let spaces = ByteSet([0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20, 0xA0])

    var isEmpty: Bool { first | second | third | fourth == 0 }

    var count: Int {
        first.nonzeroBitCount + second.nonzeroBitCount + third.nonzeroBitCount
            + fourth.nonzeroBitCount
    }

    mutating func insert(_ byte: UInt8) {
        let bit = 1 &<< UInt64(byte & 63)
        switch byte >> 6 {
        case 0: first |= bit
        case 1: second |= bit
        case 2: third |= bit
        default: fourth |= bit
        }
    }

    func contains(_ byte: UInt8) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: first
            case 1: second
            case 2: third
            default: fourth
            }
        return word &>> UInt64(byte & 63) & 1 == 1
    }

    @inline(__always)
    func meets(_ other: ByteSet) -> Bool {
        first & other.first | second & other.second | third & other.third | fourth & other.fourth
            != 0
    }

    @inline(__always)
    func isSubset(of other: ByteSet) -> Bool {
        first & ~other.first | second & ~other.second | third & ~other.third
            | fourth & ~other.fourth == 0
    }

    mutating func formUnion(_ other: ByteSet) {
        first |= other.first
        second |= other.second
        third |= other.third
        fourth |= other.fourth
    }

    var complement: ByteSet {
        var set = ByteSet()
        (set.first, set.second, set.third, set.fourth) = (~first, ~second, ~third, ~fourth)
        return set
    }

    /// A number that differs where sets do, more often than not.
    @inline(__always)
    func mixed(with seed: UInt64) -> UInt64 {
        let upper = (third ^ fourth &<< 1) &* 0xC2B2_AE3D_27D4_EB4F
        let lower = first &* 0x9E37_79B9_7F4A_7C15 ^ second &* 0xBF58_476D_1CE4_E5B9
        return (upper ^ lower ^ seed) &* 0x94D0_49BB_1331_11EB
    }

    /// The same with small letters in the place of capitals.
    var lowercased: ByteSet {
        var set = self
        let capitals: UInt64 = 0x07FF_FFFE
        set.second = second & ~capitals | (second & capitals) << 32
        return set
    }
}
