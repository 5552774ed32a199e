import Testing
import Vocabulary

struct StatusTests {
    private func phrase(_ code: Int) -> String { "\(Status.phrase(for: code))" }

    @Test func `the codes of RFC 9110 have its phrases`() {
        let some = [
            100: "Continue", 101: "Switching Protocols", 200: "OK", 204: "No Content",
            206: "Partial Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified",
            308: "Permanent Redirect", 400: "Bad Request", 404: "Not Found",
            405: "Method Not Allowed", 408: "Request Timeout", 413: "Content Too Large",
            414: "URI Too Long", 417: "Expectation Failed", 421: "Misdirected Request",
            426: "Upgrade Required", 429: "Too Many Requests",
            431: "Request Header Fields Too Large", 500: "Internal Server Error",
            501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
            504: "Gateway Timeout", 505: "HTTP Version Not Supported",
        ]
        for (code, expected) in some { #expect(phrase(code) == expected) }
    }

    @Test func `just these codes have a phrase`() {
        let named = Set((0...999).filter { !phrase($0).isEmpty })

        #expect(
            named
                == Set(100...103).union(200...208).union([226]).union(300...304).union([307, 308])
                .union(400...417).union(421...426).union([428, 429, 431, 451])
                .union(500...505).union([507, 508, 511])
        )
    }

    @Test func `a phrase is words and spaces`() {
        for code in 100...599 {
            let isPlain = phrase(code).utf8.allSatisfy { $0.isLetter || $0 == 0x20 || $0 == 0x2d }
            #expect(isPlain, "\(code)")
        }
    }

    @Test func `no two codes share a phrase`() {
        let phrases = (100...599).map(phrase).filter { !$0.isEmpty }

        #expect(Set(phrases).count == phrases.count)
    }
}
