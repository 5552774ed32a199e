import Vocabulary

/// A set of texts, some of which end on their own: one hash, one comparison, whatever its size.
public struct TextSet: Sendable {
    private struct Slot {
        var hash: UInt64 = 0
        var start: UInt32 = 0
        /// One more than its bytes; 0 for a free slot.
        var count: UInt32 = 0
        var until: Int64 = 0
    }

    private var slots = [Slot](repeating: Slot(), count: 1)
    private var bytes: [UInt8] = []
    private var mask = 0
    public private(set) var count = 0

    public init(_ texts: [(text: String, until: Int64)]) {
        var size = 4
        while size < texts.count * 2 { size *= 2 }
        slots = [Slot](repeating: Slot(), count: size)
        mask = size - 1
        for (text, until) in texts { insert(Array(text.utf8), until) }
    }

    public init(_ texts: [String] = []) { self.init(texts.map { ($0, .max) }) }

    /// Every text in it, those that have ended too.
    public var all: [String] {
        slots.filter { $0.count > 0 }.map { slot in
            let start = Int(slot.start)
            return String(decoding: bytes[start..<start + Int(slot.count) - 1], as: UTF8.self)
        }
    }

    public func contains(_ text: RawSpan, at now: Int64 = 0) -> Bool {
        guard count > 0 else { return false }
        let slot = slots[place(of: text)]
        return slot.count > 0 && now < slot.until
    }

    public func contains(_ text: String, at now: Int64 = 0) -> Bool {
        let bytes = Array(text.utf8)
        return unsafe contains(bytes.span.bytes, at: now)
    }

    /// The slot of a text, or the one that it would take.
    private func place(of text: RawSpan) -> Int {
        let hash = Self.hash(text)
        var index = Int(truncatingIfNeeded: hash) & mask
        while slots[index].count > 0 {
            let slot = slots[index]
            if slot.hash == hash, isSame(slot, text) { break }
            index = (index &+ 1) & mask
        }
        return index
    }

    private func isSame(_ slot: Slot, _ text: RawSpan) -> Bool {
        guard Int(slot.count) == text.byteCount + 1 else { return false }
        for index in 0..<text.byteCount where bytes[Int(slot.start) &+ index] != text[index] {
            return false
        }
        return true
    }

    private static func hash(_ text: RawSpan) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in 0..<text.byteCount {
            hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01b3
        }
        return hash ^ hash >> 32
    }

    /// A text that is there already stays until the later end.
    private mutating func insert(_ text: [UInt8], _ until: Int64) {
        let index = unsafe place(of: text.span.bytes)
        if slots[index].count > 0 {
            slots[index].until = max(slots[index].until, until)
            return
        }
        let hash = unsafe Self.hash(text.span.bytes)
        slots[index] = Slot(
            hash: hash,
            start: UInt32(bytes.count),
            count: UInt32(text.count + 1),
            until: until
        )
        bytes += text
        count += 1
    }
}
