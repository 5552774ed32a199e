import Testing
import Vocabulary

@testable import Transport

struct AddressCountsTests {
    private static let one = IPAddress(v4: 0x0a00_0001)

    @Test func `an address has so many connections and no more, until one closes`() {
        let counts = AddressCounts()
        #expect(counts.enter(Self.one, limit: 2))
        #expect(counts.enter(Self.one, limit: 2))
        #expect(!counts.enter(Self.one, limit: 2))
        counts.leave(Self.one)
        #expect(counts.enter(Self.one, limit: 2))
    }

    @Test func `others are not concerned`() {
        let counts = AddressCounts()
        #expect(counts.enter(Self.one, limit: 1))
        #expect(counts.enter(IPAddress(v4: 0x0a00_0002), limit: 1))
    }

    @Test func `64 bits of IPv6 are one customer`() {
        let counts = AddressCounts()
        #expect(counts.enter(IPAddress(high: 0x2001_0db8 << 32, low: 1), limit: 1))
        #expect(!counts.enter(IPAddress(high: 0x2001_0db8 << 32, low: 2), limit: 1))
        #expect(counts.enter(IPAddress(high: 0x2001_0db8 << 32 | 1, low: 1), limit: 1))
    }

    @Test func `nothing is left of addresses that are gone`() {
        let counts = AddressCounts()
        for bits: UInt32 in 0..<1000 { _ = counts.enter(IPAddress(v4: bits), limit: 1) }
        #expect(counts.count == 1000)
        for bits: UInt32 in 0..<1000 { counts.leave(IPAddress(v4: bits)) }
        counts.leave(Self.one)
        #expect(counts.count == 0)
    }
}
