import Glibc
import TestSupport
import Testing
import Vocabulary

struct IPAddressTests {
    private func address(_ text: String) -> IPAddress? { reading(text) { IPAddress($0) } }

    private func written(_ address: IPAddress) -> String {
        var buffer = ByteBuffer()
        buffer.append(address)
        return text(buffer.bytes)
    }

    @Test func `IPv4 stands in IPv6 as a mapped address`() throws {
        let plain = try #require(address("192.0.2.1"))

        #expect(plain == IPAddress(v4: 0xc000_0201))
        #expect((plain.high, plain.low, plain.isV4) == (0, 0x0000_ffff_c000_0201, true))
        #expect(address("::ffff:192.0.2.1") == plain)
        #expect(address("::FFFF:c000:201") == plain)
    }

    @Test func `an address describes itself as it is written`() {
        #expect(address("FE80::1").map { "\($0)" } == "fe80::1")
        #expect(address("::ffff:1.2.3.4").map { "\($0)" } == "1.2.3.4")
    }

    @Test func `only mapped addresses are IPv4`() {
        for other in ["::", "::1", "::192.0.2.1", "::fffe:192.0.2.1", "1::ffff:192.0.2.1"] {
            #expect(address(other)?.isV4 == false, "\(other)")
        }
    }

    @Test func `the texts of RFC 4291 are read`() {
        let table: [(String, UInt64, UInt64)] = [
            (
                "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", 0xabcd_ef01_2345_6789,
                0xabcd_ef01_2345_6789
            ),
            ("2001:DB8:0:0:8:800:200C:417A", 0x2001_0db8_0000_0000, 0x0008_0800_200c_417a),
            ("2001:DB8::8:800:200C:417A", 0x2001_0db8_0000_0000, 0x0008_0800_200c_417a),
            ("FF01::101", 0xff01_0000_0000_0000, 0x101), ("::1", 0, 1), ("::", 0, 0),
            ("0:0:0:0:0:0:0:1", 0, 1), ("0:0:0:0:0:0:13.1.68.3", 0, 0x0d01_4403),
            ("::13.1.68.3", 0, 0x0d01_4403), ("::FFFF:129.144.52.38", 0, 0xffff_8190_3426),
            ("1::", 0x0001_0000_0000_0000, 0),
            ("1:2:3:4:5:6:7::", 0x0001_0002_0003_0004, 0x0005_0006_0007_0000),
            ("::2:3:4:5:6:7:8", 0x0000_0002_0003_0004, 0x0005_0006_0007_0008),
            (
                "0001:0002:0003:0004:0005:0006:255.255.255.255", 0x0001_0002_0003_0004,
                0x0005_0006_ffff_ffff
            ),
            ("64:ff9b::192.0.2.33", 0x0064_ff9b_0000_0000, 0xc000_0221),
        ]
        for (text, high, low) in table {
            #expect(address(text) == IPAddress(high: high, low: low), "\(text)")
        }
    }

    @Test func `the recommendations of RFC 5952 are written`() {
        let table = [
            ("2001:0db8::0001", "2001:db8::1"), ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:DB8::AAAA", "2001:db8::aaaa"),
            ("0:0:0:0:0:0:0:0", "::"), ("0:0:0:0:0:0:0:1", "::1"), ("1:0:0:0:0:0:0:0", "1::"),
            ("1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"), ("0:2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"), ("0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"),
            ("::ffff:1.2.3.4", "1.2.3.4"), ("0.0.0.0", "0.0.0.0"),
            ("255.255.255.255", "255.255.255.255"),
            ("10.20.30.40", "10.20.30.40"), ("::102:304", "::102:304"),
        ]
        for (given, expected) in table {
            #expect(address(given).map(written) == expected, "\(given)")
        }
    }

