import TestSupport
import Testing

/// A golden is read as its README says, and one that makes no sense is refused.
struct WireCaseTests {
    private static let plain = """
        # Why (RFC 9112 §3).
        valid
        trust: 10.0.0.0/8
        from: 127.0.0.9

        GET / HTTP/1.1
        Host: a

        ----------
        200
            body: GET /
        kept
        ----------
        GET / HTTP/1.1
        Host: a
        \\<forwarded>

        """

    private func read(_ text: String) throws -> WireCase {
        try WireCase(
            GoldenCase(path: "/some/case-of-it.golden", name: "case-of-it", text: text),
            .request
        )
    }

    @Test func `a golden says what is sent, how, and what must follow`() throws {
        let wireCase = try read(Self.plain)
        #expect(wireCase.testDescription == "case of it")
        #expect(wireCase.isValid)
        #expect(wireCase.staging.rules == ["trust 10.0.0.0/8"])
        #expect(wireCase.source == "127.0.0.9")
        #expect(wireCase.sentBytes == Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(wireCase.expected.fate == "kept")
        #expect(wireCase.expected.finalCount == 1)
    }

    @Test(arguments: [
        ("valid\n", "invlaid\n"), ("# Why (RFC 9112 §3).\n", ""), ("kept\n", "open\n"),
        ("200\n", "OK\n"), ("from: 127.0.0.9", "from: 10.0.0.1"),
    ])
    func `a golden that makes no sense is refused by its path`(part: String, wrong: String) {
        let text = Self.replacing(part, with: wrong)
        #expect {
            try read(text)
        } throws: {
            "\($0)".contains("/some/case-of-it.golden")
        }
    }

    @Test func `the block of forwarding fields folds back into its mark`() {
        for mark in [
            #"\<forwarded>"#, #"\<forwarded for=203.0.113.9>"#, #"\<forwarded for=unknown>"#,
        ] {
            let lines = ["GET / HTTP/1.1", "Host: a", mark, ""]
            #expect(ForwardedBlock.folded(ForwardedBlock.expanded(lines)) == lines)
        }
    }

    private static func replacing(_ part: String, with other: String) -> String {
        guard let range = plain.firstRange(of: part) else { return plain }
        return plain.replacingCharacters(in: range, with: other)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with other: String) -> String {
        String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
