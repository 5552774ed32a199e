import Policy
import Rules
import TestSupport
import Testing
import Vocabulary

/// The version of a policy follows from what its files mean, and from nothing else.
struct MeaningTests {
    /// A policy of many kinds of sentence, each of them a text of its own, and files beside it.
    private struct Draft {
        var top: [String]
        var site: [String]

        /// Written out in some order, over some files.
        func files(shuffledBy random: inout SeededRandom) -> [String: String] {
            var parts = top.map { Self.shuffled($0, &random) }
            var inside = site.map { Self.shuffled($0, &random) }
            inside.shuffle(using: &random)
            parts.append("site api.example.com {\n" + inside.joined(separator: "\n") + "\n}")
            parts.shuffle(using: &random)
            var files: [String: String] = ["main.gate": "include \"rules/*.gate\"\n"]
            let count = 1 + random.below(5)
            for part in parts {
                let name = "rules/f\(random.below(count)).gate"
                files[name, default: "# \(random.below(1000))\n"] += part + "\n"
            }
            return files
        }

        /// A block's own sentences change places; one sentence a line, the braces on their own.
        private static func shuffled(_ text: String, _ random: inout SeededRandom) -> String {
            var lines = text.split(separator: "\n").map(String.init)
            guard lines.count > 2, lines.last == "}", !text.hasPrefix("route") else { return text }
            var inner = Array(lines[1..<(lines.count - 1)])
            inner.shuffle(using: &random)
            lines.replaceSubrange(1..<(lines.count - 1), with: inner)
            return lines.joined(separator: "\n")
        }
    }

    private static let beside = [
        "lists/blocked.txt": "203.0.113.0/24\n192.0.2.9 until 2026-12-01\n",
        "pages/no.html": "<p>Not yet.</p>",
    ]

    /// Signatures, lists, limits and routes in numbers.
    private static var draft: Draft {
        var top = [
            "upstream api {\nservers 10.0.1.10:8443, 10.0.1.11:8443\ntimeout 10s\n}",
            "list qa of ip {\n198.51.100.0/24\n203.0.113.64/27 until 2026-12-15\n2001:db8:42::/48\n}",
            "list blocked of ip from \"lists/blocked.txt\" refresh 5m",
            "list partners of origin { https://a.example.net, https://b.example.net }",
            "gateway {\nlisten :8080\nclose /_debug/** /.env\nheaders { set x-a \"1\" }\n}",
            "inspect {\nmonitor GET HEAD\nblock POST PUT PATCH DELETE\nthreshold 5\nthreshold 7 for json\n}",
            "limit reading {\nfor GET HEAD\nat most 300/m burst 60 per user or ip\nif redis is down let through\n}",
            "limit writing {\nfor POST PUT\nat most 60/m per user or ip\nat most 9/s per ip\nif redis is down at most 10/m on each node\n}",
            "maintenance {\nanswer 503 with page \"pages/no.html\"\nstill open GET /healthz\n}",
        ]
        for number in 0..<20 {
            top.append(
                "signature WAF_SQLI_\(100 + number) \"n\(number)\" {\nclass sqli\nseverity warning\n"
                    + "look in query, json\nafter lowercase, join spaces\ncontains \"bad\(number)x\"\n"
                    + "catches \"a bad\(number)x\"\nspares \"good\"\n}"
            )
        }
        var site = [
            "send to api", "accept json, form up to 64KiB", "timeout 5s",
            "cors {\norigins partners, https://app.example.com\nmethods GET POST\nheaders content-type\ncredentials\n}",
            "admit invited when token.invited is true and token.age above 17 else answer 403 with page \"pages/no.html\"",
            "block banned when client.ip in blocked, 192.0.2.77",
            "exclude sqli from json.a, json.b on r1, r2 because \"x\" until 2027-01-31",
            "allow qa to skip reading, invited on r3 because \"y\" until 2027-01-31",
            "route login POST /login { public including POST because \"z\" }",
            "limit sign_in on login, r5 {\nat most 5/m per ip\ncount failures\nif redis is down refuse\n}",
        ]
        for number in 0..<30 { site.append("route r\(number) GET POST /v1/r\(number)/:id") }
        return Draft(top: top, site: site)
    }

    private func version(_ files: [String: String], entry: String = "main.gate") throws -> String {
        let compiled = try Rules.compile(
            entry: entry,
            in: TextFiles(files.merging(Self.beside) { $1 }),
            now: DiagnosticTests.today
        )
        let errors = compiled.diagnostics.all.filter { $0.severity == .error }.map(\.message)
        #expect(errors == [])
        return try #require(compiled.policy).version
    }

    @Test func `shuffled files, blocks and sentences are the same version`() throws {
        var random = SeededRandom(20_261_120)
        let expected = try version(Self.draft.files(shuffledBy: &random))

        #expect(expected.count == 18 && expected.hasPrefix("r-"))
        for _ in 0..<100 {
            let files = Self.draft.files(shuffledBy: &random)
            #expect(try version(files) == expected, "seed \(random.seed)")
        }
    }

