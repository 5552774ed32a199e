import Policy
import Rules
import Testing

/// Whose pages may call a site.
struct LoweringOriginsTests {
    private static let above =
        "list partners of origin { https://a.example.net\nhttps://b.example.net until 2026-12-01 }"
    private static let rules = """
        cors { origins partners, https://app.example.com
          methods GET POST
          headers content-type
          credentials
          remember 10m }
        route all GET POST /**
        """
    private static let line = "POST https://api.example.com/x"

    private func preflight(_ world: World, _ origin: String) throws -> String {
        try world.verdict(
            "OPTIONS https://api.example.com/x",
            ["Origin: \(origin)", "Access-Control-Request-Method: POST"]
        )
    }

    @Test func `a preflight is answered to a listed origin, and until its entry ends`() throws {
        let world = try World(site(Self.rules, above: Self.above))

        #expect(try preflight(world, "https://app.example.com") == "answered 204")
        #expect(try preflight(world, "https://a.example.net") == "answered 204")
        #expect(try preflight(world, "https://b.example.net") == "answered 204")
        #expect(try preflight(world, "https://app.example.com.evil.net") == "refused by cors, 403")
        try world.moves(to: "2026-12-02")
        #expect(try preflight(world, "https://b.example.net") == "refused by cors, 403")
        #expect(try preflight(world, "https://a.example.net") == "answered 204")
    }

    @Test func `a page of another origin cannot write, and one of the site's own can`() throws {
        let world = try World(site("route all GET POST /**"))
        let post = "POST https://api.example.com/x"

        #expect(
            try world.verdict(post, ["Origin: https://api.example.com"], token: "{}")
                == "forwarded to api"
        )
        #expect(
            try world.verdict(post, ["Origin: https://evil.example.net"], token: "{}")
                == "refused by cors, 403"
        )
        #expect(
            try world.verdict(
                "GET https://api.example.com/x",
                ["Origin: https://evil.example.net"],
                token: "{}"
            ) == "forwarded to api"
        )
    }

    @Test func `what a page gets to know is what cors says`() throws {
        let world = try World(site(Self.rules, above: Self.above))
        let cors = try #require(world.policy.sites[0].cors)
        let lines = String(decoding: cors.preflight, as: UTF8.self)

        #expect(
            lines == """
                Access-Control-Allow-Methods: GET, POST\r
                Access-Control-Allow-Headers: content-type\r
                Access-Control-Max-Age: 600\r
                Access-Control-Allow-Credentials: true\r

                """
        )
    }

    @Test func `its own are its hosts over https, and over http where it is served so`() throws {
        func isOwn(_ origin: String, _ listens: String) throws -> Bool {
            let world = try World(site("route all POST /**", above: "gateway { \(listens) }"))
            return try world.verdict(
                "POST https://api.example.com/x",
                ["Origin: \(origin)"],
                token: "{}"
            ) == "forwarded to api"
        }
        let secure = "listen :8443 with certificate file(\"/a\") and key file(\"/b\")"

        #expect(try isOwn("https://api.example.com", "listen :80"))
        #expect(try isOwn("http://api.example.com", "listen :80"))
        #expect(try isOwn("https://api.example.com:8443", secure))
        #expect(try !isOwn("http://api.example.com", secure))
        #expect(try !isOwn("http://api.example.com", "listen :80 redirect to https\n" + secure))
        #expect(try !isOwn("https://api.example.com:9443", secure))
    }
}
