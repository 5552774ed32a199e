@testable import Rules
import Policy
import TestSupport
import Testing
import Vocabulary

/// Nothing depends on order: shuffle the files, the blocks and the statements, and every request gets the
/// same answer.
struct ShuffleTests {
    private static let today = DiagnosticTests.today
    private static let shuffleCount = 100
    private static let requestCount = 4000
    /// Requests that share a world.
    ///
    /// Each shuffle judges one such stretch, so all are judged ten times over.
    private static let stretch = 400

    @Test func `any shuffle of files, blocks and statements gives the same verdicts`() throws {
        var random = SeededRandom(41)
        let files = try Self.beside()
        let statements = try Self.statements()
        let requests = try (0..<Self.requestCount).map { _ in try Self.request(&random) }
        let first = try #require(try Self.policy(statements, files, 1, &random))
        let expected = Self.verdicts(requests[...], under: first)

        // The requests are of all kinds, or this would say little.
        #expect(Set(expected).count > 40)
        for _ in 0..<Self.shuffleCount {
            let policy = try #require(try Self.policy(statements, files, 5, &random))
            let start = random.below(Self.requestCount / Self.stretch) * Self.stretch
            let range = start..<start + Self.stretch
            let seen = Self.verdicts(requests[range], under: policy)
            let wrong = zip(range, zip(expected[range], seen)).first { $0.1.0 != $0.1.1 }

            #expect(policy.version == first.version, "seed \(random.seed)")
            #expect(
                wrong == nil,
                "seed \(random.seed), request \(wrong?.0 ?? 0): \(wrong?.1.0 ?? ""), then \(wrong?.1.1 ?? "")"
            )
            if wrong != nil { return }
        }
    }

    // MARK: Shuffling

    /// The sentences of all the example's files, and what they are written in.
    private static func statements() throws -> [(text: String, tree: Statement)] {
        var loader = Loader(DiskFiles())
        try loader.load(entry: ExampleTests.folder + "/main.gate")
        var found: [(String, Statement)] = []
        for (tree, source) in zip(loader.trees, loader.sources.files) {
            let text = source.text(0..<source.bytes.count)
            for statement in tree.statements
            where !["include", "language"].contains(statement.words.first?.text ?? "") {
                found.append((text, statement))
            }
        }
        return found
    }

    /// The files that rules name: lists, pages and captures.
    private static func beside() throws -> [String: String] {
        var files: [String: String] = [:]
        for path in try TextFile.all(below: ExampleTests.folder) where !path.hasSuffix(".gate") {
            files[path] = try TextFile.read(ExampleTests.folder + "/" + path)
        }
        return files
    }

    /// - fileCount: how many files it is dealt to; in one, everything keeps its order.
    private static func policy(
        _ statements: [(text: String, tree: Statement)],
        _ beside: [String: String],
        _ fileCount: Int,
        _ random: inout SeededRandom
    ) throws -> Policy? {
        let isShuffled = fileCount > 1
        var parts = [[String]](repeating: [], count: fileCount)
        var texts: [String] = []
        for (text, tree) in statements {
            texts.append(written(tree, in: text, isShuffled, &random))
        }
        if isShuffled { texts.shuffle(using: &random) }
        for text in texts { parts[random.below(fileCount)].append(text) }
        var includes = (1..<fileCount).map { "include \"part\($0).gate\"" }
        includes.shuffle(using: &random)
        parts[0] += includes + ["language 1"]
        parts[0].shuffle(using: &random)
        var files = beside
        for (number, part) in parts.enumerated() {
            let name = number == 0 ? "main.gate" : "part\(number).gate"
            files[name] = part.joined(separator: "\n") + "\n"
        }
        let compiled = try Rules.compile(entry: "main.gate", in: TextFiles(files), now: today)
        let said = compiled.diagnostics.all.filter { $0.severity == .error }.map(\.message)
        #expect(said == [])
        return compiled.policy
    }

    /// A sentence, and those of its block in another order; what a test does stays in its own.
    private static func written(
        _ statement: Statement,
        in text: String,
        _ isShuffled: Bool,
        _ random: inout SeededRandom
    ) -> String {
        let bytes = Array(text.utf8)
        func slice(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        guard let block = statement.block else { return slice(statement.at.bytes) }
        if statement.words.first?.text == "test" {
            return slice(statement.at.start..<block.close.end)
        }
        var inner: [String] = []
        for statement in block.statements {
            inner.append(written(statement, in: text, isShuffled, &random))
        }
        if isShuffled { inner.shuffle(using: &random) }
        return slice(statement.at.bytes) + " {\n" + inner.joined(separator: "\n") + "\n}"
    }

    // MARK: Requests

    private static let paths = [
        "/v1/login", "/v1/token/refresh", "/v1/eligibility/search", "/healthz", "/v1/users/42",
        "/v1/users/me", "/v1/admin/users/7", "/v1/orders", "/v1", "/", "/_debug/x", "/.env",
        "/nowhere",
        "/v1/users/42/x", "/index.html", "/v1/a%2fb", "/.GIT/config",
    ]
    private static let values = [
        "plan", "O'Brien select", "' or '1'='1", "<script>", "x'; DROP TABLE students; --", "a b",
        "1' UNION  SELECT 1", "fine",
    ]
    private static let claims = [
        "{ \"sub\": \"42\", \"invited\": true }", "{ \"sub\": \"42\", \"invited\": false }",
        "{ \"sub\": \"1\", \"invited\": true, \"role\": \"admin\" }", "{ \"sub\": \"43\" }",
        "nonsense",
    ]

    private static func request(_ random: inout SeededRandom) throws -> TestRequest {
        let host = random.pick([
            "api.example.com", "api.example.com", "api.example.com", "app.example.com",
            "www.example.com", "evil.example.net",
        ])
        var url = "https://\(host)\(random.pick(paths))"
        if random.once(in: 3) {
            url += "?\(random.pick(["q", "page", "sort"]))=\(random.pick(values))"
        }
        let method = random.pick([
            "GET", "GET", "POST", "POST", "PATCH", "DELETE", "OPTIONS", "HEAD",
        ])
        var captured = CapturedRequest(method: method, url: url)
        if random.once(in: 4) {
            let origin = random.pick([
                "https://app.example.com", "https://api.example.com", "https://evil.example.net",
                "null",
            ])
            captured.headers.append(.init("origin", origin))
            if random.once(in: 2) {
                captured.headers.append(.init("access-control-request-method", "POST"))
            }
        }
        if random.once(in: 5) {
            captured.headers.append(
                .init("user-agent", random.pick(["Googlebot/2.1", "sqlmap/1.8", "x"]))
            )
        }
        if method == "POST" || method == "PATCH" {
            let fields = ["email", "password", "bio", "device"].filter { _ in random.once(in: 2) }
            let json = fields.map { "\"\($0)\": \"\(random.pick(values))\"" }.joined(
                separator: ", "
            )
            captured.body = Array(random.once(in: 12) ? "{".utf8 : "{ \(json) }".utf8)
            let type = random.once(in: 12) ? "text/plain" : "application/json"
            captured.headers.append(.init("content-type", type))
        }
        let token = random.once(in: 2) ? random.pick(claims) : nil
        if token != nil { captured.headers.append(.init("authorization", "Bearer test")) }
        var request = try #require(TestRequest(captured))
        request.claims = token.map { Array($0.utf8) }
        let clients: [UInt32] = [0xc000_0207, 0xc000_0208, 0xc633_6407, 0xcb00_7141]
        request.client = IPAddress(v4: random.pick(clients))
        if random.once(in: 8) { request.verified = random.pick(["googlebot", "bingbot"]) }
        if random.once(in: 3) { request.answer = random.pick([200, 401, 403, 500]) }
        return request
    }

    /// In one world, whose clock and switches move on the way, so that buckets fill and empty.
    private static func verdicts(
        _ requests: ArraySlice<TestRequest>,
        under policy: Policy
    ) -> [String] {
        var world = TestWorld(now: today)
        var seen: [String] = []
        for (number, request) in zip(requests.indices, requests) {
            if number % stretch == 0 { world.begin(now: today) }
            world.now = today + Int64(number / 50) * 86_400
            world.isUnderMaintenance = number % 97 < 5
            world.isKillSwitchOn = number % 89 < 7
            world.store.isDown = number % 83 < 9
            let outcome = world.send(request, under: policy)
            let found = outcome.findings.sorted().joined(separator: " ")
            seen.append("\(outcome.verdict) \(outcome.status) \(found)")
        }
        return seen
    }
}
