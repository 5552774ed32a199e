import Testing
import Vocabulary

@testable import Gateway

struct RequestClassesTests {
    private func rank(
        _ path: String,
        _ rules: [String: RequestClass],
        by method: Method = .get
    ) throws -> RequestClass {
        let classes = RequestClasses(
            try rules.map { try #require(ClassRule($0.value, prefix: $0.key)) }
        )
        let bytes = Array(path.utf8)
        return unsafe classes.rank(of: bytes.span.bytes, method)
    }

    @Test func `without a rule the method says it`() throws {
        #expect(try rank("/", [:]) == .read)
        #expect(try rank("/", [:], by: .delete) == .write)
    }

    @Test func `a rule is for whole segments, whatever the method`() throws {
        let rules: [String: RequestClass] = ["/healthz": .health]
        for path in ["/healthz", "/healthz/", "/healthz/deep"] {
            #expect(try rank(path, rules, by: .post) == .health, "\(path)")
        }
        for path in ["/", "/health", "/healthzz", "/a/healthz", "*"] {
            #expect(try rank(path, rules) == .read, "\(path)")
        }
    }

    @Test func `the longest rule that fits decides`() throws {
        let rules: [String: RequestClass] = [
            "/": .batch, "/api": .write, "/api/sign-in": .auth, "/api/sign-in/help": .read,
        ]
        let table: [(String, RequestClass)] = [
            ("/x", .batch), ("/api", .write), ("/api/x", .write), ("/apis", .batch),
            ("/api/sign-in", .auth), ("/api/sign-in/x", .auth), ("/api/sign-in/help/1", .read),
        ]
        for (path, expected) in table { #expect(try rank(path, rules) == expected, "\(path)") }
    }

    @Test func `a slash at the end says nothing`() throws {
        #expect(try rank("/a", ["/a/": .auth]) == .auth)
        #expect(try rank("/anything", ["/": .auth]) == .auth)
    }

    @Test func `no path begins with what is no path`() {
        for prefix in ["", "a", "a/b", "/a b", "/a?b", "/a#b", "/ä", "/a\r\n"] {
            #expect(ClassRule(.read, prefix: prefix) == nil, "\(prefix)")
        }
    }
}
