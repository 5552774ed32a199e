import TestSupport
import Testing
import Vocabulary

@testable import HTTPWire

struct ProxyHeaderTests {
    private static func read(_ bytes: [UInt8]) -> ProxyHeader.Reading {
        unsafe ProxyHeader.read(bytes.span.bytes)
    }

    private static func read(_ text: String) -> ProxyHeader.Reading { read(Array(text.utf8)) }

    private static func address(_ text: String) -> IPAddress? {
        let bytes = Array(text.utf8)
        return unsafe IPAddress(bytes.span.bytes)
    }

    /// A header of version 2, its length counted.
    private static func binary(
        _ command: UInt8 = 0x21,
        _ family: UInt8 = 0x11,
        _ rest: [UInt8]
    ) -> [UInt8] {
        let signature: [UInt8] = [
            0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
        ]
        let count = rest.count
        return signature + [command, family, UInt8(count >> 8), UInt8(count & 255)] + rest
    }

    private static let v4: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 1, 0xdc, 4, 1, 0xbb]

    @Test(arguments: [
        ("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n", "192.0.2.1"),
        ("PROXY TCP6 2001:db8::1 2001:db8::2 0 65535\r\n", "2001:db8::1"),
        ("PROXY UNKNOWN\r\n", nil),
        ("PROXY UNKNOWN ffff::ffff ffff::ffff 1 2\r\n", nil),
    ])
    func `a line says who connected`(_ line: String, _ source: String?) {
        let expected = ProxyHeader(byteCount: line.utf8.count, source: source.flatMap(Self.address))
        #expect(Self.read(line) == .header(expected))
        #expect(Self.read(line + "GET / HTTP/1.1\r\n") == .header(expected))
        for count in 0..<line.utf8.count {
            #expect(Self.read(Array(line.utf8.prefix(count))) == .incomplete)
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n", "\u{16}\u{3}\u{1}", "proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n", "PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY TCP4 1.2.3.4  1.2.3.4 1 2\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n", "PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n",
        "PROXY TCP4 ::1 ::1 1 2\r\n", "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n", "PROXY UNKNOWNS\r\n", "PROXY \r\n", "PROXY TCP4\r\n",
        "PROXY TCP4 \r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 \r\n",
    ])
    func `a line that is not right is malformed`(_ line: String) {
        #expect(Self.read(line) == .malformed)
    }

    @Test func `a line has 107 bytes at the most`() {
        let long = "PROXY UNKNOWN " + String(repeating: "a", count: 91)
        #expect(Self.read(long + "\r\n") == .header(ProxyHeader(byteCount: 107, source: nil)))
        #expect(Self.read(long + "a\r\n") == .malformed)
        #expect(Self.read(long + "aa") == .malformed)
    }

    @Test func `a binary header says who connected`() {
        let v6 = Array(repeating: UInt8(0x20), count: 16) + Array(repeating: 1, count: 20)
        let high: UInt64 = 0x2020_2020_2020_2020
        for (bytes, source) in [
            (Self.binary(0x21, 0x11, Self.v4), Self.address("192.0.2.1")),
            (Self.binary(0x21, 0x21, v6), IPAddress(high: high, low: high)),
            (Self.binary(0x21, 0x11, Self.v4 + [0x04, 0, 1, 9]), Self.address("192.0.2.1")),
            (Self.binary(0x21, 0x00, []), nil),
            (Self.binary(0x21, 0x31, Array(repeating: 0, count: 216)), nil),
            (Self.binary(0x20, 0x00, []), nil),
            (Self.binary(0x20, 0x99, [1, 2, 3]), nil),
        ] {
            let header = ProxyHeader(byteCount: bytes.count, source: source)
            #expect(Self.read(bytes) == .header(header))
            #expect(Self.read(bytes + [0x16, 3, 1]) == .header(header))
            for count in 0..<bytes.count {
                #expect(Self.read(Array(bytes.prefix(count))) == .incomplete)
            }
        }
    }

    @Test func `a binary header that is not right is malformed`() {
        for bytes in [
            Self.binary(0x11, 0x11, Self.v4), Self.binary(0x22, 0x11, Self.v4),
            Self.binary(0x21, 0x12, Self.v4), Self.binary(0x21, 0x11, Array(Self.v4.dropLast())),
            Self.binary(0x21, 0x21, Self.v4), Self.binary(0x21, 0x11, Self.v4 + [4]),
            Self.binary(0x21, 0x11, Self.v4 + [4, 0, 2, 9]),
            Self.binary(0x21, 0x11, Self.v4 + Array(repeating: 0, count: 2048)),
            Self.binary(0x21, 0x11, Self.v4 + [3, 0, 4, 1, 2, 3, 4]),
            Self.binary(0x21, 0x11, Self.v4 + [3, 0, 2, 1, 2]),
        ] {
            #expect(Self.read(bytes) == .malformed)
        }
        // Too long is known before it is all here.
        let start = Self.binary(0x21, 0x11, Array(repeating: 0, count: 2033))
        #expect(Self.read(Array(start.prefix(16))) == .malformed)
    }

    /// The sum was reckoned with another program: crc32c over the header, its own bytes zero.
    @Test func `a right checksum is taken`() {
        var bytes = Self.binary(0x21, 0x11, Self.v4 + [3, 0, 4, 0, 0, 0, 0])
        let sum = Self.slowChecksum(bytes)
        for index in 0..<4 {
            bytes[bytes.count - 4 + index] = UInt8(sum >> UInt32(24 - 8 * index) & 255)
        }
        guard case .header = Self.read(bytes) else {
            Issue.record("refused")
            return
        }
        // The check value that every CRC-32C has for these nine digits.
        #expect(Self.slowChecksum(Array("123456789".utf8)) == 0xe306_9283)
    }

    private static func slowChecksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0xffff_ffff
        for byte in bytes {
            for bit in 0..<8 {
                let isOne = (sum ^ UInt32(byte >> UInt8(bit))) & 1 == 1
                sum = isOne ? sum >> 1 ^ 0x82f6_3b78 : sum >> 1
            }
        }
        return ~sum
    }

    @Test func `a header changed anywhere reads the same however it arrives`() {
        var random = SeededRandom(18)
        let starts = [
            Self.binary(0x21, 0x11, Self.v4 + [4, 0, 2, 1, 1]), Self.binary(0x21, 0x00, []),
            Array("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n".utf8),
        ]
        for _ in 0..<3000 {
            var bytes = random.pick(starts) + [1, 2, 3]
            if random.once(in: 2) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            let complaint = Oracle.proxyHeader(bytes)
            #expect(complaint == nil, "\(complaint ?? "") of \(bytes), seed \(random.seed)")
        }
    }
}
