import Vocabulary

/// The one spelling of a path that is matched, logged and forwarded.
///
/// Bypasses live in the gap between what a gateway matched and what the server behind it understood.
/// So there is one form (RFC 3986 §6.2.2: escapes of unreserved characters decoded, the rest in
/// capitals, visible characters outside the grammar escaped), and what two servers may read
/// differently is refused: encoded slashes, backslashes and controls, path parameters, empty and dot
/// segments.
extension FieldSection {
    mutating func canonicalPath(_ raw: ByteRange) throws(WireError) -> ByteRange {
        if Self.isCanonical(self[raw]) { return raw }
        let start = text.count
        var index = raw.lowerBound
        while index < raw.upperBound {
            let byte = text.bytes[index]
            if byte == 0x25 {
                try appendEscape(at: index, before: raw.upperBound)
                index &+= 3
                continue
            }
            guard byte != 0x5c, byte != 0x3b else { throw .unsafePath }
            if byte.isIn(.path) { text.append(byte) } else { appendEscaped(byte) }
            index &+= 1
        }
        let canonical = keep(start)
        guard Self.hasPlainSegments(self[canonical]) else { throw .unsafePath }
        return canonical
    }

    /// Almost every path: nothing to decode, to escape or to refuse.
    private static func isCanonical(_ path: RawSpan) -> Bool {
        for index in 0..<path.byteCount {
            guard path[index].isIn(.path), path[index] != 0x3b else { return false }
        }
        return hasPlainSegments(path)
    }

    /// Whether no segment is empty but the last, and none is a dot or two.
    private static func hasPlainSegments(_ path: RawSpan) -> Bool {
        var start = 1
        while start < path.byteCount {
            let end = path.firstIndex(of: 0x2f, from: start) ?? path.byteCount
            let count = end &- start
            let isDots = count <= 2 && path[start] == 0x2e && path[end &- 1] == 0x2e
            if count == 0 || isDots { return false }
            start = end &+ 1
        }
        return true
    }

    private mutating func appendEscape(at index: Int, before end: Int) throws(WireError) {
        guard index &+ 2 < end,
            let high = text.bytes[index &+ 1].hexadecimalValue,
            let low = text.bytes[index &+ 2].hexadecimalValue
        else { throw .badTarget }
        let byte = high << 4 | low
        guard byte > 0x1f, byte != 0x7f, byte != 0x2f, byte != 0x5c else { throw .unsafePath }
        if byte.isIn(.unreserved) { text.append(byte) } else { appendEscaped(byte) }
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        text.append(0x25)
        appendCapital(digit: byte >> 4)
        appendCapital(digit: byte & 15)
    }

    private mutating func appendCapital(digit: UInt8) {
        text.append(digit < 10 ? 0x30 &+ digit : 0x37 &+ digit)
    }
}
