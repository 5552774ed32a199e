import Inspection
import JSON
import TestSupport
import Testing

struct HostileTests {
    private static let most = Duration.seconds(20)

    /// Signatures with every step, so that nothing is left out.
    private static let signatures =
        Example.five
        + Step.allCases.enumerated().map { number, step in
            Example.signature(
                "H_\(number)",
                looks: Place.allCases.map { Look(place: $0) },
                steps: [.decodeURL, step, .lowercase],
                matches: [#"<script\b"#, #"'.*\b(select|where)\b"#, #"(a+)+$"#, #"/\*.*\*/"#],
                contains: ["union select"]
            )
        }

    private static let pieces: [[UInt8]] =
        [
            "a", "%", "%25", "&", "&#x3c", "\\u003c", "' or ", "<!--", "/*", "../", "aA", " ", "=",
            "'", "\n",
        ].map {
            Array($0.utf8)
        } + [[0xFF], [0xC0, 0xAF], [0]]

    @Test func `long values of every kind are looked at in proportion to their length`() throws {
        let set = try SignatureSet(Self.signatures)
        var inspector = Inspector()
        for (number, piece) in Self.pieces.enumerated() {
            let length = number % 6 == 0 ? 1 << 20 : 1 << 16
            let value = Array(repeatElement(piece, count: length / piece.count).joined())
            let spent = ContinuousClock().measure {
                inspector.begin()
                unsafe inspector.look(at: value.span.bytes, in: .body, named: RawSpan(), for: set)
            }
            #expect(spent < Self.most, "\(piece)")
        }
    }

    @Test func `ten thousand parameters are looked at, the last like the first`() throws {
        let set = try SignatureSet(Self.signatures)
        var inspector = Inspector()
        let text = Array(
            ((0..<10_000).map { "k\($0)=v" } + ["last=<script>"]).joined(separator: "&").utf8
        )
        let spent = ContinuousClock().measure {
            unsafe inspector.lookAtForm(text.span.bytes, for: set)
        }
        let findings = Example.findings(inspector, of: set)
        let isFull = inspector.isFull

        #expect(findings.contains("WAF_XSS_001 form last") && !isFull)
        #expect(spent < Self.most)
    }

    @Test func `deep and wide JSON is read in proportion to its length`() throws {
        let set = try SignatureSet(Self.signatures)
        var inspector = Inspector()
        let deep =
            String(repeating: "[", count: 31) + String(repeating: "{},", count: 100_000) + "1"
            + String(repeating: "]", count: 31)
        let wide = "{" + (0..<30_000).map { "\"k\($0)\":0" }.joined(separator: ",") + "}"
        for text in [
            deep, wide, String(repeating: "[", count: 100_000),
            "\"" + String(repeating: "\\u00e9", count: 100_000) + "\"",
        ] {
            let body = Array(text.utf8)
            let spent = ContinuousClock().measure {
                inspector.begin()
                unsafe try? inspector.lookAtJSON(body.span.bytes, for: set)
            }
            #expect(spent < Self.most)
        }
    }

    @Test func `a long name above many findings costs what one does`() throws {
        let set = try SignatureSet([
            Example.signature(looks: [Look(place: .json)], contains: ["evil"])
        ])
        var inspector = Inspector()
        let name = String(repeating: "n", count: 4 << 20)
        let body = Array("{\"\(name)\": [\(String(repeating: "\"evil\",", count: 40_000))0]}".utf8)
        let spent = ContinuousClock().measure {
            unsafe try? inspector.lookAtJSON(body.span.bytes, for: set)
        }
        let count = inspector.findingCount

        #expect(count == 1 && spent < .seconds(5))
    }

    @Test func `no bytes at all make an inspector stop`() throws {
        let set = try SignatureSet(Self.signatures)
        var inspector = Inspector()
        var random = SeededRandom(61)
        let marks = Array("{}[]\":,\\<>/=&%;'\"!-?B\r\n u0041".utf8)
        for _ in 0..<1500 {
            var bytes = (0..<random.below(60)).map { _ in
                random.once(in: 6) ? UInt8(random.below(256)) : random.pick(marks)
            }
            if random.once(in: 3) {
                bytes = Array("--B\r\nContent-Disposition: form-data; name=\"".utf8) + bytes
            }
            if random.once(in: 3) { bytes = Array("<a>".utf8) + bytes }
            let boundary: [UInt8] = [0x42]
            inspector.begin()
            unsafe inspector.lookAtQuery(bytes.span.bytes, for: set)
            unsafe inspector.lookAtCookies(bytes.span.bytes, for: set)
            unsafe try? inspector.lookAtJSON(bytes.span.bytes, for: set)
            unsafe try? inspector.lookAtXML(bytes.span.bytes, for: set)
            unsafe try? inspector.lookAtMultipart(
                bytes.span.bytes,
                boundary: boundary.span.bytes,
                for: set
            )
            for index in 0..<inspector.findingCount {
                let length = inspector.name(of: index).byteCount
                #expect(length <= InspectionBounds.nameByteCountMax)
            }
        }
    }

    @Test func `multipart and XML bring findings with their fields`() throws {
        let set = try SignatureSet([
            Example.signature("M_1", looks: [Look(place: .multipart)], contains: ["evil"]),
            Example.signature("X_1", looks: [Look(place: .xml)], contains: ["evil"]),
        ])
        var inspector = Inspector()
        let disposition =
            "Content-Disposition: form-data; name=\"doc\"; filename=\"evil.php\"\r\n\r\n"
        let body = Array("--B\r\n\(disposition)evil\r\n--B--".utf8)
        let boundary: [UInt8] = [0x42]
        unsafe try inspector.lookAtMultipart(
            body.span.bytes,
            boundary: boundary.span.bytes,
            for: set
        )
        let document = Array("<a b='evil'><c>evil</c></a>".utf8)
        unsafe try inspector.lookAtXML(document.span.bytes, for: set)

        #expect(
            Example.findings(inspector, of: set) == [
                "M_1 multipart <file>", "M_1 multipart doc", "X_1 xml a.@b", "X_1 xml a.c",
            ]
        )
    }
}
