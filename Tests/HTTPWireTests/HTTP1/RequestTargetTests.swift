import HTTPWire
import Testing
import Vocabulary

struct RequestTargetTests {
    private func target(
        _ target: String,
        _ method: String = "GET",
        host: String = "h"
    ) -> Outcome<RequestFacts> {
        read("\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
    }

    @Test func `a path ends at the first question mark`() {
        let table: [(String, String, String?)] = [
            ("/", "/", nil), ("/?", "/", ""), ("/a?b", "/a", "b"),
            ("/a?b?c/../d;e%zz", "/a", "b?c/../d;e%zz"),
            ("/a/", "/a/", nil), ("/a?%00%2f", "/a", "%00%2f"),
        ]
        for (given, path, query) in table {
            let facts = target(given).facts
            #expect(facts?.path == path, "\(given)")
            #expect(facts?.query == query, "\(given)")
        }
    }

    @Test func `an absolute target is forwarded as its path`() {
        let table: [(String, String, String?)] = [
            ("http://h/a?b", "/a", "b"), ("http://h", "/", nil), ("http://h/", "/", nil),
            ("http://h?q", "/", "q"), ("http://h?", "/", ""), ("HTTP://H/%41", "/A", nil),
            ("http://h?x@y", "/", "x@y"),
        ]
        for (given, path, query) in table {
            let facts = target(given).facts
            #expect(facts?.path == path, "\(given)")
            #expect(facts?.query == query, "\(given)")
            #expect(facts?.host == "h", "\(given)")
        }
        #expect(target("http://h/http://x@y/").error == .unsafePath)
    }

    @Test func `OPTIONS of a whole server may name it`() {
        #expect(target("*", "OPTIONS").facts?.path == "*")
        #expect(target("http://h", "OPTIONS").facts?.path == "*")
        #expect(target("http://h/", "OPTIONS").facts?.path == "/")
        #expect(target("http://h?q", "OPTIONS").facts?.path == "/")
    }

    @Test(arguments: ["GET", "POST", "options", "HEAD"])
    func `the asterisk is for OPTIONS alone`(method: String) {
        #expect(target("*", method).error == .badTarget)
    }

    @Test func `CONNECT and TRACE are not done here, whatever their target`() {
        for method in ["CONNECT", "TRACE"] {
            for given in ["h:443", "/", "*", "/\u{e9}", "http://h/"] {
                #expect(target(given, method).error == .methodNotImplemented)
            }
        }
    }

    @Test(
        arguments: [
            "h", "h:80", "a/b", "?q", "**", "*/", "ftp://h/", "ws://h/", "http:/h/", "http:h/",
            "http//h/",
            "http://u@h/", "http://u:p@h/", "http://@h", "http://h@?q", "/a#b", "/#", "/a?b#c", "#",
            "http://h/#", "/\u{e9}", "/\u{80}", "/a?\u{ff}", "/%", "/%4", "/%4/", "/%zz", "/%+1",
            "/a%2?b",
        ]
    )
    func `a target that cannot be read is refused`(given: String) {
        #expect(target(given).error == .badTarget)
    }

    @Test(arguments: ["https://h/", "HTTPS://h", "https://"])
    func `https over clear text is misdirected`(given: String) {
        #expect(target(given).error == .misdirected)
    }

    @Test func `an absolute target names the same authority as Host`() {
        for (authority, host) in [
            ("h", "h"), ("H", "h"), ("h:80", "h:80"), ("[::1]:80", "[::1]:80"), ("h.", "h."),
        ] {
            #expect(target("http://\(authority)/", host: host).facts != nil, "\(authority)")
        }
        for (authority, host) in [
            ("h", "g"), ("h:80", "h"), ("h", "h:80"), ("h.", "h"), ("", "h"), ("h", "hh"),
        ] {
            #expect(target("http://\(authority)/", host: host).error == .badHost, "\(authority)")
        }
    }

    @Test func `an absolute target does not stand in for a missing Host in HTTP 1 1`() {
        #expect(fault("GET http://h/ HTTP/1.1\r\n\r\n") == .badHost)
    }

    @Test func `an absolute target names the host of HTTP 1 0`() {
        let facts = read("GET http://Ab.:8/x HTTP/1.0\r\n\r\n").facts

        #expect((facts?.host, facts?.path) == ("ab:8", "/x"))
        #expect(fault("GET http:///x HTTP/1.0\r\n\r\n") == .badHost)
    }
}
