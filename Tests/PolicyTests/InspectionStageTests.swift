import Testing

/// Stage 13: what is found, what is excused, and whether the rest is enough.
struct InspectionStageTests {
    private static func signature(
        _ id: String,
        _ word: String,
        _ severity: String,
        _ rest: String = ""
    ) -> String {
        """
        signature \(id) "the word \(word)" {
          class \(id.hasPrefix("SQL") ? "sqli" : "xss")
          severity \(severity)
          \(rest)
          look in query, json, form, header.x-note, path, cookie
          after lowercase
          contains "\(word)"
          catches "\(word)"
          spares "harmless"
        }
        """
    }

    /// Words worth five, four, three and two points, one known bad, and one on trial.
    private static let signatures = [
        signature("SQL_5", "five", "critical"), signature("SQL_4", "four", "error"),
        signature("SQL_3", "three", "warning"), signature("XSS_2", "two", "notice"),
        signature("XSS_BAD", "worst", "notice", "known bad"),
        signature("SQL_TRIAL", "trial", "critical", "on trial"),
    ].joined(separator: "\n")

    private static let map = """
        accept json, form up to 4KiB
        route search GET /search { public because "a test" }
        route login POST /login { public including POST because "a test" }
        route orders POST PUT /orders { public including POST PUT because "a test" }
        limit writing { for POST PUT
          at most 100000/m per ip
          if redis is down refuse }
        """

    private func under(
        _ inspect: String =
            "inspect { monitor GET HEAD\nblock POST PUT\nthreshold 5\nthreshold 7 for json }",
        site: String = "",
        above: String = ""
    ) -> Sentences {
        Sentences(site: Self.map + "\n" + site, above: Self.signatures + "\n\(inspect)\n" + above)
    }

    private func login(_ json: String, _ query: String = "", _ rest: String = "") -> String {
        "POST https://api.example.com/login\(query) { \(rest)\njson \(json) }"
    }

    private func search(_ query: String) -> String { "GET https://api.example.com/search\(query)" }

    // MARK: Points

    @Test func `reads are watched and writes are blocked`() throws {
        try under().send(search("?q=five"), "monitored by SQL_5")
        try under().send(search("?q=five"), "forwarded")
        try under().send(login("{}", "?q=five"), "blocked by SQL_5")
        try under().send(login("{}", "?q=five"), "answered 403")
        try under().send(login("{}", "?q=fine"), "clean")
    }

    @Test func `points of several signatures add up to the threshold`() throws {
        try under().send(login("{}", "?q=three"), "monitored by SQL_3")
        try under().send(login("{}", "?q=four"), "monitored by SQL_4")
        try under().send(login("{}", "?q=three&r=two"), "blocked by SQL_3, XSS_2")
        try under().send(login("{}", "?q=five"), "blocked by SQL_5")
    }

    @Test func `a signature counts once, in however many fields it is found`() throws {
        try under().send(login("{}", "?a=three&b=three&c=three"), "monitored by SQL_3")
        try under().send(
            login("{}", "?a=three", "header x-note \"three\""),
            "monitored by SQL_3"
        )
    }

    @Test func `what a body's values may have, the rest of the request may not`() throws {
        try under().send(login("{ \"a\": \"five\" }"), "monitored by SQL_5")
        try under().send(login("{ \"a\": \"five\", \"b\": \"two\" }"), "blocked by SQL_5, XSS_2")
        try under().send(login("{ \"a\": \"four\", \"b\": \"two\" }"), "monitored by SQL_4, XSS_2")
        try under().send(login("{}", "?q=five"), "blocked by SQL_5")
        try under().send(login("{ \"a\": \"four\" }", "?q=three"), "blocked by SQL_3, SQL_4")
        try under().send(login("{ \"a\": \"two\" }", "?q=three"), "monitored by SQL_3, XSS_2")
    }

    @Test func `what is found inside and outside counts as outside`() throws {
        try under().send(login("{ \"a\": \"five\" }", "?q=five"), "blocked by SQL_5")
    }

