import HTTPWire
import Testing

struct HostFieldTests {
    private func host(_ value: String) -> String? {
        read("GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n").facts?.host
    }

    @Test func `a host is written in small letters without the root's dot`() {
        let table = [
            "h": "h", "Example.COM": "example.com", "a-b_c.d9": "a-b_c.d9", "h.": "h",
            "H.:80": "h:80",
            "A.B.": "a.b", "h:080": "h:080", "h:1": "h:1", "h:65535": "h:65535",
            "192.0.2.1": "192.0.2.1",
            "[::1]": "[::1]", "[2001:DB8::A]:443": "[2001:db8::a]:443",
            "[::ffff:1.2.3.4]": "[::ffff:1.2.3.4]",
        ]
        for (given, expected) in table { #expect(host(given) == expected, "\(given)") }
    }

    @Test(
        arguments: [
            "", ".", "..", ".h", "h..", "a..b", "h:", "h:0", "h:00000", "h:65536", "h:99999",
            "h:000080", "h:8a",
            "h:+80", "h: 80", "h :80", "h:80:80", "::1", "[::1", "::1]", "[]", "[h]", "[1.2.3.4]",
            "[::1]x", "[::1].",
            "[::1]:", "[::1]:0", "[fe80::1%25eth0]", "[v1.x]", "h h", "h,g", "h/", "u@h", "h?",
            "h\\", "h\u{e9}", "*",
            "h%41", "(h)", "h\tg", "h:80.", ":80",
        ]
    )
    func `any other host is refused`(value: String) {
        #expect(fault("GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n") == .badHost)
    }

    @Test func `a label has 63 bytes at the most`() {
        for (count, isKept) in [(62, true), (63, true), (64, false)] {
            #expect((host(repeated("a", count)) != nil) == isKept)
            #expect((host("b." + repeated("a", count) + ".c") != nil) == isKept)
            #expect((host(repeated("a", count) + ".") != nil) == isKept)
        }
    }

    @Test func `a host has 253 bytes at the most, the root's dot not counted`() {
        for (count, isKept) in [(252, true), (253, true), (254, false), (255, false)] {
            let name = repeated(repeated("a", 63) + ".", 3) + repeated("b", count - 192)
            #expect(name.utf8.count == count)
            #expect((host(name) != nil) == isKept, "\(count)")
            #expect((host(name + ".") != nil) == isKept, "\(count)")
            #expect((host(name + ".:80") != nil) == isKept, "\(count)")
        }
    }

    @Test func `HTTP 1 1 names its host exactly once`() {
        #expect(fault("GET / HTTP/1.1\r\n\r\n") == .badHost)
        #expect(fault("GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n") == .badHost)
        #expect(fault("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nhost: g\r\n\r\n") == .badHost)
        #expect(fault("GET / HTTP/1.7\r\n\r\n") == .badHost)
    }

    @Test func `HTTP 1 0 names its host once at the most`() {
        #expect(read("GET / HTTP/1.0\r\n\r\n").facts?.host == "")
        #expect(read("GET / HTTP/1.0\r\nHost: H\r\n\r\n").facts?.host == "h")
        #expect(fault("GET / HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n") == .badHost)
        #expect(fault("GET / HTTP/1.0\r\nHost:\r\n\r\n") == .badHost)
    }
}
