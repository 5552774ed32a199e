/// Compact JSON, appended to memory that is kept from one text to the next.
///
/// Access records are written with it once per request, so it allocates only while its memory grows to
/// the largest text so far, and looks at strings eight bytes at a time. Its memory is an array that
/// is always initialised to its end: every store is bounds checked, whatever a client sent.
///
/// Keys, values and brackets are written in the order they are called for, and commas set themselves. That
/// brackets match and that a key precedes each member is the caller's part. Whatever bytes a
/// string is given, the text stays valid JSON in valid UTF-8, on one line.
public struct JSONWriter: ~Copyable, Sendable {
    var memory: [UInt8]
    public internal(set) var count = 0
    var wantsComma = false

    public init(capacity: Int = 512) {
        memory = Array(repeating: 0, count: max(capacity, 64))
    }

    /// What has been written so far.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get { unsafe memory.span.bytes.extracting(first: count) }
    }

    public var isEmpty: Bool { count == 0 }

    /// Forgets what was written, so that the next text begins.
    public mutating func removeAll(keepingCapacity: Bool = true) {
        count = 0
        wantsComma = false
        if !keepingCapacity { memory = Array(repeating: 0, count: 64) }
    }

    // MARK: Structure

    public mutating func beginObject() { open(0x7B) }
    public mutating func endObject() { close(0x7D) }
    public mutating func beginArray() { open(0x5B) }
    public mutating func endArray() { close(0x5D) }

    /// The name of the member whose value comes next.
    public mutating func key(_ name: StaticString) {
        quote(name.bytes, end: 0x3A)
        wantsComma = false
    }

    /// Writes `text` as it stands, outside of any value: a prefix before a text, a line's end after it.
    public mutating func verbatim(_ text: StaticString) {
        let byteCount = text.utf8CodeUnitCount
        reserve(byteCount)
        let place = count
        unsafe memory.withUnsafeMutableBytes { room in
            // SAFETY: there is room for it behind `count`; the line above has seen to that.
            unsafe UnsafeMutableRawBufferPointer(rebasing: room[place...])
                .copyMemory(from: UnsafeRawBufferPointer(start: text.utf8Start, count: byteCount))
        }
        count = place &+ byteCount
        wantsComma = false
    }

    // MARK: Values

    /// A string of the bytes given: UTF-8 as it is, and U+FFFD for each run of bytes that is not UTF-8.
    ///
    /// No more than `byteCountMax` of the bytes are taken, and a scalar is taken whole or not at all.
    public mutating func string(_ source: RawSpan, upTo byteCountMax: Int = .max) {
        quote(source.prefix(upTo: byteCountMax))
        wantsComma = true
    }

    public mutating func string(_ source: Span<UInt8>, upTo byteCountMax: Int = .max) {
        unsafe string(source.bytes, upTo: byteCountMax)
    }

    public mutating func string(_ text: StaticString) {
        string(text.bytes)
    }

    /// A string of `text`, which was made elsewhere and so says how much of it may be written.
    public mutating func string(_ text: String, upTo byteCountMax: Int) {
        unsafe string(text.utf8Span.span.bytes, upTo: byteCountMax)
    }

    public mutating func integer(_ value: Int) {
        separate()
        if value < 0 { put(0x2D) }
        digits(UInt64(value.magnitude))
        wantsComma = true
    }

    public mutating func boolean(_ value: Bool) {
        separate()
        verbatim(value ? "true" : "false")
        wantsComma = true
    }

    public mutating func null() {
        separate()
        verbatim("null")
        wantsComma = true
    }

    /// Milliseconds with three decimals, rounded half away from zero to the microsecond.
    public mutating func milliseconds(nanoseconds: Int64) {
        separate()
        if nanoseconds < 0 { put(0x2D) }
        let magnitude = nanoseconds.magnitude
        let microseconds = magnitude / 1000 + (magnitude % 1000 >= 500 ? 1 : 0)
        digits(microseconds / 1000)
        let thousandths = microseconds % 1000
        put(0x2E)
        put(digit: thousandths / 100)
        put(digit: thousandths / 10 % 10)
        put(digit: thousandths % 10)
        wantsComma = true
    }

    // MARK: Bytes

    mutating func separate() {
        if wantsComma { put(0x2C) }
    }

    mutating func put(_ byte: UInt8) {
        reserve(1)
        memory[count] = byte
        count &+= 1
    }

    /// Makes sure of room for `byteCount` bytes more.
    mutating func reserve(_ byteCount: Int) {
        if memory.count &- count < byteCount { grow(by: byteCount) }
    }

    private mutating func grow(by byteCount: Int) {
        let larger = max(memory.count * 2, count + byteCount)
        memory.append(contentsOf: repeatElement(0, count: larger - memory.count))
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        put(bracket)
        wantsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        put(bracket)
        wantsComma = true
    }

    private mutating func put(digit: UInt64) {
        put(0x30 &+ UInt8(truncatingIfNeeded: digit))
    }

    private mutating func digits(_ value: UInt64) {
        var length = 1
        var rest = value / 10
        while rest > 0 {
            length &+= 1
            rest /= 10
        }
        reserve(length)
        rest = value
        var at = count &+ length
        repeat {
            at &-= 1
            memory[at] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        count &+= length
    }
}
