import Policy
import Rules
import Testing

/// Conditions of every kind, asked of real requests.
struct LoweringQuestionsTests {
    private static let above = """
        list countries of country { KP, SY until 2026-12-01 }
        list networks of asn { AS64500 }
        list ranges of ip { 198.51.100.0/24, 2001:db8:42::/48 }
        list words of text { "red", "green" }
        list hosts of host { api.example.com }
        list paths of path { /a, /b/c }
        let office be 192.0.2.0/24
        let tool be "curl"
        let most be 8B
        """

    /// A site that refuses what a condition describes.
    private func world(_ condition: String, route: String = "") throws -> World {
        let rules = """
            accept json, form up to 1KiB
            route item GET POST /v1/items/:id { public including POST because "x"
              \(route) }
            route all GET POST /**
            limit writing { for POST
              at most 1000/s per ip
              if redis is down refuse }
            block it when \(condition)
            """
        return try World(site(rules, above: Self.above))
    }

    private func isBlocked(
        _ world: World,
        _ line: String = "GET https://api.example.com/v1/items/1",
        _ fields: [String] = [],
        token: String? = nil,
        json: String? = nil,
        form: String? = nil
    ) throws -> Bool {
        let verdict = try world.verdict(line, fields, token: token, json: json, form: form)
        if verdict == "refused by it, 403" { return true }
        #expect(verdict == "forwarded to api")
        return false
    }

    @Test func `an address is in a list, in a range, in a named one, or none of them`() throws {
        let cases: [(String, String, Bool)] = [
            ("client.ip in ranges", "198.51.100.9", true),
            ("client.ip in ranges", "2001:db8:42::1", true),
            ("client.ip in ranges", "198.51.101.9", false),
            ("client.ip in ranges, 203.0.113.7", "203.0.113.7", true),
            ("client.ip in ranges, 203.0.113.7", "203.0.113.8", false),
            ("client.ip is 203.0.113.7", "203.0.113.7", true),
            ("client.ip in office", "192.0.2.77", true),
            ("client.ip is not 203.0.113.7", "203.0.113.7", false),
            ("client.ip not in ranges, 203.0.113.7", "203.0.113.7", false),
            ("client.ip not in ranges, 203.0.113.7", "198.51.100.9", false),
            ("client.ip not in ranges, 203.0.113.7", "192.0.2.1", true),
            ("not (client.ip in ranges)", "192.0.2.1", true),
            ("not (client.ip in ranges)", "198.51.100.9", false),
        ]
        for (condition, address, expected) in cases {
            let world = try world(condition)
            try world.comes(from: address)
            #expect(try isBlocked(world) == expected, "\(condition), \(address)")
        }
    }

    @Test func `what is known of the client is compared with words`() throws {
        let world = try world(
            "client.country in countries or client.asn in networks or client.bot is impostor"
        )

        #expect(try !isBlocked(world))
        world.circumstances.country = "SY"
        #expect(try isBlocked(world))
        try world.moves(to: "2026-12-02")
        #expect(try !isBlocked(world))
        world.circumstances.country = "KP"
        #expect(try isBlocked(world))
        world.circumstances.country = nil
        world.circumstances.network = "AS64500"
        #expect(try isBlocked(world))
        world.circumstances.network = nil
        world.circumstances.crawler = .impostor
        #expect(try isBlocked(world))
    }

