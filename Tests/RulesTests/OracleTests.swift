import Rules
import TestSupport
import Testing
import Vocabulary

/// What the fuzzers ask for minutes, asked here of as many texts and requests as a test may take.
struct OracleTests {
    @Test func `the whole language becomes a policy`() throws {
        let compiled = try Rules.compile(
            entry: "main.gate",
            in: WholeLanguage.files,
            now: DiagnosticTests.today
        )
        #expect(compiled.diagnostics.all.filter { $0.severity == .error }.map(\.message) == [])
        #expect(JudgementOracle(WholeLanguage.files) != nil)
    }

    @Test func `what is printed is the tree that was read, for every text of ours`() throws {
        for text in try Self.texts() {
            let complaint = RulesOracle.complaint(about: Array(text.utf8))
            #expect(complaint == nil)
        }
    }

    @Test func `what is printed is the tree that was read, for generated trees`() throws {
        var random = SeededRandom(31)
        var readCount = 0
        for _ in 0..<1500 {
            let text = RandomText.sentences(&random, depth: 0)
            guard let printed = Formatter.format(Source(name: "", text: text)).text else {
                continue
            }
            readCount += 1
            let complaint = RulesOracle.printing(Tree(of: text), printed)
            #expect(complaint == nil, "seed \(random.seed):\n\(text)")
        }
        #expect(readCount > 1000)
    }

    @Test func `no text is too broken to be judged`() throws {
        var random = SeededRandom(37)
        let texts = try Self.texts()
        for _ in 0..<400 {
            let text = RandomText.broken(random.pick(texts), &random)
            let complaint = RulesOracle.complaint(about: text)
            #expect(complaint == nil, "seed \(random.seed)")
        }
    }

    @Test func `every request ends, and the same request in the same way`() throws {
        var random = SeededRandom(41)
        let oracle = try #require(JudgementOracle(WholeLanguage.files))
        for _ in 0..<4000 {
            let complaint = oracle.complaint(about: RandomRequest.bytes(&random))
            #expect(complaint == nil, "seed \(random.seed)")
        }
    }

    private static func texts() throws -> [String] {
        let goldens = try GoldenCase.all(below: DiagnosticTests.folder)
            .map { $0.sections[0].joined(separator: "\n") }
        let example = try TextFile.all(below: ExampleTests.folder).filter { $0.hasSuffix(".gate") }
            .map { try TextFile.read(ExampleTests.folder + "/" + $0) }
        return goldens + example + [WholeLanguage.text]
    }
}

/// Texts by chance.
enum RandomText {
    /// Sentences, blocks and comments that can be read, whatever they may mean.
    static func sentences(_ random: inout SeededRandom, depth: Int) -> String {
        var text = ""
        for _ in 0..<random.below(5) + 1 {
            if random.once(in: 4) { text += "\n" }
            if random.once(in: 5) { text += "# note \(random.below(100))\n" }
            var words = [
                random.pick([
                    "route", "list", "limit", "admit", "test", "promises", "error", "always",
                ])
            ]
            for _ in 0..<random.below(9) { words.append(word(&random)) }
            text += words.joined(separator: random.pick([" ", "  ", " \t", ", "]))
            if random.once(in: 6) { text += " # remark \(random.below(9))" }
            if depth < 4, random.once(in: 3) {
                text +=
                    random.once(in: 2)
                    ? " { \(word(&random)) }" : " {\n" + sentences(&random, depth: depth + 1) + "}"
                if random.once(in: 6) { text += " # end" }
            }
            text += "\n"
        }
        return text
    }

    private static func word(_ random: inout SeededRandom) -> String {
        random.pick([
            "GET", "POST", "DELETE", "login", "because", "until", "or", "and", "with", "on", "over",
            "/v1/users/:id", "json.a.b", "192.0.2.0/24", "\"a text\"", "\"with \\\"quotes\\\"\"",
            "r\"a\\d+\"", "5/m", "2027-01-01", "env(\"X\")", "(a or b)", "x, y", "10s", "8KiB",
            "5%",
            "proved by", "AS64500", ":443", "10.0.1.10:8443", "https://a.test", "WAF_1", "not (a)",
        ])
    }

    /// A text with some of its bytes lost, doubled, or replaced.
    static func broken(_ text: String, _ random: inout SeededRandom) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<random.below(6) + 1 where !bytes.isEmpty {
            let index = random.below(bytes.count)
            let end = min(bytes.count, index + random.below(30))
            switch random.below(4) {
            case 0: bytes.removeSubrange(index..<end)
            case 1: bytes.insert(contentsOf: bytes[index..<end], at: random.below(bytes.count))
            case 2: bytes[index] = UInt8(random.below(256))
            default:
                bytes.insert(
                    contentsOf: Array(random.pick(["{", "}", "\"", "(", ",", "\n"]).utf8),
                    at: index
                )
            }
        }
        return bytes
    }
}

/// Requests by chance, to hosts and paths that rules name.
enum RandomRequest {
    static func bytes(_ random: inout SeededRandom) -> [UInt8] {
        var bytes = (0..<4).map { _ in UInt8(random.below(256)) }
        let method = random.pick(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "X"])
        let path = random.pick([
            "/v1/login", "/v1/users/0", "/v1/users/7?q='x", "/v1/search?q=union%20select",
            "/v1/admin/a", "/v1/upload", "/v1/raw", "/old", "/v1/a/export", "/_DEBUG/x", "/healthz",
            "/", "/v1/x?q=<script>", "/v1/login/",
        ])
        let (type, body) = random.pick([
            ("application/json", #"{"email":"a@b.c","password":"1' union select 2"}"#),
            ("application/json", #"{"items":[{"price":-1},{"price":2}],"note":"<script>"}"#),
            ("application/json", "{"),
            ("application/x-www-form-urlencoded", "price=-1&q=union+select"),
            (
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nspam\r\n--x--\r\n"
            ),
            ("application/xml", "<a><b>&lt;script</b></a>"), ("text/plain", "<script>"),
            ("image/png", "\u{1}\u{2}"), ("", ""),
        ])
        var text = "\(method) \(path) HTTP/1.1\r\nHost: "
        text += random.pick(["api.example.com", "API.example.com:443", "b.test"]) + "\r\n"
        if random.once(in: 2) { text += "Authorization: Bearer x\r\n" }
        if random.once(in: 3) {
            text +=
                "Origin: \(random.pick(["https://app.example.com", "https://evil.test", "null"]))\r\n"
            if random.once(in: 2) { text += "Access-Control-Request-Method: POST\r\n" }
        }
        if random.once(in: 3) { text += "Cookie: session=\(random.pick(["12af", "xyz"]))\r\n" }
        text += "User-Agent: \(random.pick(["curl", "sqlmap/1", "Mozilla/5.0"]))\r\n"
        if !type.isEmpty {
            text += "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
        }
        bytes += Array((text + "\r\n" + body).utf8)
        if random.once(in: 4) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
        return bytes
    }
}
