/// The names seen so far in the objects that are open, so that one object never has a name twice.
///
/// Of each name a hash of 64 bits is kept, under a key that is drawn when the process starts: who sends
/// names cannot aim at two that meet, and chance makes two meet once in 2^64 pairs. So the memory is
/// eight bytes a slot however long the names are. What came last goes first, when its object closes:
/// taken back in the order of the stack, a table with linear probing needs no marks for what is gone.
struct NameSet: ~Copyable, Sendable {
    enum Outcome {
        case new, known, full
    }

    /// Zero where nobody sits.
    private var slots: [UInt64] = Array(repeating: 0, count: 128)
    /// Where each name sits, in the order they came.
    private var order: [UInt32] = Array(repeating: 0, count: 64)
    private(set) var count = 0

    /// Adds `name` to the object that is the `depth`th of those open.
    mutating func insert(_ name: borrowing Scratch, depth: Int) -> Outcome {
        let hash = Self.hash(name.bytes, depth)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count &- 1)
        while slots[slot] != 0 {
            if slots[slot] == hash { return .known }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        guard count < JSON.openNameCountMax else { return .full }
        slots[slot] = hash
        order[count] = UInt32(truncatingIfNeeded: slot)
        count &+= 1
        if count == order.count { grow() }
        return .new
    }

    /// Forgets all but the first `length` names.
    mutating func cut(to length: Int) {
        while count > length {
            count &-= 1
            slots[Int(order[count])] = 0
        }
    }

    /// Twice the room; every name moves, in the order they came.
    private mutating func grow() {
        var larger: [UInt64] = Array(repeating: 0, count: slots.count * 2)
        let mask = larger.count - 1
        for place in 0..<count {
            let hash = slots[Int(order[place])]
            var slot = Int(truncatingIfNeeded: hash) & mask
            while larger[slot] != 0 { slot = (slot + 1) & mask }
            larger[slot] = hash
            order[place] = UInt32(truncatingIfNeeded: slot)
        }
        slots = larger
        order.append(contentsOf: repeatElement(0, count: order.count))
    }

    private static func hash(_ name: RawSpan, _ depth: Int) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(depth)
        unsafe name.withUnsafeBytes { bytes in unsafe hasher.combine(bytes: bytes) }
        let hash = UInt64(bitPattern: Int64(hasher.finalize()))
        return hash == 0 ? 1 : hash
    }
}