    @Test func `method, path, host, size and route are known from the head`() throws {
        let get = "GET https://api.example.com/v1/items/1"
        let post = "POST https://api.example.com/v1/items/1"
        let cases: [(String, String, String?, Bool)] = [
            ("request.method is POST", get, nil, false),
            ("request.method is POST", post, nil, true),
            ("request.method in PUT, POST", post, nil, true),
            ("request.method not in PUT, POST", get, nil, true),
            ("request.path is /v1/items/1", get, nil, true),
            ("request.path is /v1/items", get, nil, false),
            ("request.path is /v1/items/:any", get, nil, true),
            ("request.path in /v2/**, /v1/**", get, nil, true),
            ("request.path in /v1/:any", get, nil, false),
            ("request.path in paths", "GET https://api.example.com/b/c", nil, true),
            ("request.path in paths", "GET https://api.example.com/b", nil, false),
            ("request.host is api.example.com", get, nil, true),
            ("request.host in hosts", "GET https://API.example.com:8443/v1/items/1", nil, true),
            ("request.host is not api.example.com", get, nil, false),
            ("request.size above 7B", post, "a=123456", true),
            ("request.size above most", post, "a=123456", false),
            ("request.size at least most", post, "a=123456", true),
            ("request.size is 8B", post, "a=123456", true),
            ("request.size below 1KiB", get, nil, true),
            ("route is item", get, nil, true),
            ("route in all, item", get, nil, true),
            ("route is all", get, nil, false),
        ]
        for (condition, line, form, expected) in cases {
            let world = try world(condition)
            let token = line.contains("/v1/items") ? nil : "{}"
            #expect(
                try isBlocked(world, line, token: token, form: form) == expected,
                "\(condition)"
            )
        }
    }

    @Test func `texts are compared whole, by their ends, or by what is in them`() throws {
        let cases: [(String, String?, Bool)] = [
            ("header.x-a is \"red\"", "red", true),
            ("header.x-a is \"red\"", "Red", false),
            ("header.x-a in \"blue\", \"red\"", "red", true),
            ("header.x-a in words", "green", true),
            ("header.x-a in words", "blue", false),
            ("header.x-a contains \"ee\", \"zz\"", "green", true),
            ("header.x-a starts with \"gr\"", "green", true),
            ("header.x-a starts with \"re\"", "green", false),
            ("header.x-a ends with \"en\"", "green", true),
            ("header.x-a ends with \"gr\"", "green", false),
            ("header.x-a starts with tool", "curl/8", true),
            ("header.x-a is present", "red", true),
            ("header.x-a is present", nil, false),
            ("header.x-a is absent", nil, true),
            ("header.x-a is absent", "red", false),
            ("header.x-a is present and header.x-a is not \"red\"", "blue", true),
            ("header.x-a is present and header.x-a not in words", "red", false),
            ("header.x-a is absent or header.x-a is not \"red\"", nil, true),
        ]
        for (condition, value, expected) in cases {
            let world = try world(condition)
            let fields = value.map { ["X-A: \($0)"] } ?? []
            let line = "GET https://api.example.com/v1/items/1"
            #expect(try isBlocked(world, line, fields) == expected, "\(condition), \(value ?? "")")
        }
    }

    @Test func `query and form are read as inspection reads them`() throws {
        let url = "https://api.example.com/v1/items/1"

        let world = try world("query.q is \"a b\" or form.f is \"c\" or cookie.c is \"d\"")
        #expect(try isBlocked(world, "GET \(url)?p=1&q=a%20b"))
        #expect(try isBlocked(world, "POST \(url)", form: "f=c"))
        #expect(try isBlocked(world, "GET \(url)", ["Cookie: b=1; c=d"]))
        #expect(try !isBlocked(world, "GET \(url)?q=ab", ["Cookie: c=1"]))
    }

    @Test func `a form has texts alone, and they are what they can be read as`() throws {
        let cases: [(String, String, Bool)] = [
            ("form.a above 3", "a=4", true), ("form.a above 3", "a=3", false),
            ("form.a above 3", "a=%204+", true), ("form.a above 3", "a=four", false),
            ("form.a is 5", "a=5", true), ("form.a is 5", "a=6", false),
            ("form.a is true", "a=true", true), ("form.a is true", "a=yes", false),
            ("form.a is \"x\"", "a=x", true), ("form.a in 4, \"five\"", "a=five", true),
            ("form.a in 4, \"five\"", "a=4", true),
            ("form.a is present and form.a is not 5", "a=5", false),
            ("form.a is present and form.a is not 5", "a=6", true),
        ]
        for (condition, form, expected) in cases {
            let line = "POST https://api.example.com/v1/items/1"
            let isBlocked = try isBlocked(world(condition), line, form: form)
            #expect(isBlocked == expected, "\(condition), \(form)")
        }
    }

    @Test func `a host has no dot at its end, and a segment no escapes`() throws {
        let item = "https://api.example.com/v1/items/"
        let world = try world("request.host is api.example.com")
        #expect(try isBlocked(world, "GET https://api.example.com./v1/items/1"))
        #expect(try isBlocked(self.world("path.id is \"a@b\""), "GET \(item)a%40b"))
        #expect(try isBlocked(self.world("path.id contains \"'\""), "GET \(item)O%27Brien"))
        #expect(try !isBlocked(self.world("path.id is \"a@b\""), "GET \(item)a%2540b"))
    }

    @Test func `of several values one is enough to block, and all are needed to let in`() throws {
        let cases: [(String, String, Bool)] = [
            ("query.q is \"a\"", "q=a", true), ("query.q is \"a\"", "q=b&q=a", true),
            ("query.q is \"a\"", "q=a&q=b", true), ("query.q is \"a\"", "q=b&q=c", false),
            ("query.q is present and query.q is not \"a\"", "q=a", false),
            ("query.q is present and query.q is not \"a\"", "q=a&q=a", false),
            ("query.q is present and query.q is not \"a\"", "q=a&q=b", true),
            ("query.q is present and query.q is not \"a\"", "q=b&q=a", true),
            ("query.q is present and not (query.q is \"a\")", "q=a&q=b", true),
            ("query.q is present and not (query.q is \"a\")", "q=a", false),
            ("not (query.q is present and query.q is not \"a\")", "p=1", true),
        ]
        for (condition, query, expected) in cases {
            let url = "GET https://api.example.com/v1/items/1?\(query)"
            #expect(try isBlocked(world(condition), url) == expected, "\(condition), \(query)")
        }
        let admits: [(String, String, Bool)] = [
            ("query.q is \"a\"", "q=a", true), ("query.q is \"a\"", "q=a&q=a", true),
            ("query.q is \"a\"", "q=a&q=b", false), ("query.q is \"a\"", "q=b&q=a", false),
            ("query.q is \"a\"", "p=1", false),
            ("query.q is present and query.q is not \"a\"", "q=b&q=a", false),
            ("query.q is present and query.q is not \"a\"", "q=b&q=c", true),
        ]
        for (condition, query, expected) in admits {
            let rules =
                "route item GET /v1/items/:id { public because \"x\" }\nadmit it when \(condition)"
            let url = "GET https://api.example.com/v1/items/1?\(query)"
            let verdict = try World(site(rules)).verdict(url)
            let isAdmitted = verdict == "forwarded to api"
            #expect(isAdmitted == expected, "\(condition), \(query): \(verdict)")
        }
    }

    @Test func `a value of a body is a text, a number or a word, and equal to its own kind alone`()
        throws
    {
        let cases: [(String, String, Bool)] = [
            ("json.a is true", "true", true),
            ("json.a is true", "\"true\"", false),
            ("json.a is \"true\"", "\"true\"", true),
            ("json.a is \"true\"", "true", false),
            ("json.a is 5", "5", true),
            ("json.a is 5", "5.0", true),
            ("json.a is 5", "\"5\"", false),
            ("json.a is \"5\"", "5", false),
            ("json.a in 4, \"five\", true", "\"five\"", true),
            ("json.a in 4, \"five\", true", "4", true),
            ("json.a in 4, \"five\", true", "true", true),
            ("json.a in 4, \"five\", true", "false", false),
            ("json.a above 3", "4", true),
            ("json.a above 3", "\"4\"", false),
            ("json.a at most 3", "3", true),
            ("json.a below 3", "3", false),
            ("json.a contains \"x\"", "\"axb\"", true),
            ("json.a in words", "\"red\"", true),
            ("json.a is present", "null", true),
            ("json.b is absent", "1", true),
            ("json.a is present and json.a is not 5", "\"5\"", true),
        ]
        for (condition, value, expected) in cases {
            let world = try world(condition)
            let line = "POST https://api.example.com/v1/items/1"
            let isBlocked = try isBlocked(world, line, json: "{\"a\": \(value)}")
            #expect(isBlocked == expected, "\(condition), \(value)")
        }
    }

    @Test func `the claims of a token are typed as the values of a body are`() throws {
        let line = "GET https://api.example.com/v1/items/1"
        let world = try world("token.age below 18 or user.id is \"42\" or user.role in \"guest\"")

        #expect(try !isBlocked(world, line))
        #expect(try isBlocked(world, line, token: "{\"age\": 17}"))
        #expect(try !isBlocked(world, line, token: "{\"age\": \"17\"}"))
        #expect(try isBlocked(world, line, token: "{\"sub\": \"42\"}"))
        #expect(try isBlocked(world, line, token: "{\"role\": [\"a\", \"guest\"]}"))
    }

    @Test func `a segment is the one that the route's own path calls so`() throws {
        let world = try world("path.id is \"1\"")

        #expect(try isBlocked(world, "GET https://api.example.com/v1/items/1"))
        #expect(try !isBlocked(world, "GET https://api.example.com/v1/items/2"))
        #expect(try !isBlocked(world, "GET https://api.example.com/1", token: "{}"))
    }

    @Test func `questions are asked once all they ask for is known`() throws {
        func stage(_ condition: String) throws -> Stage {
            let world = try world(condition)
            let route = try #require(world.policy.routes.first { $0.name == "item" })
            return try #require(route.blocks.first).question.stage
        }

        #expect(try stage("client.ip in ranges and route is item") == .block)
        #expect(try stage("header.x-a is \"a\" and user.id is \"b\"") == .signIn)
        #expect(try stage("user.id is \"b\" or json.a is 1") == .accept)
    }

    @Test func `an admit that reads the token asks nothing of those who need none`() throws {
        let rules = """
            accept json up to 1KiB
            admit invited when token.invited is true
              else answer 403 with page "no.html" and retry after 1h
            admit calm when json.loud is absent or token.loud is true
            route a POST /a { public including POST because "x" }
            route b POST /b
            limit writing { for POST
              at most 1000/s per ip
              if redis is down refuse }
            """
        let world = try World(site(rules), ["no.html": "<p>Not yet.</p>"])
        let url = "POST https://api.example.com/"

        #expect(try world.verdict(url + "a") == "forwarded to api")
        #expect(try world.verdict(url + "a", json: "{\"loud\": 1}") == "forwarded to api")
        #expect(try world.verdict(url + "b", token: "{}") == "refused by invited, 403")
        let token = "{\"invited\": true}"
        #expect(try world.verdict(url + "b", token: token) == "forwarded to api")
        #expect(
            try world.verdict(url + "b", token: token, json: "{\"loud\": 1}")
                == "refused by calm, 403"
        )
        #expect(world.policy.pages.map(\.type) == ["text/html; charset=utf-8"])
        #expect(world.policy.routes[0].admits[1].answer?.retryAfterSeconds == 3600)
    }

    @Test func `blocks and admits of all scopes add up, and the first by name is told of`() throws {
        let rules = """
            block of_site when header.x-a is present
            route a GET /a { public because "x"
              block of_route when header.x-a is present }
            route b GET /b { public because "x" }
            """
        let world = try World(site(rules, above: "block everywhere when header.x-b is present"))
        let line = "GET https://api.example.com/"

        #expect(try world.verdict(line + "a", ["X-A: 1"]) == "refused by of_route, 403")
        #expect(try world.verdict(line + "b", ["X-A: 1"]) == "refused by of_site, 403")
        #expect(
            try world.verdict(line + "b", ["X-A: 1", "X-B: 1"]) == "refused by everywhere, 403"
        )
    }
}