    @Test func `shuffled rules give every request the same verdict`() throws {
        var random = SeededRandom(7)
        func policy() throws -> Policy {
            let files = Self.draft.files(shuffledBy: &random).merging(Self.beside) { $1 }
            let compiled = try Rules.compile(
                entry: "main.gate",
                in: TextFiles(files),
                now: DiagnosticTests.today
            )
            return try #require(compiled.policy)
        }
        let lines = (0..<12).map { "GET https://api.example.com/v1/r\($0)/1?q=bad\($0)x" }
        func verdicts() throws -> [String] {
            let world = World(try policy())
            return try lines.map {
                try world.verdict($0, token: "{\"invited\": true, \"age\": 20}")
            }
        }
        let expected = try verdicts()

        for _ in 0..<5 { #expect(try verdicts() == expected, "seed \(random.seed)") }
    }

    @Test func `layout, comments and the order of what is only enumerated are nothing`() throws {
        let one = """
            upstream api { servers 10.0.1.10:8443 10.0.1.11:8443 }
            list qa of ip { 198.51.100.0/24, 192.0.2.1 until 2026-12-15 }
            site api.example.com, www.example.com {
              send to api
              route a GET POST /a { accept json, form up to 1KiB }
              route b GET /b { public because "x" until 2026-12-24 }
              block it when client.ip in qa, 203.0.113.7
            }
            """
        let two = """
            # the same
            site www.example.com, api.example.com {
              block it when client.ip in 203.0.113.7, qa   # why not
              route b GET /b {
                public until 2026-12-24
                  because "x"
              }
              route a POST GET /a {
                accept form, json up to 1KiB
              }
              send to api
            }
            list qa of ip {
              192.0.2.1 until 2026-12-15
              198.51.100.0/24
            }
            upstream api { servers 10.0.1.11:8443, 10.0.1.10:8443 }
            """
        #expect(try version(["main.gate": one]) == version(["main.gate": two]))
    }

    @Test func `any one value that changes makes another version`() throws {
        var random = SeededRandom(3)
        let files = Self.draft.files(shuffledBy: &random)
        let before = try version(files)
        let changes = [
            ("10.0.1.11:8443", "10.0.1.12:8443"), ("timeout 10s", "timeout 11s"),
            ("198.51.100.0/24", "198.51.101.0/24"), ("2026-12-15", "2026-12-16"),
            ("refresh 5m", "refresh 6m"), ("https://b.example.net", "https://c.example.net"),
            ("/.env", "/.git"), ("set x-a \"1\"", "set x-a \"2\""), ("threshold 5", "threshold 4"),
            ("threshold 7 for json", "threshold 7 for form"), ("burst 60", "burst 61"),
            ("300/m", "300/h"), ("10/m on each node", "11/m on each node"),
            ("answer 503", "answer 502"),
            ("GET /healthz", "GET /health"), ("bad7x", "bed7x"), ("\"n7\"", "\"n8\""),
            ("up to 64KiB", "up to 65KiB"), ("is true", "is false"), ("above 17", "at least 17"),
            ("above 17", "above 18"), ("192.0.2.77", "192.0.2.78"), ("json.b", "json.c"),
            ("on r1, r2", "on r1, r4"), ("because \"y\"", "because \"w\""), ("credentials\n", "\n"),
            ("count failures\n", "\n"), ("/v1/r9/:id", "/v2/r9/:id"),
            ("methods GET", "methods PUT"),
            ("api.example.com", "www.example.com"), ("lowercase, join spaces", "join spaces"),
        ]
        for (old, new) in changes {
            let changed = files.mapValues { $0.replacing(old, with: new) }
            #expect(changed != files, "\(old)")
            #expect(try version(changed) != before, "\(old)")
        }
    }

    @Test func `what lists and pages hold counts, and remarks in them do not`() throws {
        let rules = """
            upstream api { servers 10.0.1.10:8443 }
            list bad of ip from "bad.txt"
            site api.example.com {
              send to api
              route all GET /**
              block it when client.ip in bad
              admit us when token.us is true else answer 403 with page "no.html"
            }
            """
        func version(_ list: String, _ page: String) throws -> String {
            try self.version(["main.gate": rules, "bad.txt": list, "no.html": page])
        }
        let before = try version("192.0.2.1\n192.0.2.2\n", "no")

        #expect(try version("# remark\n192.0.2.2\n192.0.2.1  # other\n", "no") == before)
        #expect(try version("192.0.2.1\n", "no") != before)
        #expect(try version("192.0.2.1\n192.0.2.2\n", "yes") != before)
    }

    @Test func `tests and promises change no request, and have a digest of their own`() throws {
        let rules = site("route all GET /**")
        let test =
            "test \"x\" { send GET https://api.example.com/ { token {} }\nexpect forwarded }\n"
        let one = try compile(rules)
        let two = try compile(rules + "\n" + test)
        let three = try compile(test + rules)

        #expect(one.policy?.version == two.policy?.version)
        #expect(one.proofs != two.proofs)
        #expect(two.proofs == three.proofs)
        #expect(two.proofs.hasPrefix("t-"))
    }

    @Test func `the files' names and the one layout change nothing`() throws {
        var random = SeededRandom(5)
        let files = Self.draft.files(shuffledBy: &random)
        let before = try version(files)
        let other = Dictionary(
            uniqueKeysWithValues: files.map { name, text in
                (name == "main.gate" ? name : name.replacing("rules/f", with: "rules/other"), text)
            }
        )
        #expect(try version(other) == before)
        let laidOut = files.mapValues { Formatter.text(Tree(of: $0)) }
        #expect(laidOut != files)
        #expect(try version(laidOut) == before)
    }
}
