import TestSupport
import Testing
import Vocabulary

struct AddressBlockTests {
    private func block(_ text: String) -> AddressBlock? { reading(text) { AddressBlock($0) } }
    private func address(_ text: String) -> IPAddress? { reading(text) { IPAddress($0) } }

    private func contains(_ network: String, _ member: String) throws -> Bool {
        try #require(block(network)).contains(try #require(address(member)))
    }

    @Test(
        arguments: [
            ("10.0.0.0/8", "10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"),
            ("192.168.4.0/22", "192.168.4.0", "192.168.7.255", "192.168.3.255", "192.168.8.0"),
            ("127.0.0.1/32", "127.0.0.1", "127.0.0.1", "127.0.0.0", "127.0.0.2"),
            ("127.0.0.1", "127.0.0.1", "::ffff:127.0.0.1", "127.0.0.0", "::127.0.0.1"),
            ("0.0.0.0/0", "0.0.0.0", "255.255.255.255", "::", "::1:0:0:0"),
            (
                "2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:db7::", "2001:db9::"
            ),
            ("fe80::/64", "fe80::", "fe80::ffff:ffff:ffff:ffff", "fe80:0:0:1::", "fe7f::"),
            (
                "fe80::/65", "fe80::", "fe80::7fff:ffff:ffff:ffff", "fe80::8000:0:0:0",
                "fe80:0:0:1::"
            ),
            ("fe80::/63", "fe80::", "fe80::1:ffff:ffff:ffff:ffff", "fe80:0:0:2::", "fe7f::"),
            ("::1/128", "::1", "::1", "::", "::2"), ("::1", "::1", "0:0:0:0:0:0:0:1", "::", "1::1"),
        ]
    )
    func `a network holds its first and last address and not its neighbours`(
        network: String,
        first: String,
        last: String,
        below: String,
        above: String
    ) throws {
        let answers = try [first, last, below, above].map { try contains(network, $0) }

        #expect(answers == [true, true, false, false])
    }

    @Test func `all of IPv6 is not IPv4, and the other way round`() throws {
        for member in ["::", "ffff::1"] { #expect(try contains("::/0", member)) }
        #expect(try !contains("::/0", "1.2.3.4"))
        #expect(try !contains("::/64", "1.2.3.4"))
        #expect(try contains("0.0.0.0/0", "1.2.3.4"))
        #expect(try !contains("0.0.0.0/0", "::1"))
    }

    @Test func `a network in IPv6 text counts its prefix in IPv6 bits`() throws {
        let mapped = try #require(block("::ffff:0:0/96"))
        let part = try #require(block("::ffff:10.0.0.0/104"))

        #expect(mapped == block("0.0.0.0/0"))
        #expect(part == block("10.0.0.0/8"))
        // Eight bits of IPv6, with others set beyond them, and not the network ten.
        #expect(block("::ffff:10.0.0.0/8") == nil)
    }

    @Test(
        arguments: [
            "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/ 8",
            "10.0.0.0/8/8", "10.0.0.0/0008", "10.0.0/8", "10.0.0.1/8", "127.0.0.1/31", "::/129",
            "::1/127", "2001:db8::1/32", "2001:db8::/31 ", "fe80::%eth0/64", "10.0.0.0/255.0.0.0",
            "1.2.3.4/0", "::1/0", "localhost", "[::]/0",
        ]
    )
    func `anything else is no network`(text: String) {
        #expect(block(text) == nil)
    }

    @Test func `a network holds just the addresses that share its first bits`() throws {
        var random = SeededRandom(7)
        for _ in 0..<3000 {
            let bits = random.below(129)
            let member = IPAddress(high: random.next(), low: random.next())
            var line = ByteBuffer()
            line.append(first(bits, of: member))
            line.append(text: "/\(bits)")
            let written = text(line.bytes)
            let network = try #require(block(written))
            let other = flipped(member, random.below(128))

            let shares = first(bits, of: other) == first(bits, of: member)
            #expect(network.prefixBits == bits)
            #expect(network.contains(member), "seed \(random.seed)")
            #expect(network.contains(other) == shares, "seed \(random.seed)")
        }
    }

    /// The address with all but its first bits cleared, bit by bit.
    private func first(_ bits: Int, of address: IPAddress) -> IPAddress {
        var (high, low) = (address.high, address.low)
        for bit in bits..<128 {
            if bit < 64 {
                high &= ~(1 << UInt64(63 - bit))
            } else {
                low &= ~(1 << UInt64(127 - bit))
            }
        }
        return IPAddress(high: high, low: low)
    }

    private func flipped(_ address: IPAddress, _ bit: Int) -> IPAddress {
        let (high, low) = (address.high, address.low)
        return bit < 64
            ? IPAddress(high: high ^ (1 << UInt64(63 - bit)), low: low)
            : IPAddress(high: high, low: low ^ (1 << UInt64(127 - bit)))
    }
}