    @Test func `a form has a budget of its own, or the one for all`() throws {
        let post = "POST https://api.example.com/login { form \"a=five\" }"
        try under().send(post, "blocked by SQL_5")
        try under("inspect { monitor GET HEAD\nblock POST PUT\nthreshold 6 for form }").send(
            post,
            "monitored by SQL_5"
        )
    }

    @Test func `keys are looked at as well as values`() throws {
        try under().send(login("{ \"five two\": 1 }"), "blocked by SQL_5, XSS_2")
        try under().send(search("?five=1"), "monitored by SQL_5")
    }

    @Test func `each place is looked at`() throws {
        try under().send(
            "GET https://api.example.com/search { header cookie \"a=five\" }",
            "monitored by SQL_5"
        )
        try under().send(
            "GET https://api.example.com/search { header x-note \"five\" }",
            "monitored by SQL_5"
        )
        try under().send("GET https://api.example.com/search { header x-other \"five\" }", "clean")
        let open = under(site: "route any GET /any/** { public because \"a test\" }")
        try open.send("GET https://api.example.com/any/five", "monitored by SQL_5")
    }

    // MARK: Known bad, trial

    @Test func `what is known bad blocks whatever its points`() throws {
        try under().send(login("{ \"a\": \"worst\" }"), "blocked by XSS_BAD")
        try under().send(search("?q=worst"), "monitored by XSS_BAD")
    }

    @Test func `a scope can call a signature known bad`() throws {
        let named = under("inspect { monitor GET HEAD\nblock POST PUT\nknown bad SQL_3 }")
        try named.send(login("{ \"a\": \"three\" }"), "blocked by SQL_3")
        try named.send(login("{ \"a\": \"four\" }"), "monitored by SQL_4")
    }

    @Test func `where only known bad is blocked, all else is recorded`() throws {
        let tuning = under(
            """
            inspect because "a test" until 2026-12-31 {
              monitor GET HEAD
              block known bad POST PUT
            }
            """
        )
        try tuning.send(login("{ \"a\": \"five\" }", "?q=four"), "monitored by SQL_4, SQL_5")
        try tuning.send(login("{ \"a\": \"worst\" }"), "blocked by XSS_BAD")
    }

    @Test func `a signature on trial is recorded, and its points do not count`() throws {
        try under().send(login("{ \"a\": \"trial\" }", "?q=trial"), "monitored by SQL_TRIAL")
        try under().send(login("{}", "?q=trial&r=four"), "monitored by SQL_4, SQL_TRIAL")
    }

    // MARK: Scopes

    @Test func `the nearest scope's word counts, setting by setting`() throws {
        let inner = under(
            site:
                "route strict POST /strict { public including POST because \"a test\"\ninspect { threshold 3 } }"
        )
        try inner.send(
            "POST https://api.example.com/strict?q=three { json {} }",
            "blocked by SQL_3"
        )
        try inner.send(login("{}", "?q=three"), "monitored by SQL_3")
    }

    @Test func `a loosened scope is as strict as before once its exception has ended`() throws {
        let loose = under(
            site: """
                route loose POST /loose { public including POST because "a test"
                  inspect because "a test" until 2026-12-31 { monitor POST }
                }
                """
        )
        let post = "send POST https://api.example.com/loose?q=five { json {} }"
        try loose.say("\(post)\nexpect monitored by SQL_5")
        try loose.say("at 2026-12-31T23:59Z\n\(post)\nexpect monitored by SQL_5")
        try loose.say("at 2027-01-01\n\(post)\nexpect blocked by SQL_5")
    }

    // MARK: Exclusions

    private func excluding(_ exclusion: String) -> Sentences { under(site: exclusion) }

