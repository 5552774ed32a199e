import Policy
import TestSupport
import Testing
import Vocabulary

struct AddressSetTests {
    @Test func `a network holds its first and its last address and no other`() {
        let set = set(["198.51.100.64/27", "2001:db8:42::/48"])

        #expect(contains("198.51.100.64", set))
        #expect(contains("198.51.100.95", set))
        #expect(!contains("198.51.100.63", set))
        #expect(!contains("198.51.100.96", set))
        #expect(contains("2001:db8:42:ffff:ffff:ffff:ffff:ffff", set))
        #expect(!contains("2001:db8:43::", set))
    }

    @Test func `everything is everything`() {
        #expect(contains("0.0.0.0", set(["0.0.0.0/0"])))
        #expect(contains("255.255.255.255", set(["0.0.0.0/0"])))
        #expect(!contains("::1", set(["0.0.0.0/0"])))
        #expect(contains("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", set(["::/0"])))
    }

    @Test func `an entry stops counting at its end, and what is around it goes on`() {
        let inner = AddressSet.Entry(block("10.1.0.0/16"), until: 100)
        let outer = AddressSet.Entry(block("10.0.0.0/8"), until: 50)
        let set = AddressSet([inner, outer])

        #expect(set.contains(address("10.1.2.3"), at: 99))
        #expect(!set.contains(address("10.1.2.3"), at: 100))
        #expect(set.contains(address("10.2.0.0"), at: 49))
        #expect(!set.contains(address("10.2.0.0"), at: 50))
    }

    @Test func `a set agrees with its networks asked one by one`() {
        var random = SeededRandom(7)
        for _ in 0..<60 {
            let entries = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Self.entry(&random)
            }
            let set = AddressSet(entries)
            for _ in 0..<200 {
                let address = Self.address(&random, near: entries)
                let now = Int64.random(in: 0...20, using: &random)
                let expected = entries.contains { $0.block.contains(address) && now < $0.until }

                #expect(set.contains(address, at: now) == expected, "\(address) at \(now)")
            }
        }
    }

    // MARK: By hand

    private func set(_ texts: [String]) -> AddressSet {
        AddressSet(texts.map { AddressSet.Entry(block($0)) })
    }

    private func contains(_ text: String, _ set: AddressSet) -> Bool {
        set.contains(address(text), at: 0)
    }

    private func block(_ text: String) -> AddressBlock {
        let bytes = Array(text.utf8)
        return unsafe AddressBlock(bytes.span.bytes) ?? AddressBlock(only: IPAddress(v4: 0))
    }

    private func address(_ text: String) -> IPAddress {
        let bytes = Array(text.utf8)
        return unsafe IPAddress(bytes.span.bytes) ?? IPAddress(v4: 0)
    }

    private static func entry(_ random: inout SeededRandom) -> AddressSet.Entry {
        let isV4 = Bool.random(using: &random)
        let until = Int64.random(in: 0...20, using: &random)
        let width = isV4 ? 32 : 128
        let bits = Int.random(in: 0...width, using: &random)
        var high: UInt64 = isV4 ? 0 : UInt64.random(in: 0...3, using: &random) << 62
        var low: UInt64 =
            isV4 ? 0xffff << 32 | UInt64(UInt32.random(in: 0...15, using: &random)) << 28 : 0
        let kept = bits + 128 - width
        if kept < 64 { high &= kept == 0 ? 0 : ~0 << UInt64(64 - kept) }
        if kept < 128 { low &= kept <= 64 ? 0 : ~0 << UInt64(128 - kept) }
        let text = "\(IPAddress(high: high, low: low))/\(bits)"
        let bytes = Array(text.utf8)
        let block = unsafe AddressBlock(bytes.span.bytes) ?? AddressBlock(only: IPAddress(v4: 0))
        return AddressSet.Entry(block, until: until)
    }

    /// An address at one of the edges, where mistakes are.
    private static func address(
        _ random: inout SeededRandom,
        near entries: [AddressSet.Entry]
    ) -> IPAddress {
        guard let entry = entries.randomElement(using: &random) else { return IPAddress(v4: 1) }
        let base = entry.block.base
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return base
        case 1: return IPAddress(high: base.high, low: base.low &+ 1)
        case 2:
            return IPAddress(high: base.low == 0 ? base.high &- 1 : base.high, low: base.low &- 1)
        default:
            let bits = UInt64.random(in: 0...UInt64.max, using: &random)
            return base.isV4
                ? IPAddress(v4: UInt32(truncatingIfNeeded: bits))
                : IPAddress(high: bits, low: UInt64.random(in: 0...UInt64.max, using: &random))
        }
    }
}