    @Test(
        arguments: [
            "", ".", "1", "1.2.3", "1.2.3.4.", ".1.2.3.4", "1.2.3.4.5", "1..2.3", "256.1.1.1",
            "1.2.3.256", "01.2.3.4", "1.2.3.04", "00.0.0.0", "1.2.3.4 ", " 1.2.3.4", "1.2.3.-4",
            "1.2.3.4a", "0x1.2.3.4", "1,2,3,4", "1.2.3.1000", "+1.2.3.4", "1.2.3.\u{b2}",
            ":", ":::", "1:", ":1", "1:2", "1::2::3", "1:::2", "12345::", "g::", "::g",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "fe80::1%eth0", "fe80::1%1", "[::1]",
            "::1/128",
            "::1.2.3", "::1.2.3.256", "::01.2.3.4", "1.2.3.4::", "::1.2.3.4:5",
            "1:2:3:4:5:6:7:1.2.3.4",
            "::1:2:3:4:5:6:1.2.3.4", "localhost", "unknown", "_hidden", "00000::", "::00001",
        ]
    )
    func `anything else is no address`(text: String) {
        #expect(address(text) == nil)
    }

    @Test func `texts beyond the longest are no address`() {
        let longest = "0001:0002:0003:0004:0005:0006:255.255.255.255"

        #expect(longest.utf8.count == 45)
        #expect(address(longest) != nil)
        #expect(address("0" + longest) == nil)
    }

    @Test func `any address is written as the system writes it, and read back`() {
        var random = SeededRandom(5)
        for _ in 0..<5000 {
            let given = sparse(&random)
            let text = written(given)

            #expect(address(text) == given, "\(text), seed \(random.seed)")
            #expect(system(text) == given, "\(text), seed \(random.seed)")
            // The system writes the addresses of the deprecated `::a.b.c.d` form with dots.
            if given.isV4 || given.high != 0 || given.low >> 32 != 0 {
                #expect(text == systemText(given), "seed \(random.seed)")
            }
        }
    }

    @Test func `what the system takes for an address, and only that, is one`() {
        var random = SeededRandom(6)
        for _ in 0..<30_000 {
            var text = Array(written(sparse(&random)).utf8)
            if random.once(in: 3) {
                text = Array("::ffff:\(random.below(300)).\(random.below(99)).0.1".utf8)
            }
            for _ in 0..<random.below(4) where !text.isEmpty {
                let place = random.below(text.count)
                let byte = random.pick(Array("0123456789abcdefF:.:.::g%/ ".utf8))
                switch random.below(3) {
                case 0: text[place] = byte
                case 1: text.insert(byte, at: place)
                default: text.remove(at: place)
                }
            }
            let spelling = String(decoding: text, as: UTF8.self)
            #expect(address(spelling) == system(spelling), "\(spelling), seed \(random.seed)")
        }
    }

    /// Many zeros, as addresses have, or a plain IPv4 address.
    private func sparse(_ random: inout SeededRandom) -> IPAddress {
        if random.once(in: 4) { return IPAddress(v4: UInt32(truncatingIfNeeded: random.next())) }
        var halves: [UInt64] = [0, 0]
        for place in 0..<8 {
            var group: UInt64 = 0
            if random.once(in: 2) { group = random.next() >> UInt64(48 + random.below(16)) }
            halves[place / 4] = halves[place / 4] << 16 | group
        }
        return IPAddress(high: halves[0], low: halves[1])
    }

    /// What `inet_pton` makes of a text.
    private func system(_ text: String) -> IPAddress? {
        var v4 = in_addr()
        if unsafe inet_pton(AF_INET, text, &v4) == 1 {
            return IPAddress(v4: UInt32(bigEndian: v4.s_addr))
        }
        var halves: (UInt64, UInt64) = (0, 0)
        guard unsafe inet_pton(AF_INET6, text, &halves) == 1 else { return nil }
        return IPAddress(high: UInt64(bigEndian: halves.0), low: UInt64(bigEndian: halves.1))
    }

    /// What `inet_ntop` writes.
    private func systemText(_ address: IPAddress) -> String? {
        var text = [CChar](repeating: 0, count: 64)
        if address.isV4 {
            var v4 = in_addr(s_addr: UInt32(truncatingIfNeeded: address.low).bigEndian)
            guard unsafe inet_ntop(AF_INET, &v4, &text, 64) != nil else { return nil }
        } else {
            var halves = (address.high.bigEndian, address.low.bigEndian)
            guard unsafe inet_ntop(AF_INET6, &halves, &text, 64) != nil else { return nil }
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
