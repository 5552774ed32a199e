public import Vocabulary

/// Bytes as tests and fuzz targets hold them: arrays for machines, texts for people.
extension String {
    /// Each scalar below 256 stands for one byte.
    public init(wire bytes: some Sequence<UInt8>) {
        var scalars = String.UnicodeScalarView()
        for byte in bytes { scalars.append(Unicode.Scalar(byte)) }
        self.init(scalars)
    }

    public init(wire bytes: RawSpan) { self.init(wire: Array(wire: bytes)) }

    public var wire: [UInt8] { unicodeScalars.map { UInt8($0.value) } }

    /// Without the spaces and tabs at either end.
    var trimmed: String {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        return String(wire: wire.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}

extension [UInt8] {
    public init(wire bytes: RawSpan) {
        self = (0..<bytes.byteCount).map { bytes[$0] }
    }

    /// These bytes in pieces of the given sizes, over and over.
    public func cut(_ sizes: [Int]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < count {
            let size = Swift.max(sizes[pieces.count % sizes.count], 1)
            let end = Swift.min(start + size, count)
            pieces.append(Array(self[start..<end]))
            start = end
        }
        return pieces
    }
}

extension ByteBuffer {
    public mutating func append(wire bytes: [UInt8]) {
        unsafe append(bytes.span.bytes)
    }
}
