import Vocabulary

/// Which site a host belongs to; a host nobody named belongs to none.
public struct HostTable: Sendable {
    private struct Slot {
        var site: Int32 = -1
        var hash: UInt64 = 0
        var start: UInt32 = 0
        var count: UInt32 = 0
    }

    private var slots: [Slot]
    private var names: [UInt8] = []
    private let mask: Int

    /// - hosts: whole names in small letters, each with the number of its site.
    public init(_ hosts: [(name: String, site: Int)]) {
        var size = 8
        while size < hosts.count * 2 { size *= 2 }
        slots = [Slot](repeating: Slot(), count: size)
        mask = size - 1
        for (name, site) in hosts { insert(Array(name.utf8), site) }
    }

    /// The number of the site; `host` is compared whole, without regard to case, and without its port.
    public func site(for host: RawSpan) -> Int? {
        let count = Self.nameLength(host)
        let hash = Self.hash(host, count)
        var index = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[index]
            if slot.site < 0 { return nil }
            if slot.hash == hash, isSame(slot, host, count) { return Int(slot.site) }
            index = (index &+ 1) & mask
        }
    }

    /// How much of a Host field is the name: the port, and one dot at the end, belong to nobody.
    static func nameLength(_ host: RawSpan) -> Int {
        // An address in brackets has colons of its own.
        let bracket = host.byteCount > 0 && host[0] == 0x5b ? host.firstIndex(of: 0x5d) : nil
        var count = host.firstIndex(of: 0x3a, from: bracket ?? 0) ?? host.byteCount
        if count > 0, host[count &- 1] == 0x2e { count &-= 1 }
        return count
    }

    private static func hash(_ host: RawSpan, _ count: Int) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in 0..<count { hash = (hash ^ UInt64(host[index].lowercased)) &* 0x100_0000_01b3 }
        return hash ^ hash >> 32
    }

    private func isSame(_ slot: Slot, _ host: RawSpan, _ count: Int) -> Bool {
        guard Int(slot.count) == count else { return false }
        for index in 0..<count where names[Int(slot.start) &+ index] != host[index].lowercased {
            return false
        }
        return true
    }

    private mutating func insert(_ name: [UInt8], _ site: Int) {
        let hash = unsafe Self.hash(name.span.bytes, name.count)
        var index = Int(truncatingIfNeeded: hash) & mask
        while slots[index].site >= 0 { index = (index + 1) & mask }
        slots[index] = Slot(
            site: Int32(site),
            hash: hash,
            start: UInt32(names.count),
            count: UInt32(name.count)
        )
        names += name
    }
}
