/// How this module reads bytes, one or eight at a time, always within bounds.
extension RawSpan {
    @inline(__always)
    func byte(_ index: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }

    /// Eight bytes from `index`, the first one lowest, with zeros where the span ends before.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        let rest = byteCount &- index
        if rest >= 8 { return whole(at: index) }
        if byteCount >= 8 { return whole(at: byteCount &- 8) >> (8 &* UInt64(8 &- rest)) }
        var word: UInt64 = 0
        for place in stride(from: byteCount &- 1, through: index, by: -1) {
            word = word << 8 | UInt64(byte(place))
        }
        return word
    }

    @inline(__always)
    private func whole(at index: Int) -> UInt64 {
        unsafe UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }
}

extension StaticString {
    /// The literal's bytes, which live as long as the program.
    var bytes: RawSpan {
        @_lifetime(immortal)
        get {
            let span = unsafe RawSpan(_unsafeStart: utf8Start, byteCount: utf8CodeUnitCount)
            return unsafe _overrideLifetime(span, borrowing: ())
        }
    }
}

extension UInt64 {
    /// The high bit of each byte that may not stand in a JSON string as it is; the lowest set bit is exact.
    ///
    /// A borrow can set a bit above a byte that is truly marked, never below it, and only the lowest is
    /// asked for.
    var markedBytes: UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = self ^ (ones &* 0x22)
        let slashes = self ^ (ones &* 0x5C)
        let marks = (self &- ones &* 0x20) | (quotes &- ones) | (slashes &- ones)
        return (marks | self) & (ones &* 0x80)
    }
}