    @Test func `an exclusion holds for its class, its field and its route, and nothing else`()
        throws
    {
        let some = excluding("exclude sqli from json.password on login because \"a test\"")
        try some.send(login("{ \"password\": \"five four three\" }"), "clean")
        try some.send(login("{ \"password\": \"five two\" }"), "monitored by XSS_2")
        try some.send(login("{ \"passwords\": \"five two\" }"), "blocked by SQL_5, XSS_2")
        try some.send(login("{ \"a\": { \"password\": \"five two\" } }"), "blocked by SQL_5, XSS_2")
        try some.send(login("{}", "?password=five"), "blocked by SQL_5")
        try some.send(
            "PUT https://api.example.com/orders { json { \"password\": \"five two\" } }",
            "blocked by SQL_5, XSS_2"
        )
    }

    @Test func `it excuses a plain value, not what is under it, nor its key`() throws {
        let some = excluding("exclude sqli from json.password on login because \"a test\"")
        try some.send(
            login("{ \"password\": { \"$gt\": \"five two\" } }"),
            "blocked by SQL_5, XSS_2"
        )
        try some.send(login("{ \"password\": [ \"five two\" ] }"), "blocked by SQL_5, XSS_2")
        let list = excluding("exclude sqli from json.items[].note on login because \"a test\"")
        try list.send(login("{ \"items\": [ {}, { \"note\": \"five\" } ] }"), "clean")
        try list.send(login("{ \"items\": { \"note\": \"five two\" } }"), "blocked by SQL_5, XSS_2")
    }

    @Test func `it can excuse one signature, in a query or a header, until its end`() throws {
        let one = excluding(
            "exclude SQL_5 from query.q on login because \"a test\" until 2026-12-31"
        )
        try one.send(login("{}", "?q=five"), "clean")
        try one.send(login("{}", "?q=five+four"), "monitored by SQL_4")
        try one.send(login("{}", "?p=five"), "blocked by SQL_5")
        try one.say("at 2027-01-01\nsend \(login("{}", "?q=five"))\nexpect blocked by SQL_5")
        let note = excluding("exclude sqli from header.x-note on login because \"a test\"")
        try note.send(login("{}", "", "header x-note \"five\""), "clean")
    }

    @Test func `what is known bad can be excused like all else`() throws {
        let bad = excluding("exclude xss from json.html on login because \"a test\"")
        try bad.send(login("{ \"html\": \"worst\" }"), "clean")
        try bad.send(login("{ \"text\": \"worst\" }"), "blocked by XSS_BAD")
    }

    @Test func `exclusions of all scopes add up`() throws {
        let two = excluding(
            """
            exclude sqli from json.a on login because "a test"
            exclude sqli from json.b on login, orders because "a test"
            """
        )
        try two.send(login("{ \"a\": \"five\", \"b\": \"four\" }"), "clean")
    }

    // MARK: Who may go on

    @Test func `who may skip blocking is watched, until the end`() throws {
        let skip = under(
            site: "allow qa to skip blocking on login because \"a test\" until 2026-12-31",
            above: "list qa of ip { 198.51.100.0/24 }"
        )
        let post = "send POST https://api.example.com/login?q=worst from 198.51.100.7 { json {} }"
        try skip.say("\(post)\nexpect monitored by XSS_BAD")
        try skip.say("at 2027-01-01\n\(post)\nexpect blocked by XSS_BAD")
        try skip.send(login("{}", "?q=worst"), "blocked by XSS_BAD")
    }

    @Test func `the kill switch stops blocking, and nothing else`() throws {
        let kill = under(above: "kill switch { stops blocking\nfor at most 60m }", )
        try kill.say(
            """
            while kill switch is on
            send \(login("{}", "?q=worst"))
            expect monitored by XSS_BAD
            send GET https://api.example.com/nowhere
            expect refused by route
            send POST https://api.example.com/login { json {}
            header origin "https://evil.example.net" }
            expect refused by cors
            """
        )
        let canary = under(above: "kill switch { stops canary\nfor at most 60m }")
        try canary.say(
            "while kill switch is on\nsend \(login("{}", "?q=worst"))\nexpect blocked by XSS_BAD"
        )
    }

    @Test func `credentials are nobody's finding`() throws {
        let open = under(above: "")
        try open.send("GET https://api.example.com/search { token { \"sub\": \"five\" } }", "clean")
    }
}
