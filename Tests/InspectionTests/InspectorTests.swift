import Inspection
import JSON
import TestSupport
import Testing

struct InspectorTests {
    private static func look(
        at value: String,
        in place: Place,
        named name: String,
        for set: SignatureSet
    ) -> [String] {
        var inspector = Inspector()
        let (value, name) = (Array(value.utf8), Array(name.utf8))
        unsafe inspector.look(at: value.span.bytes, in: place, named: name.span.bytes, for: set)
        return Example.findings(inspector, of: set)
    }

    private static func query(_ text: String, for set: SignatureSet) -> [String] {
        var inspector = Inspector()
        let text = Array(text.utf8)
        unsafe inspector.lookAtQuery(text.span.bytes, for: set)
        return Example.findings(inspector, of: set)
    }

    private static func json(_ text: String, for set: SignatureSet) throws -> [String] {
        var inspector = Inspector()
        let text = Array(text.utf8)
        unsafe try inspector.lookAtJSON(text.span.bytes, for: set)
        return Example.findings(inspector, of: set)
    }

    @Test func `signatures find their examples and spare the others, wherever they look`() throws {
        let set = try SignatureSet(Example.five)

        for index in set.signatures.indices { #expect(set.fails(ofSignature: index) == []) }
    }

    @Test func `a signature that misses its example, or catches what it spares, is told`() throws {
        let signature = Example.signature(
            looks: [Look(place: .query), Look(place: .json, field: "a.b")],
            contains: ["abc"],
            catches: ["xabcx", "xyz"],
            spares: ["abd", "abcd"]
        )
        let faults = try SignatureSet([signature]).fails(ofSignature: 0)

        #expect(faults.map(\.kind) == [.missed, .caught, .missed, .caught])
        #expect(faults.map(\.text) == ["xyz", "abcd", "xyz", "abcd"])
        #expect(
            faults.map(\.look) == [
                signature.looks[0], signature.looks[0], signature.looks[1], signature.looks[1],
            ]
        )
    }

