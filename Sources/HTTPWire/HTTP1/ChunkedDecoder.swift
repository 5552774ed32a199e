import Vocabulary

/// Follows the framing of a chunked body (RFC 9112 §7.1) up to its last chunk.
///
/// Data is passed over, never touched. Sizes are plain hexadecimal digits, lines end with CRLF alone,
/// and extensions, which nobody uses but smugglers, are bounded and dropped.
struct ChunkedDecoder {
    private enum State { case size, digits, fold, sizeLF, data, dataCR, dataLF }

    private var state = State.size
    private var left = 0
    private var digitCount = 0
    private var lineCount = 0
    private var extensionCount = 0

    /// The last chunk has been seen; trailers follow.
    private(set) var isAtTrailers = false

    /// How many bytes of framing come first in `bytes`, and how many of data after them.
    mutating func next(in bytes: RawSpan) throws(WireError) -> (skip: Int, count: Int) {
        var index = 0
        while index < bytes.byteCount, !isAtTrailers {
            if state == .data {
                let count = min(left, bytes.byteCount &- index)
                left &-= count
                if left == 0 { state = .dataCR }
                return (index, count)
            }
            try step(bytes[index])
            index &+= 1
        }
        return (index, 0)
    }

    private mutating func step(_ byte: UInt8) throws(WireError) {
        switch state {
        case .size, .digits: try sizeLine(byte)
        case .fold: try extensionByte(byte)
        case .sizeLF:
            guard byte == 0x0a else { throw .badChunk }
            isAtTrailers = left == 0
            state = .data
        case .dataCR:
            guard byte == 0x0d else { throw .badChunk }
            state = .dataLF
        case .dataLF:
            guard byte == 0x0a else { throw .badChunk }
            state = .size
            digitCount = 0
            lineCount = 0
        case .data: break
        }
    }

    private mutating func sizeLine(_ byte: UInt8) throws(WireError) {
        if let digit = byte.hexadecimalValue {
            digitCount &+= 1
            guard digitCount <= WireBounds.chunkSizeDigitsMax else { throw .badChunk }
            left = left << 4 | Int(digit)
            state = .digits
        } else if state == .digits, byte == 0x0d {
            state = .sizeLF
        } else if state == .digits, byte == 0x3b {
            state = .fold
        } else {
            throw .badChunk
        }
    }

    private mutating func extensionByte(_ byte: UInt8) throws(WireError) {
        if byte == 0x0d {
            state = .sizeLF
            return
        }
        lineCount &+= 1
        extensionCount &+= 1
        guard byte.isIn(.visible) || byte == 0x20, lineCount <= WireBounds.chunkLineByteMax,
            extensionCount <= WireBounds.chunkExtensionByteMax
        else { throw .badChunk }
    }
}
