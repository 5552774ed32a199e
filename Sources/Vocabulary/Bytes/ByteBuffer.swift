/// A queue of bytes with one owner: filled at its end, drained at its front.
///
/// It borrows its memory from a `BlockPool` and hands it back when there is nothing to hold, which is
/// what keeps an idle connection small. What outgrows a block moves to memory of its own; how far it
/// may grow is the caller's bound to keep.
@safe
public struct ByteBuffer: ~Copyable {
    private var storage: UnsafeMutableRawPointer
    public private(set) var capacity = 0
    private var start = 0
    private var end = 0

    /// An empty buffer that holds no memory.
    public init() {
        unsafe storage = Self.nowhere
    }

    /// An empty buffer over a block of the pool.
    public init(_ size: BlockSize, from pool: BlockPool) {
        unsafe storage = pool.take(size)
        capacity = size.byteCount
    }

    deinit {
        if capacity > 0 { unsafe storage.deallocate() }
    }

    // SAFETY: never read or written, since capacity is zero wherever it stands.
    private static var nowhere: UnsafeMutableRawPointer {
        unsafe UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped
    }

    // MARK: Memory

    /// Takes a block from the pool, if the buffer holds no memory.
    public mutating func acquire(_ size: BlockSize, from pool: BlockPool) {
        if capacity > 0 { return }
        unsafe storage = pool.take(size)
        capacity = size.byteCount
    }

    /// Drops what it holds and hands the memory back.
    public mutating func release(to pool: BlockPool) {
        guard capacity > 0 else { return }
        if let size = BlockSize.of(capacity) {
            unsafe pool.give(storage, size)
        } else {
            unsafe storage.deallocate()
        }
        unsafe storage = Self.nowhere
        capacity = 0
        start = 0
        end = 0
    }

    /// Moves what it holds into a block of `size`, if that is larger than its memory now.
    public mutating func enlarge(to size: BlockSize, from pool: BlockPool) {
        guard capacity < size.byteCount else { return }
        var larger = ByteBuffer(size, from: pool)
        larger.append(bytes)
        swap(&self, &larger)
        larger.release(to: pool)
    }

    // MARK: Contents

    public var count: Int { end &- start }
    public var isEmpty: Bool { start == end }
    public var freeSpace: Int { capacity &- end }

    /// The unread bytes, borrowed.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = unsafe RawSpan(
                _unsafeStart: UnsafeRawPointer(storage + start),
                byteCount: end &- start
            )
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    public mutating func removeAll() {
        start = 0
        end = 0
    }

    public mutating func removeFirst(_ count: Int) {
        precondition(count >= 0 && count <= end &- start)
        start &+= count
        if start == end { removeAll() }
    }

    public mutating func append(_ span: RawSpan) {
        let count = span.byteCount
        if freeSpace < count { makeRoom(for: count) }
        unsafe span.withUnsafeBytes { source in
            guard let from = source.baseAddress else { return }
            unsafe (storage + end).copyMemory(from: from, byteCount: count)
        }
        end &+= count
    }

    public mutating func append(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        if freeSpace < count { makeRoom(for: count) }
        unsafe (storage + end).copyMemory(from: text.utf8Start, byteCount: count)
        end &+= count
    }

    public mutating func append(_ byte: UInt8) {
        if freeSpace < 1 { makeRoom(for: 1) }
        unsafe storage.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
        end &+= 1
    }

    /// Appends one value of a table that is kept in the buffer, `MemoryLayout.stride` bytes apart.
    public mutating func append<Record: BitwiseCopyable>(record: Record) {
        let stride = MemoryLayout<Record>.stride
        if freeSpace < stride { makeRoom(for: stride) }
        unsafe (storage + end).storeBytes(of: record, as: Record.self)
        end &+= stride
    }

    /// Appends one field line, framed by us.
    public mutating func append(field name: RawSpan, _ value: RawSpan) {
        let count = name.byteCount &+ value.byteCount &+ 4
        if freeSpace < count { makeRoom(for: count) }
        append(name)
        append(": ")
        append(value)
        append("\r\n")
    }

    /// Appends text that was made off the path of requests: titles, addresses from the configuration.
    public mutating func append(text: String) {
        for byte in text.utf8 { append(byte) }
    }

    /// Appends `number` in decimal digits.
    public mutating func append(decimal number: Int) {
        precondition(number >= 0)
        if number < 10 { return append(0x30 &+ UInt8(truncatingIfNeeded: number)) }
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var at = 20
        var rest = number
        while rest > 0 {
            at &-= 1
            digits[at] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        unsafe append(digits.span.bytes.extracting(at..<20))
    }

    /// Appends `number` in hexadecimal digits, in lower case.
    public mutating func append(hexadecimal number: Int) {
        precondition(number >= 0)
        var shift = number == 0 ? 0 : (63 &- number.leadingZeroBitCount) & ~3
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: number >> shift) & 15
            append(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
            shift &-= 4
        }
    }

    /// Appends all sixteen hexadecimal digits of `bits`.
    public mutating func append(digits bits: UInt64) {
        var shift = 60
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: bits >> UInt64(shift)) & 15
            append(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
            shift &-= 4
        }
    }

    /// Changes one unread byte, as canonical forms do.
    public mutating func replace(at index: Int, with byte: UInt8) {
        precondition(index >= 0 && index < count)
        unsafe storage.storeBytes(of: byte, toByteOffset: start &+ index, as: UInt8.self)
    }

    /// Parts with the first `count` bytes; they leave in the buffer returned.
    ///
    /// The memory goes with the larger part, so that no more than half of the bytes is ever moved.
    public mutating func split(at count: Int, from pool: BlockPool) -> ByteBuffer {
        let rest = self.count &- count
        precondition(count >= 0 && rest >= 0)
        if rest > count {
            var first = ByteBuffer(.head, from: pool)
            first.append(bytes.extracting(first: count))
            removeFirst(count)
            return first
        }
        var second = ByteBuffer()
        if rest > 0 {
            second.acquire(.head, from: pool)
            second.append(bytes.extracting(count..<self.count))
        }
        end &-= rest
        swap(&self, &second)
        return second
    }

    private mutating func makeRoom(for count: Int) {
        let unread = end &- start
        if unread + count <= capacity {
            unsafe storage.copyMemory(from: storage + start, byteCount: unread)
        } else {
            let larger = max(capacity * 2, unread + count)
            let fresh = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
            unsafe fresh.copyMemory(from: storage + start, byteCount: unread)
            if capacity > 0 { unsafe storage.deallocate() }
            unsafe storage = fresh
            capacity = larger
        }
        start = 0
        end = unread
    }

    // MARK: The kernel's side

    /// Lets `body` write into the free space at the end and say how many bytes it wrote.
    ///
    /// A negative answer is a failure of the call and leaves the buffer as it was.
    public mutating func fill(_ body: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        if freeSpace == 0 { makeRoom(for: max(capacity / 2, 1024)) }
        let room = unsafe UnsafeMutableRawBufferPointer(start: storage + end, count: freeSpace)
        let written = unsafe body(room)
        precondition(written <= freeSpace)
        if written > 0 { end &+= written }
        return written
    }

    /// Moves as much as fits into `room`, and says how much that was.
    public mutating func drain(into room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, count)
        guard count > 0 else { return 0 }
        unsafe room.baseAddress?.copyMemory(from: storage + start, byteCount: count)
        removeFirst(count)
        return count
    }
}
