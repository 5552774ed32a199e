/// What becomes of a string's bytes.
///
/// Nearly every byte a log sees is written as it is, so the bytes are looked at a word at a time: a word is
/// stored before it is known to be plain, and counts as far as it was. Only `"`, `\`, control characters
/// (RFC 8259 §7) and bytes from 0x80 on are looked at one by one.
extension JSONWriter {
    mutating func quote(_ source: RawSpan) {
        separate()
        let end = source.byteCount
        // A comma, two quotes, and the width of the last word stored.
        reserve(end &+ 12)
        put(0x22)
        var index = copyPlain(source, from: 0)
        while index < end {
            index = copyMarked(source, at: index)
            index = copyPlain(source, from: index)
        }
        put(0x22)
    }

    /// Copies bytes from `start` up to the first that is not plain, and returns where that one is.
    private mutating func copyPlain(_ source: RawSpan, from start: Int) -> Int {
        let end = source.byteCount
        var index = start
        var at = count
        var words = memory.mutableSpan
        var target = unsafe words.mutableBytes
        while index < end {
            let word = source.word(at: index)
            target.storeBytes(of: word.littleEndian, toByteOffset: at, as: UInt64.self)
            let marks = word.markedBytes
            let plain = marks == 0 ? 8 : marks.trailingZeroBitCount >> 3
            index &+= plain
            at &+= plain
            if plain < 8 { break }
        }
        count = at
        return index
    }

    /// Writes what stands for the byte or the scalar at `index`, and returns what follows it.
    private mutating func copyMarked(_ source: RawSpan, at index: Int) -> Int {
        reserve(source.byteCount &- index &+ JSON.expansionMax &+ 12)
        let byte = source.byte(index)
        switch byte {
        case 0x22, 0x5C:
            put(0x5C)
            put(byte)
            return index &+ 1
        case 0..<0x20:
            verbatimEscape(byte)
            return index &+ 1
        default:
            return copyScalar(source, at: index)
        }
    }

    private mutating func verbatimEscape(_ byte: UInt8) {
        put(0x5C)
        put(0x75)
        put(0x30)
        put(0x30)
        put(0x30 &+ byte >> 4)
        let low = byte & 15
        put(low < 10 ? 0x30 &+ low : 0x57 &+ low)
    }

    private mutating func copyScalar(_ source: RawSpan, at index: Int) -> Int {
        let scan = ScalarScan(of: source, at: index)
        if scan.isWhole {
            for offset in 0..<scan.byteCount { put(source.byte(index &+ offset)) }
        } else {
            put(0xEF)
            put(0xBF)
            put(0xBD)
        }
        return index &+ scan.byteCount
    }
}

extension UInt64 {
    /// The high bit of each byte that may not stand in a JSON string as it is; the lowest set bit is exact.
    ///
    /// A borrow can set a bit above a byte that is truly marked, never below it, and only the lowest is
    /// asked for.
    fileprivate var markedBytes: UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = self ^ (ones &* 0x22)
        let slashes = self ^ (ones &* 0x5C)
        let marks = (self &- ones &* 0x20) | (quotes &- ones) | (slashes &- ones)
        return (marks | self) & (ones &* 0x80)
    }
}
