/// What becomes of a string's bytes.
///
/// Nearly every byte a log sees is written as it is, so the bytes are looked at a word at a time: a word is
/// stored before it is known to be plain, and counts as far as it was. Only `"`, `\`, control characters
/// (RFC 8259 §7) and bytes from 0x80 on are looked at one by one.
extension JSONWriter {
    /// Writes `source` between quotes, after a comma if one is due, and before `end` if it is not zero.
    ///
    /// All of it goes out under one look at the memory as long as every byte is plain.
    mutating func quote(_ source: RawSpan, end: UInt8 = 0) {
        let byteCount = source.byteCount
        // A comma, two quotes, the end, and the width of the last word stored.
        reserve(byteCount &+ 12)
        var at = count
        let needsComma = wantsComma
        var words = memory.mutableSpan
        var target = unsafe words.mutableBytes
        if needsComma {
            target.storeBytes(of: 0x2C, toByteOffset: at, as: UInt8.self)
            at &+= 1
        }
        target.storeBytes(of: 0x22, toByteOffset: at, as: UInt8.self)
        at &+= 1
        var index = target.copyPlain(from: source, at: 0, to: at)
        at &+= index
        if index == byteCount {
            target.storeBytes(of: 0x22, toByteOffset: at, as: UInt8.self)
            target.storeBytes(of: end, toByteOffset: at &+ 1, as: UInt8.self)
            count = end == 0 ? at &+ 1 : at &+ 2
            return
        }
        count = at
        while index < byteCount {
            index = copyMarked(source, at: index)
            index = copyPlain(source, at: index)
        }
        put(0x22)
        if end != 0 { put(end) }
    }

    private mutating func copyPlain(_ source: RawSpan, at index: Int) -> Int {
        let place = count
        var words = memory.mutableSpan
        var target = unsafe words.mutableBytes
        let copied = target.copyPlain(from: source, at: index, to: place)
        count &+= copied
        return index &+ copied
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

extension MutableRawSpan {
    /// Copies the bytes of `source` from `start` up to the first that is not plain, and says how many.
    ///
    /// Up to eight bytes more than that are overwritten.
    @_lifetime(self: copy self)
    @inline(__always)
    fileprivate mutating func copyPlain(from source: RawSpan, at start: Int, to place: Int) -> Int {
        let end = source.byteCount
        var index = start
        var at = place
        while index < end {
            let word = source.word(at: index)
            storeBytes(of: word.littleEndian, toByteOffset: at, as: UInt64.self)
            let marks = word.markedBytes
            let plain = marks == 0 ? 8 : marks.trailingZeroBitCount >> 3
            index &+= plain
            at &+= plain
            if plain < 8 { break }
        }
        return index &- start
    }
}
