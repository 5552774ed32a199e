import Vocabulary

/// How many connections each address has open, over all workers.
///
/// An address is here only while it has any, so what this holds is bounded by the connections there
/// are. It is touched when one opens or closes and never by a request; its parts have a lock each, so
/// that workers seldom meet.
final class AddressCounts: Sendable {
    /// One part of the addresses.
    private final class Part: Sendable {
        let counts = Lock<[IPAddress: Int]>([:])
    }

    private let parts = (0..<16).map { _ in Part() }

    /// Counts one more; false, and nothing counted, where there are `limit` already.
    func enter(_ address: IPAddress, limit: Int) -> Bool {
        let site = Self.site(of: address)
        return part(of: site).counts.withLock { counts in
            let count = counts[site] ?? 0
            guard count < limit else { return false }
            counts[site] = count + 1
            return true
        }
    }

    func leave(_ address: IPAddress) {
        let site = Self.site(of: address)
        part(of: site).counts.withLock { counts in
            guard let count = counts[site] else { return }
            counts[site] = count > 1 ? count - 1 : nil
        }
    }

    /// Addresses that have connections.
    var count: Int {
        parts.reduce(0) { sum, part in sum + part.counts.withLock { $0.count } }
    }

    private func part(of site: IPAddress) -> Part {
        // Not the hash: whoever chose addresses by it would meet only themselves.
        let mixed = (site.high ^ site.low) &* 0x9e37_79b9_7f4a_7c15
        return parts[Int(mixed >> 60)]
    }

    /// What one customer of a network has: an address of IPv4, 64 bits' worth of IPv6.
    private static func site(of address: IPAddress) -> IPAddress {
        address.isV4 ? address : IPAddress(high: address.high, low: 0)
    }
}
