import Policy
import Rules
import Testing

/// How hard routes are inspected, what is excused on them, and when that ends.
struct LoweringInspectionTests {
    private static let signatures = """
        signature WAF_SQLI_001 "union select" {
          class sqli
          severity critical
          look in query, json, form, header, path
          after lowercase
          match r"union select"
          catches "1 UNION select"
          spares "a student union"
        }
        signature WAF_SQLI_002 "a comment" {
          class sqli
          severity warning
          look in query, json
          contains "--"
          catches "x --"
          spares "x-y"
        }
        signature WAF_XSS_001 "script" {
          class xss
          severity critical
          look in query, json
          contains "<script"
          catches "<script>"
          spares "a script"
        }
        """

    private static let limit = """
        limit writing { for POST
          at most 1000/s per ip
          if redis is down refuse }
        """

    private func world(_ rules: String, above: String = "") throws -> World {
        let around = Self.signatures + "\n" + Self.limit + "\n" + above
        let routes = """
            accept json up to 1KiB
            route a GET POST /a { public including POST because "x" }
            route b GET POST /b { public including POST because "x" }
            """
        return try World(site(routes + "\n" + rules, above: around))
    }

    private let url = "https://api.example.com/"
    private let attack = "q=1%20union%20select"

    @Test func `without a word about it everything blocks at five points`() throws {
        let world = try world("")

        #expect(try world.verdict("GET \(url)a?\(attack)") == "refused by WAF_SQLI_001, 403")
        #expect(try world.verdict("GET \(url)a?q=x--") == "forwarded to api")
        #expect(
            try world.verdict("POST \(url)a?p=--", json: "{\"a\": \"<script>\"}")
                == "refused by WAF_SQLI_002, 403"
        )
    }

    @Test func `the nearest scope's word counts, setting by setting`() throws {
        let above = """
            inspect { monitor GET HEAD
              block POST
              threshold 5 }
            """
        let rules = """
            inspect because "x" { threshold 9 }
            route c GET POST /c { public including POST because "x"
              inspect { block GET } }
            """
        let world = try world(rules, above: above)

        #expect(try world.verdict("GET \(url)a?\(attack)") == "forwarded to api")
        #expect(try world.verdict("GET \(url)c?\(attack)") == "forwarded to api")
        #expect(
            try world.verdict("GET \(url)c?\(attack)&p=<script")
                == "refused by WAF_SQLI_001, 403"
        )
        #expect(try world.verdict("GET \(url)a?\(attack)&p=<script") == "forwarded to api")
        #expect(world.trace.contains { $0.contains("mode monitor; outside 10 of 9") })
    }

    @Test func `a loosened inspection falls back, by the clock, to what is around it`() throws {
        let rules = """
            inspect because "tuning" until 2026-12-01 { monitor GET HEAD POST
              threshold 40 }
            route c GET /c { public because "x"
              inspect because "more of it" until 2026-12-10 { threshold 11 } }
            """
        let world = try world(rules)

        #expect(try world.verdict("GET \(url)a?\(attack)") == "forwarded to api")
        #expect(try world.verdict("GET \(url)c?\(attack)") == "forwarded to api")
        try world.moves(to: "2026-12-01T23:59Z")
        #expect(try world.verdict("GET \(url)a?\(attack)") == "forwarded to api")
        try world.moves(to: "2026-12-02")
        #expect(try world.verdict("GET \(url)a?\(attack)") == "refused by WAF_SQLI_001, 403")
        #expect(try world.verdict("GET \(url)c?\(attack)") == "forwarded to api")
        #expect(world.trace.contains { $0.contains("mode block; outside 5 of 11") })
        try world.moves(to: "2026-12-11")
        #expect(try world.verdict("GET \(url)c?\(attack)") == "refused by WAF_SQLI_001, 403")
    }

    @Test func `only known bad blocks where the rules say so, and a scope may name more of it`()
        throws
    {
        let rules = """
            inspect because "tuning" { block known bad GET HEAD POST }
            route c GET /c { public because "x"
              inspect { known bad WAF_SQLI_002 } }
            """
        let world = try world(rules)

        #expect(try world.verdict("GET \(url)a?\(attack)") == "forwarded to api")
        #expect(try world.verdict("GET \(url)a?q=--") == "forwarded to api")
        #expect(try world.verdict("GET \(url)c?q=--") == "refused by WAF_SQLI_002, 403")
    }

    @Test func `points found inside JSON have a budget of their own`() throws {
        let world = try world("inspect because \"x\" { threshold 7 for json }")

        #expect(
            try world.verdict("POST \(url)a", json: "{\"a\": \"union select\"}")
                == "forwarded to api"
        )
        #expect(
            try world.verdict("POST \(url)a?\(attack)", json: "{\"a\": 1}")
                == "refused by WAF_SQLI_001, 403"
        )
        #expect(
            try world.verdict("POST \(url)a", json: "{\"a\": \"union select --\"}")
                == "refused by WAF_SQLI_001, 403"
        )
    }

    @Test
    func `an exclusion excuses a class in a field on a route until its end, and nothing else`()
        throws
    {
        let rules = """
            exclude sqli from json.password, query.q, header.x-note on a
              because "x"
              until 2026-12-01
            """
        let world = try world(rules)
        let attack = "\"1 union select\""
        let blocked = "refused by WAF_SQLI_001, 403"

        #expect(
            try world.verdict("POST \(url)a", json: "{\"password\": \(attack)}")
                == "forwarded to api"
        )
        #expect(try world.verdict("GET \(url)a?\(self.attack)") == "forwarded to api")
        #expect(
            try world.verdict("GET \(url)a", ["X-Note: union select"]) == "forwarded to api"
        )
        #expect(
            try world.verdict("GET \(url)a?q=<script") == "refused by WAF_XSS_001, 403"
        )
        #expect(try world.verdict("POST \(url)a", json: "{\"other\": \(attack)}") == blocked)
        #expect(
            try world.verdict("POST \(url)a", json: "{\"password\": {\"x\": \(attack)}}") == blocked
        )
        #expect(try world.verdict("POST \(url)b", json: "{\"password\": \(attack)}") == blocked)
        try world.moves(to: "2026-12-02")
        #expect(try world.verdict("POST \(url)a", json: "{\"password\": \(attack)}") == blocked)
    }

    @Test func `an exclusion may name one signature, and stand in its route`() throws {
        let rules = """
            route c GET /c { public because "x"
              exclude WAF_SQLI_001 from query.q because "x" }
            """
        let world = try world(rules)

        #expect(try world.verdict("GET \(url)c?\(attack)") == "forwarded to api")
        #expect(
            try world.verdict("GET \(url)c?\(attack)--&p=<script") == "refused by WAF_SQLI_002, 403"
        )
    }

    @Test func `blocking may be skipped, and what is found is still recorded`() throws {
        let rules = "allow 192.0.2.0/24 to skip blocking because \"a scan\" until 2026-12-01"
        let world = try world(rules)

        #expect(try world.verdict("GET \(url)a?\(attack)") == "forwarded to api")
        #expect(world.trace.contains { $0.contains("13 not blocked: \"a scan\"") })
        try world.comes(from: "198.51.100.1")
        #expect(try world.verdict("GET \(url)a?\(attack)") == "refused by WAF_SQLI_001, 403")
    }

    @Test func `the kill switch stops blocking where the rules give it that`() throws {
        let kill = "kill switch { file \"/run/kill\"\nstops blocking\nfor at most 60m }"
        let world = try world("", above: kill)

        #expect(try world.verdict("GET \(url)a?\(attack)") == "refused by WAF_SQLI_001, 403")
        world.circumstances.isKillSwitchOn = true
        #expect(try world.verdict("GET \(url)a?\(attack)") == "forwarded to api")
        #expect(world.policy.killSwitch?.seconds == 3600)
    }

    @Test func `texts are matched by globs and by patterns`() throws {
        let cases: [(String, String, Bool)] = [
            ("request.path like \"/*\"", "a", true),
            ("request.path like \"/*/export\"", "a", false),
            ("request.path like \"**\"", "a", true),
            ("query.q like \"/v1/*/export\"", "a?q=/v1/x/export", true),
            ("query.q like \"/v1/*/export\"", "a?q=/v1/x/y/export", false),
            ("query.q like \"/v1/**/export\"", "a?q=/v1/x/y/export", true),
            ("query.q like \"a.b\"", "a?q=axb", false),
            ("query.q matches r\"^[a-c]+$\"", "a?q=abc", true),
            ("query.q matches r\"^[a-c]+$\"", "a?q=abd", false),
            ("query.q is present and not (query.q matches r\"^[a-c]+$\")", "a?q=abd", true),
        ]
        for (condition, target, expected) in cases {
            let world = try world("block it when \(condition)")
            let isBlocked = try world.verdict("GET \(url)\(target)") == "refused by it, 403"
            #expect(isBlocked == expected, "\(condition), \(target)")
        }
    }
}
