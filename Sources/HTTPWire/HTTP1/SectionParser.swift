import Vocabulary

/// Finds the lines of a section and its fields, and keeps its place.
///
/// No byte of a slow sender is looked at twice. Lines end with CRLF alone: a bare LF or CR, which some
/// servers take for an end and some for data, is refused (RFC 9112 §2.2), and so is every control
/// character but the tab.
struct SectionParser {
    private var scanned = 0
    private(set) var lineStart = 0

    /// The end of the current line, exclusive of its CRLF; nil while it is incomplete.
    mutating func lineEnd(in bytes: RawSpan) throws(WireError) -> Int? {
        // Beyond the largest section nothing is looked at, so every place fits a ByteRange.
        let stop = min(bytes.byteCount, WireBounds.headByteMax)
        var index = scanned
        while index < stop {
            let controls = controlBytes(in: bytes.word(at: index, before: stop))
            if controls == 0 {
                index &+= 8
                continue
            }
            index &+= controls.trailingZeroBitCount >> 3
            if bytes[index] == 0x09 {
                index &+= 1
                continue
            }
            guard bytes[index] == 0x0d else { throw .badField }
            if index &+ 1 >= stop { break }
            guard bytes[index &+ 1] == 0x0a else { throw .badField }
            return index
        }
        scanned = min(index, stop)
        if stop < bytes.byteCount { throw .headTooLarge }
        return nil
    }

    /// Moves on to the line after the one that ends at `end`.
    mutating func nextLine(after end: Int) {
        lineStart = end &+ 2
        scanned = lineStart
    }

    /// Takes field lines until the empty one; false while that has not come.
    mutating func fields(
        of bytes: RawSpan,
        into table: inout FieldTable,
        countMax: Int,
        from pool: BlockPool
    ) throws(WireError) -> Bool {
        while let end = try lineEnd(in: bytes) {
            let start = lineStart
            nextLine(after: end)
            if end == start { return true }
            guard table.count < countMax else { throw .headTooLarge }
            table.append(try Self.field(bytes, start, end), from: pool)
        }
        return false
    }

    /// Takes a head's fields, and once it is whole its text; false while it is not.
    ///
    /// `fields` keeps what has come so far: a head that is refused on the way says nothing, since its
    /// ranges point into a text it never had.
    mutating func head(
        _ input: inout ByteBuffer,
        _ fields: inout FieldTable,
        into section: inout FieldSection,
        from pool: BlockPool
    ) throws(WireError) -> Bool {
        let isWhole = try self.fields(
            of: input.bytes,
            into: &fields,
            countMax: WireBounds.fieldCountMax,
            from: pool
        )
        guard (isWhole ? lineStart : input.count) <= WireBounds.headByteMax else {
            throw .headTooLarge
        }
        guard isWhole else { return false }
        section.text = input.split(at: lineStart, from: pool)
        swap(&section.fields, &fields)
        return true
    }

    /// One field line (RFC 9112 §5).
    ///
    /// A space before the colon and a line that goes on from the one above have both been read two
    /// ways by two servers; both are refused.
    private static func field(_ bytes: RawSpan, _ start: Int, _ end: Int) throws(WireError) -> Field
    {
        var colon = start
        while colon < end, bytes[colon].isToken { colon &+= 1 }
        guard colon > start, colon < end, bytes[colon] == 0x3a else { throw .badField }
        var valueStart = colon &+ 1
        var valueEnd = end
        while valueStart < valueEnd, bytes[valueStart].isBlank { valueStart &+= 1 }
        while valueEnd > valueStart, bytes[valueEnd &- 1].isBlank { valueEnd &-= 1 }
        return Field(
            name: ByteRange(start, colon &- start),
            value: ByteRange(valueStart, valueEnd &- valueStart),
            id: FieldName(bytes.extracting(start..<colon))
        )
    }
}

/// Marks the top bit of each byte that is a control character; exact for the lowest such byte.
@inline(__always)
private func controlBytes(in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    let below = (word &- ones &* 0x20) & ~word
    let notDelete = word ^ (ones &* 0x7f)
    let isDelete = (notDelete &- ones) & ~notDelete
    return (below | isDelete) & tops
}
