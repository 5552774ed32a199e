import Policy
import TestSupport
import Testing
import Vocabulary

struct RouteTableTests {
    @Test func `the most specific pattern owns a path`() {
        let table = table(["/v1/**", "/v1/users/:id", "/v1/users/me", "/", "/files/**"])

        #expect(route("/v1/users/me", table) == 2)
        #expect(route("/v1/users/42", table) == 1)
        #expect(route("/v1/users/42/notes", table) == 0)
        #expect(route("/v1", table) == 0)
        #expect(route("/v1/", table) == 0)
        #expect(route("/", table) == 3)
        #expect(route("/files/a/b/c", table) == 4)
        #expect(route("/v2", table) == nil)
        #expect(route("/v1x", table) == nil)
    }

    @Test func `an escape is the byte it stands for`() {
        let table = table(["/v1/**", "/v1/things:purge", "/v1/@me/:id"])

        #expect(route("/v1/things:purge", table) == 1)
        #expect(route("/v1/things%3Apurge", table) == 1)
        #expect(route("/v1/%40me/a%40b", table) == 2)
        #expect(route("/v1/%2540me/a", table) == 0)
        #expect(route("/v1/%40me%3A/a", table) == 0)
        #expect(route("/v1/things%3Apurge%", table) == 0)
        #expect(route("/v1/things%3", table) == 0)
    }

    @Test func `a named segment is never empty`() {
        let table = table(["/users/:id"])

        #expect(route("/users/", table) == nil)
        #expect(route("/users/1", table) == 0)
    }

    @Test func `a literal that leads nowhere does not hide a named segment`() {
        let table = table(["/a/b/c", "/:x/b/d"])

        #expect(route("/a/b/d", table) == 1)
        #expect(route("/a/b/c", table) == 0)
        #expect(route("/z/b/d", table) == 1)
    }

    @Test func `a route for what two others share owns it`() {
        let table = table([
            "/users/:id", "/:section/settings", "/users/settings",
            "/a/:x/c", "/:x/b/**", "/a/b/c",
        ])

        #expect(route("/users/settings", table) == 2)
        #expect(route("/users/42", table) == 0)
        #expect(route("/mail/settings", table) == 1)
        #expect(route("/a/b/c", table) == 5)
        #expect(route("/a/b/d", table) == 4)
        #expect(route("/a/z/c", table) == 3)
    }

    @Test func `the table agrees with the patterns as sets`() {
        var random = SeededRandom(7)
        for _ in 0..<200 {
            let patterns = Self.unambiguous(&random)
            let table = RouteTable(patterns.enumerated().map { ($0.element, $0.offset) })
            for _ in 0..<40 {
                let path = Self.path(&random)
                #expect(route(path, table) == Self.owner(of: path, among: patterns), "\(path)")
            }
        }
    }

    // MARK: By hand

    private func table(_ texts: [String]) -> RouteTable {
        RouteTable(texts.enumerated().map { (PathPattern(reading: $0.element), $0.offset) })
    }

    private func route(_ path: String, _ table: RouteTable) -> Int? {
        let bytes = Array(path.utf8)
        return unsafe table.route(for: bytes.span.bytes)
    }

    /// The owner by definition: of all that hold the path, the one inside all others.
    private static func owner(of path: String, among patterns: [PathPattern]) -> Int? {
        let only = PathPattern(reading: path)
        let holding = patterns.indices.filter { patterns[$0].holds(only) }
        return holding.first { candidate in
            holding.allSatisfy { patterns[$0].holds(patterns[candidate]) }
        }
    }

    private static func unambiguous(_ random: inout SeededRandom) -> [PathPattern] {
        var patterns: [PathPattern] = []
        for _ in 0..<12 {
            let new = pattern(&random)
            let isClear = patterns.allSatisfy {
                let relation = $0.relation(to: new)
                return relation != .overlapping && relation != .same
            }
            if isClear { patterns.append(new) }
        }
        return patterns
    }

    private static func pattern(_ random: inout SeededRandom) -> PathPattern {
        let count = Int.random(in: 0...4, using: &random)
        let segments = (0..<count).map { _ -> PathPattern.Segment in
            Int.random(in: 0..<3, using: &random) == 0 ? .any(name: "x") : .literal(word(&random))
        }
        return PathPattern(segments: segments, isOpen: Int.random(in: 0..<3, using: &random) == 0)
    }

    private static func path(_ random: inout SeededRandom) -> String {
        let count = Int.random(in: 1...5, using: &random)
        return "/" + (0..<count).map { _ in word(&random) }.joined(separator: "/")
    }

    private static func word(_ random: inout SeededRandom) -> String {
        ["a", "b", "c"].randomElement(using: &random) ?? "a"
    }
}

extension PathPattern {
    /// A pattern as it is written, for tests.
    init(reading text: String) {
        var parts = text.split(separator: "/").map(String.init)
        let isOpen = parts.last == "**"
        if isOpen { parts.removeLast() }
        self.init(
            segments: parts.map {
                $0.hasPrefix(":") ? .any(name: String($0.dropFirst())) : .literal($0)
            },
            isOpen: isOpen
        )
    }
}
