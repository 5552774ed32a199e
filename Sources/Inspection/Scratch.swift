/// Memory that is filled anew for every value and kept, so that inspecting soon allocates nothing.
struct Scratch: ~Copyable, Sendable {
    private var memory: [UInt8] = []
    private(set) var count = 0

    init() {}

    var bytes: RawSpan {
        @_lifetime(borrow self)
        get { unsafe memory.span.bytes.extracting(first: count) }
    }

    mutating func removeAll() {
        count = 0
    }

    /// Forgets all but the first `length` bytes.
    mutating func cut(to length: Int) {
        count = min(count, length)
    }

    /// The byte at `index`, which is below `count`.
    subscript(_ index: Int) -> UInt8 { memory[index] }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        memory[count] = byte
        count &+= 1
    }

    mutating func append(_ source: RawSpan) {
        let byteCount = source.byteCount
        guard byteCount > 0 else { return }
        reserve(byteCount)
        let start = count
        unsafe memory.withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { bytes in
                let room = unsafe UnsafeMutableRawBufferPointer(rebasing: target[start...])
                unsafe room.copyMemory(from: bytes)
            }
        }
        count = start &+ byteCount
    }

    /// Adds `source` with small letters in the place of capitals, and says whether there were any.
    mutating func append(lowercasing source: RawSpan) -> Bool {
        let byteCount = source.byteCount
        reserve(byteCount)
        let start = count
        var changed: UInt8 = 0
        unsafe memory.withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { bytes in
                for index in 0..<byteCount {
                    let byte = unsafe bytes[index]
                    let lower = byte | (byte &- 0x41 <= 25 ? 0x20 : 0)
                    changed |= byte ^ lower
                    unsafe target[start &+ index] = lower
                }
            }
        }
        count = start &+ byteCount
        return changed != 0
    }

    mutating func append(_ source: RawSpan, from start: Int, to end: Int) {
        if end > start { append(source.extracting(start..<end)) }
    }

    mutating func append(literal text: StaticString) {
        unsafe append(RawSpan(_unsafeStart: text.utf8Start, byteCount: text.utf8CodeUnitCount))
    }

    /// The scalar of this value in UTF-8; what is no scalar becomes U+FFFD.
    mutating func append(scalar value: UInt32) {
        let isScalar = value < 0xD800 || 0xE000...0x10_FFFF ~= value
        let value = isScalar ? value : 0xFFFD
        if value < 0x80 { return append(UInt8(value)) }
        if value < 0x800 {
            append(0xC0 | UInt8(value >> 6))
        } else {
            if value < 0x1_0000 {
                append(0xE0 | UInt8(value >> 12))
            } else {
                append(0xF0 | UInt8(value >> 18))
                append(0x80 | UInt8(value >> 12 & 0x3F))
            }
            append(0x80 | UInt8(value >> 6 & 0x3F))
        }
        append(0x80 | UInt8(value & 0x3F))
    }

    /// Makes sure of room, so that many bytes one by one soon find it there.
    mutating func reserve(_ byteCount: Int) {
        guard memory.count &- count < byteCount else { return }
        let larger = max(memory.count * 2, count + byteCount, 256)
        memory.append(contentsOf: repeatElement(0, count: larger - memory.count))
    }
}
