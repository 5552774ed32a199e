import Rules
import Testing

/// Rules become verdicts: hosts, routes, closed paths, and who needs a token.
struct LoweringTests {
    static let routes = """
        route login POST /v1/login { public including POST because "to sign in" }
        route profile GET PATCH /v1/users/:id
        route mine GET /v1/users/me { send to other }
        route admin GET /v1/admin/** { roles admin, owner }
        route old GET /old { public because "old links"
          redirect to https://www.example.com/ 301 }
        route older GET /older { public because "old links"
          redirect to /old }
        limit writing { for POST PATCH
          at most 60/m per ip
          if redis is down refuse }
        """

    @Test func `a host nobody named is refused, and one that is named is served`() throws {
        let world = try World(site(Self.routes))

        #expect(try world.verdict("GET https://evil.example.com/old") == "refused by host, 421")
        #expect(
            try world.verdict("GET https://API.example.com:8443/old")
                == "redirected to https://www.example.com/, 301"
        )
    }

    @Test func `the name of the handshake and the host name the same site`() throws {
        let other = "site www.example.com { send to api\nroute all GET /** }"
        let world = try World(site(Self.routes, above: other))
        world.serverName = "www.example.com"

        #expect(try world.verdict("GET https://api.example.com/old") == "refused by host, 421")
        world.serverName = "api.example.com"
        #expect(try world.verdict("GET https://api.example.com/older").hasPrefix("redirected"))
    }

    @Test func `the most specific route owns a request, and each goes where it sends`() throws {
        let world = try World(site(Self.routes))
        let url = "https://api.example.com/v1/users/"

        #expect(try world.verdict("GET \(url)42", token: "{}") == "forwarded to api")
        #expect(try world.verdict("GET \(url)me", token: "{}") == "forwarded to other")
        #expect(try world.verdict("PATCH \(url)me", token: "{}") == "refused by route, 405")
        #expect(try world.verdict("GET \(url)42/notes", token: "{}") == "refused by route, 404")
    }

    @Test func `a redirect without a number keeps the method`() throws {
        let world = try World(site(Self.routes))

        #expect(
            try world.verdict("GET https://api.example.com/older") == "redirected to /old, 308"
        )
    }

    @Test func `a route that takes GET answers HEAD`() throws {
        let world = try World(site(Self.routes))

        #expect(try world.verdict("HEAD https://api.example.com/old").hasPrefix("redirected"))
        #expect(
            try world.verdict("HEAD https://api.example.com/v1/users/1", token: "{}")
                == "forwarded to api"
        )
    }

    @Test func `a route wants a token unless it says public`() throws {
        let world = try World(site(Self.routes))

        #expect(try world.verdict("POST https://api.example.com/v1/login") == "forwarded to api")
        #expect(
            try world.verdict("GET https://api.example.com/v1/users/1") == "refused by auth, 401"
        )
        #expect(
            try world.verdict(
                "GET https://api.example.com/v1/users/1",
                ["Authorization: Bearer no"]
            )
                == "refused by auth, 401"
        )
    }

    @Test func `a public route is public until the end of its day`() throws {
        let world = try World(
            site("route a GET /a { public because \"launch\" until 2026-12-24 }"),
            at: "2026-12-24T23:59Z"
        )

        #expect(try world.verdict("GET https://api.example.com/a") == "forwarded to api")
        try world.moves(to: "2026-12-25")
        #expect(try world.verdict("GET https://api.example.com/a") == "refused by auth, 401")
    }

    @Test func `one of the roles is needed`() throws {
        let world = try World(site(Self.routes))
        let url = "GET https://api.example.com/v1/admin/users"

        #expect(try world.verdict(url, token: "{\"role\": \"member\"}") == "refused by roles, 403")
        #expect(try world.verdict(url, token: "{\"role\": \"owner\"}") == "forwarded to api")
        #expect(
            try world.verdict(url, token: "{\"role\": [\"x\", \"admin\"]}") == "forwarded to api"
        )
    }

    @Test func `the claims that say who asks are those the rules name`() throws {
        let auth = """
            auth jwt { issuer https://login.example.com
              algorithms RS256
              user is token.uid
              role is token.realm.roles }
            """
        let world = try World(site(Self.routes, above: auth))

        #expect(
            try world.verdict(
                "GET https://api.example.com/v1/admin/users",
                token: "{\"realm\": {\"roles\": [\"admin\"]}}"
            ) == "forwarded to api"
        )
        #expect(
            try world.verdict(
                "GET https://api.example.com/v1/admin/users",
                token: "{\"role\": \"admin\"}"
            ) == "refused by roles, 403"
        )
    }

    @Test func `closed paths are closed in any case, and before everything`() throws {
        let world = try World(
            site("route all GET /**", above: "gateway { close /_debug/** /.env }")
        )

        for path in ["_debug", "_Debug/vars", ".ENV", ".env/"] {
            #expect(
                try world.verdict("GET https://api.example.com/\(path)", token: "{}")
                    == "refused by closed, 404"
            )
        }
        #expect(
            try world.verdict("GET https://api.example.com/debug", token: "{}")
                == "forwarded to api"
        )
    }

    @Test func `hosts for tests are served in staging`() throws {
        let rules = site("test hosts api.qa.example.com\nroute all GET /**")
        let world = try World("environment staging\n" + rules)

        #expect(
            try world.verdict("GET https://api.qa.example.com/", token: "{}") == "forwarded to api"
        )
        #expect(
            try world.verdict("GET https://api.example.com/", token: "{}") == "forwarded to api"
        )
    }

    @Test func `hosts for tests are an error in production, and where nobody says what it is`()
        throws
    {
        let rules = site("test hosts api.qa.example.com\nroute all GET /**")

        for line in ["environment production\n", ""] {
            let compiled = try compile(line + rules)
            #expect(compiled.diagnostics.all.map(\.id) == [.notOneHost])
            #expect(compiled.policy == nil)
        }
    }

    @Test func `a body is taken where a scope says so, and the nearest says it`() throws {
        let world = try World(
            site(
                """
                accept json up to 1KiB
                route a POST /a
                route b POST /b { accept nothing }
                route c POST /c { accept form up to 8B }
                """
            )
        )
        let url = "POST https://api.example.com/"

        #expect(try world.verdict(url + "a", token: "{}", json: "{\"a\": 1}") == "forwarded to api")
        #expect(try world.verdict(url + "b", token: "{}", json: "{}") == "refused by accept, 415")
        #expect(try world.verdict(url + "c", token: "{}", json: "{}") == "refused by accept, 415")
        #expect(
            try world.verdict(url + "c", token: "{}", form: "a=123456789")
                == "refused by accept, 413"
        )
    }

    @Test func `what each stage found says where it is written`() throws {
        let world = try World(site(Self.routes))
        _ = try world.verdict("POST https://api.example.com/v1/login")

        #expect(world.trace.contains("1 api.example.com is served main.gate:4"))
        #expect(world.trace.contains("6 login: /v1/login main.gate:6"))
        #expect(world.trace.contains("8 writing: 60/m per ip main.gate:15"))
        #expect(world.trace.contains("9 not needed: \"to sign in\" main.gate:6"))
    }
}
