import HTTPWire
import Testing

struct CanonicalPathTests {
    private func path(_ given: String) -> String? {
        read(line("GET \(given) HTTP/1.1")).facts?.path
    }

    @Test(
        arguments: [
            "/", "/a", "/a/", "/a/b/c", "/...", "/.a", "/a.", "/..a", "/a..", "/a/...", "/a.b/",
            "/-._~",
            "/!$&'()*+,=:@", "/%25", "/%2525", "/%3B", "/%20", "/%E9", "/%80", "/%FF",
        ]
    )
    func `a path that is canonical stays as it is`(given: String) {
        #expect(path(given) == given)
    }

    @Test func `escapes of unreserved bytes are decoded, others get capitals`() {
        let table = [
            "/%61%5A%30%2D%2e%5f%7E": "/aZ0-._~", "/%3b": "/%3B", "/%c3%a9": "/%C3%A9",
            "/%2a": "/%2A",
            "/%252e": "/%252e", "/%25%32%65": "/%252e", "/a%3fb": "/a%3Fb", "/%23": "/%23",
            "/%40%3a": "/%40%3A",
        ]
        for (given, expected) in table { #expect(path(given) == expected, "\(given)") }
    }

    @Test func `visible bytes outside the grammar are escaped`() {
        #expect(path("/\"<>[]^`{|}") == "/%22%3C%3E%5B%5D%5E%60%7B%7C%7D")
        #expect(path("/a|b?|") == "/a%7Cb")
    }

    @Test(
        arguments: [
            "/%2f", "/%2F", "/a%2fb", "/%5c", "/%5C", "/\\", "/a\\b", "/;", "/a;b", "/a;", "/%00",
            "/%01", "/%0a",
            "/%0D", "/%1f", "/%7f", "/%7F", "//", "//a", "/a//", "/a//b", "/.", "/..", "/./",
            "/../", "/a/.",
            "/a/..", "/a/./b", "/a/../b", "/%2e", "/%2E%2e", "/.%2e/a", "/%2e./a", "/a/%2e",
            "/a/%2e%2e/", "/..;/",
            "/a/b/../", "/[/..",
        ]
    )
    func `what two servers may read differently is refused`(given: String) {
        #expect(fault(line("GET \(given) HTTP/1.1")) == .unsafePath)
        #expect(fault(line("GET http://h\(given) HTTP/1.1")) == .unsafePath)
    }

    @Test func `every escape is treated as its byte says`() {
        let unreserved = Set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8
        )
        for byte in UInt8.min...UInt8.max {
            let digits = (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            let isRefused = byte < 0x20 || byte == 0x7f || byte == 0x2f || byte == 0x5c
            let kept = unreserved.contains(byte) ? String(wire: [byte]) : "%" + digits
            for escape in ["%" + digits, "%" + digits.lowercased()] {
                #expect(path("/x" + escape) == (isRefused ? nil : "/x" + kept), "\(escape)")
            }
        }
    }

    @Test func `a path that grows to three times its size is kept whole`() {
        let given = "/" + repeated("^", 8191)

        #expect(path(given) == "/" + repeated("%5E", 8191))
    }

    @Test func `the largest head with the longest path can be held`() {
        let start = "GET /\(repeated("^", 8191)) HTTP/1.1\r\nHost: \(repeated("a.", 126))A.\r\nA: "
        let head = start + repeated("a", 32768 - start.wire.count - 4) + "\r\n\r\n"
        let facts = read(head).facts

        #expect(head.wire.count == 32768)
        #expect(facts?.path.count == 1 + 3 * 8191)
        #expect(facts?.host == repeated("a.", 126) + "a")
    }
}
