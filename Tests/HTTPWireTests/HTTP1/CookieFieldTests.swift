import HTTPWire
import Testing
import Vocabulary

struct CookieFieldTests {
    private func found(
        _ fields: [String],
        _ find: (borrowing FieldSection) -> String?
    ) throws
        -> String?
    {
        var head = RequestHead()
        var input = ByteBuffer()
        let text = "GET / HTTP/1.1\r\nHost: h\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
        _ = try readRequest([text.wire], into: &head, leaving: &input)
        return find(head.section)
    }

    private func cookie(_ name: String, in fields: [String]) throws -> String? {
        let bytes = Array(name.utf8)
        return try found(fields) { section in
            guard let value = unsafe section.cookie(named: bytes.span.bytes) else { return nil }
            return String(wire: value)
        }
    }

    @Test(arguments: [
        (["Cookie: srv=a"], "a"), (["Cookie: x=1; srv=a; y=2"], "a"),
        (["Cookie: x=1;srv=a"], "a"), (["Cookie: x=1;  srv=a ;y"], "a"),
        (["Cookie: x=1", "Accept: b", "cookie: srv=a"], "a"), (["Cookie: srv=a; srv=b"], "a"),
        (["Cookie: srv="], ""), (["Cookie: srv=a=b"], "a=b"), (["Cookie: ;;;srv=a"], "a"),
        (["Cookie: srvx=1; srv=a"], "a"), (["Cookie: xsrv=1; srv=a"], "a"),
    ])
    func `a cookie is found among others, the first of its name`(
        _ fields: [String],
        _ value: String
    ) throws {
        #expect(try cookie("srv", in: fields) == value)
    }

    @Test(arguments: [
        [], ["Cookie: "], ["Cookie: srv"], ["Cookie: SRV=a"], ["Cookie: srv =a"],
        ["Cookie: x=srv=a"],
        ["Cookie: ;"], ["X-Cookie: srv=a"], ["Cookie: sr=a"],
    ])
    func `what is not that cookie is none`(_ fields: [String]) throws {
        #expect(try cookie("srv", in: fields) == nil)
    }

    @Test func `any field is found by its name, in any case`() throws {
        let value = { (name: String) in
            let bytes = Array(name.utf8)
            return try found(["X-Tenant: a", "Accept: b", "x-tenant: c"]) { section in
                guard let value = unsafe section.value(ofAny: bytes.span.bytes) else { return nil }
                return String(wire: value)
            }
        }
        #expect(try value("x-tenant") == "a")
        #expect(try value("accept") == "b")
        #expect(try value("x-tenan") == nil)
    }
}