    @Test func `a query is decoded once by the reader and once more by the step`() throws {
        let set = try SignatureSet(Example.five)

        #expect(
            Self.query("q=plan&x=%27%20OR%201%3D1", for: set) == ["WAF_SQLI_002 query x"]
        )
        #expect(
            Self.query("q=1%2527+union+all+select", for: set) == [
                "WAF_SQLI_001 query q", "WAF_SQLI_003 query q",
            ]
        )
        #expect(Self.query("<script>=1&&", for: set) == ["WAF_XSS_001 query <key>"])
        #expect(Self.query("%3Ckey%3E=<script", for: set) == ["WAF_XSS_001 query %3Ckey%3E"])
        #expect(Self.query("=<script&a=1;b", for: set) == ["WAF_XSS_001 query %"])
    }

    @Test func `a signature in one field counts once, and in another field again`() throws {
        let set = try SignatureSet(Example.five)

        #expect(
            Self.query("a=<script&a=<script>&b=<script", for: set)
                == ["WAF_XSS_001 query a", "WAF_XSS_001 query b"]
        )
    }

    @Test func `a named header is looked at in any letters, others are not`() throws {
        let set = try SignatureSet(Example.five)

        #expect(
            Self.look(at: "SQLMap/1", in: .header, named: "User-Agent", for: set) == [
                "WAF_SCAN_001 header user-agent"
            ]
        )
        #expect(Self.look(at: "SQLMap/1", in: .header, named: "x-agent", for: set) == [])
        #expect(Self.look(at: "SQLMap/1", in: .query, named: "user-agent", for: set) == [])
    }

    @Test func `JSON is looked at by path, keys too`() throws {
        let set = try SignatureSet(Example.five)
        let body = #"{"items": [{"note": "<SCRIPT"}, {"<script>": 1}], "a.b": "' or 1=1"}"#

        #expect(
            try Self.json(body, for: set) == [
                "WAF_XSS_001 json items[].note", "WAF_XSS_001 json items[].<key>",
                "WAF_SQLI_002 json a%2Eb",
            ]
        )
        #expect(try Self.json(#""\u003cscript""#, for: set) == ["WAF_XSS_001 json "])
        #expect(throws: JSONFault.self) { try Self.json(#"{"a": "#, for: set) }
    }

    @Test func `JSON that nothing looks at has to be JSON all the same`() throws {
        let set = try SignatureSet([])

        #expect(throws: JSONFault.self) { try Self.json(#"{"a": 1, "a": 2}"#, for: set) }
    }

    @Test func `a signature that looks in one field leaves the others alone`() throws {
        let set = try SignatureSet([
            Example.signature("A_1", looks: [Look(place: .json, field: "a.b[]")], contains: ["x"]),
            Example.signature(
                "B_1",
                looks: [Look(place: .query, field: "%C3%A9")],
                contains: ["x"]
            ),
            Example.signature(
                "C_1",
                looks: [Look(place: .cookie, field: "<key>")],
                contains: ["x"]
            ),
        ])

        #expect(
            try Self.json(#"{"a": {"b": ["x", "y"], "c": "x"}, "a.b[]": "x"}"#, for: set) == [
                "A_1 json a.b[]"
            ]
        )
        #expect(Self.query("é=x&e=x&%c3%a9=1", for: set) == ["B_1 query %C3%A9"])
        var inspector = Inspector()
        let field = Array("x=1; y=x".utf8)
        unsafe inspector.lookAtCookies(field.span.bytes, for: set)
        #expect(Example.findings(inspector, of: set) == ["C_1 cookie <key>"])
    }

    @Test func `cookies are looked at as they were sent`() throws {
        let set = try SignatureSet(Example.five)
        var inspector = Inspector()
        let field = Array("a=1; theme=%27 or 1=1; sid = ' and a like b;;c".utf8)
        unsafe inspector.lookAtCookies(field.span.bytes, for: set)

        #expect(
            Example.findings(inspector, of: set) == [
                "WAF_SQLI_002 cookie theme", "WAF_SQLI_002 cookie sid",
            ]
        )
    }

    @Test func `more findings than can be kept are told, and so are more values`() throws {
        let set = try SignatureSet([Example.signature(contains: ["x"])])
        var inspector = Inspector()
        let pairs = { (count: Int, value: String) in
            Array((0..<count).map { "k\($0)=\(value)" }.joined(separator: "&").utf8)
        }
        let show = { (text: [UInt8], inspector: inout Inspector) in
            unsafe inspector.lookAtQuery(text.span.bytes, for: set)
            return (inspector.findingCount, inspector.isFull)
        }
        let bound = InspectionBounds.findingCountMax

        #expect(show(pairs(bound, "x"), &inspector) == (bound, false))
        #expect(show(Array("k1=x".utf8), &inspector) == (bound, false))
        #expect(show(Array("other=x".utf8), &inspector) == (bound, true))
        inspector.begin()
        #expect(show(pairs(InspectionBounds.valueCountMax / 2, "y"), &inspector) == (0, false))
        #expect(show(Array("other=x".utf8), &inspector) == (0, true))
        inspector.begin()
        #expect(show([], &inspector) == (0, false))
    }

    @Test func `a value of no bytes is asked for what may be found in nothing`() throws {
        let set = try SignatureSet([
            Example.signature("E_1", matches: ["^$"]), Example.signature("E_2", matches: ["a*"]),
            Example.signature("E_3", steps: [.dropSpaces], matches: ["^$"]),
            Example.signature("E_4", steps: [.decodeURL, .dropNulls], matches: ["^$"]),
            Example.signature("E_5", contains: ["x"]),
        ])

        #expect(
            Self.look(at: "", in: .query, named: "q", for: set) == (1...4).map { "E_\($0) query q" }
        )
        #expect(
            Self.look(at: " ", in: .query, named: "q", for: set)
                == [2, 3].map { "E_\($0) query q" }
        )
        #expect(
            Self.look(at: "%00", in: .query, named: "q", for: set)
                == [2, 4].map { "E_\($0) query q" }
        )
    }

    @Test func `a field's name is kept up to a bound, and a cut one is nobody's`() throws {
        let set = try SignatureSet([Example.signature(contains: ["x"])])
        let long = String(repeating: "é", count: 400)
        let name = Self.query("\(long)=x", for: set)[0].split(separator: " ")[2]

        #expect(name.utf8.count == InspectionBounds.nameByteCountMax && name.hasSuffix("%%"))
    }

    @Test func `what is plain to one set or place is not for that to another`() throws {
        let looks = [Look(place: .query), Look(place: .json, field: "a")]
        let first = try SignatureSet([Example.signature(looks: looks, contains: ["xyz"])])
        let second = try SignatureSet([
            Example.signature("Q_1", contains: ["ab"]),
            Example.signature("J_1", looks: looks, contains: ["abc"]),
        ])
        var inspector = Inspector()
        let query = Array("q=cab&r=abc".utf8)
        for _ in 0..<3 {
            inspector.begin()
            unsafe inspector.lookAtQuery(query.span.bytes, for: first)
            let count = inspector.findingCount
            #expect(count == 0)
            unsafe inspector.lookAtQuery(query.span.bytes, for: second)
            #expect(
                Example.findings(inspector, of: second)
                    == ["Q_1 query q", "Q_1 query r", "J_1 query r"]
            )
        }
    }

    @Test func `findings do not depend on what was inspected before`() throws {
        let set = try SignatureSet(Example.five + Self.odd)
        var random = SeededRandom(21)
        var used = Inspector()
        for _ in 0..<400 {
            var value: [UInt8] = []
            for _ in 0..<random.below(12) { value += Array(random.pick(Self.pieces).utf8) }
            if random.once(in: 5) { value.append(UInt8(random.below(256))) }
            let place = random.pick(Place.allCases)
            let name = Array(random.pick(["a", "b", "user-agent"]).utf8)
            var fresh = Inspector()
            used.begin()
            unsafe used.look(at: value.span.bytes, in: place, named: name.span.bytes, for: set)
            unsafe used.lookAtQuery(value.span.bytes, for: set)
            unsafe fresh.look(at: value.span.bytes, in: place, named: name.span.bytes, for: set)
            unsafe fresh.lookAtQuery(value.span.bytes, for: set)
            #expect(
                Example.findings(used, of: set) == Example.findings(fresh, of: set),
                "seed \(random.seed): \(String(decoding: value, as: UTF8.self))"
            )
        }
    }

    @Test func `what is found is what each pattern finds alone, after each step in turn`() throws {
        let signatures = Example.five + Self.odd
        let set = try SignatureSet(signatures)
        var random = SeededRandom(22)
        var inspector = Inspector()
        var hits = 0
        let patterns = try signatures.map { try $0.matches.map { try Pattern($0) } }
        for _ in 0..<1000 {
            var value: [UInt8] = []
            for _ in 0..<random.below(9) { value += Array(random.pick(Self.pieces).utf8) }
            inspector.begin()
            unsafe inspector.look(at: value.span.bytes, in: .query, named: RawSpan(), for: set)
            let found = Set((0..<inspector.findingCount).map { inspector.finding($0).signature })
            let expected = Set<Int>(
                signatures.indices.filter { index in
                    guard signatures[index].looks.contains(where: { $0.place == .query }) else {
                        return false
                    }
                    let text = signatures[index].steps.reduce(value) {
                        TransformTests.apply($1, $0) ?? $0
                    }
                    return patterns[index].contains { unsafe $0.matches(text.span.bytes) }
                        || signatures[index].contains.contains { SlowSearch.finds($0, in: text) }
                }
            )
            hits += found.count
            #expect(
                found == expected,
                "seed \(random.seed): \(String(decoding: value, as: UTF8.self))"
            )
        }
        #expect(hits > 500)
    }

    private static let pieces = [
        "select", "UNION ", "' or ", "1=1", "<script", "%3c", "&lt;", " ", "\t", "plain", "\\u003c",
        "\\3c ",
        "/*x*/", "--", "\n", "../", "\0", "é", "cat ", "/etc/passwd", "c^at", "PHNjcmlwdD4=", "＜",
        "'", "a b",
    ]

    /// One with every step, and some that share beginnings.
    private static let odd = Step.allCases.enumerated().map { number, step in
        Example.signature(
            "ODD_\(number)",
            steps: [[], [Step.decodeURL], [.decodeURL, .lowercase], [.lowercase]][number % 4] + [
                step
            ],
            matches: [#"(?i)<SCRIPT|select\b"#, #"^\d+$|/etc/"#, #"[^ -~]{2}"#, "^$"],
            contains: ["cat ", "'o"]
        )
    }
}
