import Testing
import Vocabulary

struct MethodTests {
    private func method(_ token: String) -> Method { reading(token) { Method($0) } }

    @Test func `the methods of the standard are told apart`() {
        let known: [(String, Method)] = [
            ("GET", .get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("PATCH", .patch),
            ("DELETE", .delete), ("OPTIONS", .options), ("CONNECT", .connect), ("TRACE", .trace),
        ]
        for (token, expected) in known { #expect(method(token) == expected) }
    }

    @Test func `asking twice does no more than once, with some of them`() {
        let all: [Method] = [
            .get, .head, .post, .put, .patch, .delete, .options, .connect, .trace, .other,
        ]
        let idempotent = all.filter(\.isIdempotent)
        #expect(idempotent == [.get, .head, .put, .delete, .options, .trace])
    }

    @Test(arguments: [
        "get", "Get", "GETT", "GE", "BREW", "CONNECt", "trace", "", "PUTS", "PROPFIND",
    ])
    func `methods mind their case, and any other token is another`(token: String) {
        #expect(method(token) == .other)
    }
}
