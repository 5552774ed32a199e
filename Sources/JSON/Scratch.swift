/// Memory that a reader fills anew for every text and keeps, so that reading soon allocates nothing.
///
/// It is an array that is always initialised to its end: every store is bounds checked.
struct Scratch: ~Copyable, Sendable {
    private var memory: [UInt8]
    private(set) var count = 0

    init(capacity: Int = 256) {
        memory = Array(repeating: 0, count: capacity)
    }

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

    mutating func append(_ byte: UInt8) {
        reserve(1)
        memory[count] = byte
        count &+= 1
    }

    mutating func append(_ source: RawSpan) {
        let byteCount = source.byteCount
        reserve(byteCount &+ 8)
        let start = count
        var words = memory.mutableSpan
        var target = unsafe words.mutableBytes
        // A word at a time, so that the last one may overwrite up to seven bytes of what is free.
        for index in stride(from: 0, to: byteCount, by: 8) {
            let word = source.word(at: index).littleEndian
            target.storeBytes(of: word, toByteOffset: start &+ index, as: UInt64.self)
        }
        count = start &+ byteCount
    }

    mutating func append(literal text: StaticString) { append(text.bytes) }

    /// The scalar of this value in UTF-8.
    mutating func append(scalar value: UInt32) {
        switch value {
        case 0..<0x80: append(UInt8(value))
        case 0x80..<0x800:
            append(0xC0 | UInt8(value >> 6))
            append(continuing(value))
        case 0x800..<0x1_0000:
            append(0xE0 | UInt8(value >> 12))
            append(continuing(value >> 6))
            append(continuing(value))
        default:
            append(0xF0 | UInt8(value >> 18 & 7))
            append(continuing(value >> 12))
            append(continuing(value >> 6))
            append(continuing(value))
        }
    }

    private func continuing(_ value: UInt32) -> UInt8 { 0x80 | UInt8(value & 0x3F) }

    private mutating func reserve(_ byteCount: Int) {
        guard memory.count &- count < byteCount else { return }
        let larger = max(memory.count * 2, count + byteCount)
        memory.append(contentsOf: repeatElement(0, count: larger - memory.count))
    }
}
