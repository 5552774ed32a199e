import Policy
import Rules
import Testing

/// Limits, each where its key is known.
struct LoweringLimitsTests {
    private static let url = "https://api.example.com/"

    private func spent(
        _ world: World,
        _ line: String,
        _ count: Int,
        token: String? = nil,
        json: String? = nil
    ) throws -> String {
        for number in 0..<count {
            let verdict = try world.verdict(line, token: token, json: json)
            if verdict != "forwarded to api" { return "\(number): \(verdict)" }
        }
        return "\(count) forwarded"
    }

    @Test func `a limit without a burst has one of its number`() throws {
        let rules = "route a GET /a { public because \"x\" }"
        let limit = "limit reading { at most 5/m per ip\nif redis is down let through }"
        let world = try World(site(rules, above: limit))

        #expect(try spent(world, "GET \(Self.url)a", 9) == "5: refused by reading, 429")
        world.circumstances.now += 12
        #expect(try spent(world, "GET \(Self.url)a", 9) == "1: refused by reading, 429")
    }

    @Test func `who is signed in has a bucket of their own, and everybody else their address`()
        throws
    {
        let rules = "route a GET /a { public because \"x\" }"
        let limit =
            "limit reading { at most 5/m burst 2 per user or ip\nif redis is down let through }"
        let world = try World(site(rules, above: limit))
        let line = "GET \(Self.url)a"

        #expect(
            try spent(world, line, 3, token: "{\"sub\": \"1\"}") == "2: refused by reading, 429"
        )
        #expect(
            try spent(world, line, 3, token: "{\"sub\": \"2\"}") == "2: refused by reading, 429"
        )
        #expect(try spent(world, line, 3) == "2: refused by reading, 429")
        try world.comes(from: "192.0.2.9")
        #expect(try spent(world, line, 3) == "2: refused by reading, 429")
    }

    @Test func `limits of all scopes hold, and one that names routes holds on those alone`() throws
    {
        let rules = """
            limit of_site { for GET
              at most 4/m per ip
              if redis is down let through }
            route a GET /a { public because "x"
              limit of_route { at most 2/m per ip
                if redis is down let through } }
            route b GET /b { public because "x" }
            limit of_c on c { at most 1/m per ip
              if redis is down let through }
            route c GET /c { public because "x" }
            """
        let world = try World(site(rules))

        #expect(try spent(world, "GET \(Self.url)a", 3) == "2: refused by of_route, 429")
        #expect(try spent(world, "HEAD \(Self.url)b", 9) == "1: refused by of_site, 429")
        try world.comes(from: "192.0.2.9")
        #expect(try spent(world, "GET \(Self.url)c", 3) == "1: refused by of_c, 429")
    }

    @Test func `two lines with the same key are two buckets`() throws {
        let rules = "route a GET /a { public because \"x\" }"
        let limit = """
            limit reading { at most 3/s per ip
              at most 4/h per ip
              if redis is down let through }
            """
        let world = try World(site(rules, above: limit))

        #expect(try spent(world, "GET \(Self.url)a", 9) == "3: refused by reading, 429")
        world.circumstances.now += 10
        let lines = world.policy.limitLines
        #expect(Set(lines.map(\.salt)).count == 2)
    }

    @Test func `a body's field is a key once the body is there`() throws {
        let rules = """
            accept json up to 1KiB
            route login POST /login { public including POST because "x" }
            limit sign_in on login { at most 20/m per ip
              at most 2/m per json.email
              count failures
              if redis is down refuse }
            """
        let world = try World(site(rules))
        let line = "POST \(Self.url)login"

        #expect(try spent(world, line, 9, json: "{\"email\": \"a\"}") == "9 forwarded")
        world.status = 401
        #expect(
            try spent(world, line, 9, json: "{\"email\": \"a\"}") == "2: refused by sign_in, 429"
        )
        #expect(try spent(world, line, 2, json: "{\"email\": \"b\"}") == "2 forwarded")
    }

    @Test func `without a store each limit does what it says`() throws {
        let rules = """
            route a GET /a { public because "x" }
            route b GET /b { public because "x" }
            route c GET /c { public because "x" }
            limit shut on a { at most 9/m per ip
              if redis is down refuse }
            limit open on b { at most 1/m per ip
              if redis is down let through }
            limit slow on c { at most 9/m per ip
              if redis is down at most 2/m on each node }
            """
        let world = try World(site(rules))
        world.isStoreDown = true

        #expect(try spent(world, "GET \(Self.url)a", 3) == "0: refused by shut, 503")
        #expect(try spent(world, "GET \(Self.url)b", 3) == "3 forwarded")
        #expect(try spent(world, "GET \(Self.url)c", 3) == "2: refused by slow, 429")
    }

    @Test func `a limit on trial refuses nobody`() throws {
        let rules = "route a GET /a { public because \"x\" }"
        let limit = "limit reading { at most 1/m per ip\non trial\nif redis is down refuse }"
        let world = try World(site(rules, above: limit))

        #expect(try spent(world, "GET \(Self.url)a", 4) == "4 forwarded")
        #expect(world.trace.contains { $0.contains("reading: spent, but on trial") })
    }

    @Test func `buckets outlive a change of rate, of place and of neighbours, not of keys`() throws
    {
        let rules = "route a GET /a { public because \"x\" }"
        func salt(_ limit: String) throws -> UInt64 {
            let text = site(
                rules,
                above: "limit reading { \(limit)\nif redis is down let through }"
            )
            let policy = try #require(try compile(text).policy)
            return try #require(policy.limitLines.last).salt
        }
        let before = try salt("at most 5/m per ip")

        #expect(try salt("at most 900/h burst 7 per ip") == before)
        #expect(try salt("for GET\n\n\nat most 5/m per ip") == before)
        #expect(try salt("at most 5/m per user or ip") != before)
    }

    @Test func `an allowance skips the limit it names, on its routes, for its list, until its end`()
        throws
    {
        let rules = """
            route a GET /a { public because "x" }
            route b GET /b { public because "x" }
            allow qa to skip reading on a because "load test" until 2026-12-24
            """
        let above = """
            list qa of ip { 198.51.100.0/24, 203.0.113.0/24 until 2026-12-01 }
            limit reading { at most 1/m per ip
              if redis is down let through }
            """
        let world = try World(site(rules, above: above))
        try world.comes(from: "198.51.100.7")

        #expect(try spent(world, "GET \(Self.url)a", 3) == "3 forwarded")
        #expect(try spent(world, "GET \(Self.url)b", 3) == "1: refused by reading, 429")
        try world.comes(from: "203.0.113.7")
        #expect(try spent(world, "GET \(Self.url)a", 3) == "3 forwarded")
        try world.moves(to: "2026-12-02")
        #expect(try spent(world, "GET \(Self.url)a", 3) == "1: refused by reading, 429")
        try world.comes(from: "198.51.100.7")
        #expect(try spent(world, "GET \(Self.url)a", 3) == "3 forwarded")
        try world.moves(to: "2026-12-25")
        #expect(try spent(world, "GET \(Self.url)a", 3) == "1: refused by reading, 429")
    }

    @Test func `addresses and verified crawlers may skip too`() throws {
        let rules = """
            route a GET /a { public because "x" }
            allow 198.51.100.7 203.0.113.0/24 to skip reading because "x" until 2026-12-24
            allow verified googlebot to skip reading because "y" until 2026-12-24
            """
        let limit = "limit reading { at most 1/m per ip\nif redis is down let through }"
        let world = try World(site(rules, above: limit))

        #expect(try spent(world, "GET \(Self.url)a", 3) == "1: refused by reading, 429")
        world.circumstances.crawler = .verified("googlebot")
        #expect(try spent(world, "GET \(Self.url)a", 3) == "3 forwarded")
        world.circumstances.crawler = .impostor
        #expect(try spent(world, "GET \(Self.url)a", 3) == "0: refused by reading, 429")
        try world.comes(from: "203.0.113.9")
        #expect(try spent(world, "GET \(Self.url)a", 3) == "3 forwarded")
    }
}
