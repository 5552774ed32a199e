import Testing

/// Stages 1 to 7: what the head alone decides.
struct HeadStageTests {
    private static let map = """
        accept json up to 1KiB
        route login POST /v1/login { public including POST because "to sign in" }
        route search GET /v1/search { public because "anyone may look" }
        route mine GET /v1/users/me { public because "a test"
          send to other }
        route user GET /v1/users/:id { public because "a test" }
        route files GET /files/** { public because "a test" }
        route notes PUT DELETE /v1/notes/:id
        limit writing { for POST
          at most 600/m per ip
          if redis is down refuse }
        """
    private let plain = Sentences(site: map)

    // MARK: Host

    @Test func `a host that no site names is refused, whatever is asked`() throws {
        try plain.send("GET https://evil.example.net/v1/search", "refused by host")
        try plain.send("GET https://api.example.com.evil.net/v1/search", "refused by host")
        try plain.send("GET https://evil.example.net/_debug", "refused by host")
        try plain.send("GET https://evil.example.net/v1/search", "answered 421")
        // Without a handshake that would be refused by itself.
        try plain.send("GET http://evil.example.net/v1/search", "refused by host")
    }

    @Test func `a host is the same in capitals and at another port`() throws {
        try plain.send("GET https://API.Example.COM/v1/search", "forwarded to api")
        try plain.send("GET https://api.example.com:8443/v1/search", "forwarded to api")
    }

    @Test func `the name of the handshake and the host name one site`() throws {
        let two = Sentences(
            site: Self.map,
            above:
                "site www.example.com, web.example.com { send to other\nroute pages GET /** { public because \"a test\" } }"
        )
        try two.send(
            "GET https://api.example.com/v1/search { header host \"www.example.com\" }",
            "refused by host"
        )
        try two.send(
            "GET https://web.example.com/v1/search { header host \"www.example.com\" }",
            "forwarded to other"
        )
        try two.send(
            "GET http://web.example.com/v1/search { header host \"api.example.com\" }",
            "forwarded to api"
        )
    }

    // MARK: Protocol

    @Test(arguments: [
        "/files/a%2fb", "/files/a%00b", "/files/a\\\\b", "/files/a;b", "/files//a",
        "/files/../v1/search",
        "/files/%2e%2e/a", "/files/a%5cb", "/files/a%0ab",
    ])
    func `a path that two could read differently is refused`(path: String) throws {
        try plain.send("GET \"https://api.example.com\(path)\"", "refused by protocol")
    }

    @Test func `a path is matched in its one normal form`() throws {
        try plain.send("GET https://api.example.com/v1/%73earch", "forwarded to api")
        try plain.send("GET https://api.example.com/v1/%75sers/%6de", "forwarded to other")
    }

    @Test func `where a body ends is said once`() throws {
        try plain.send(
            """
            POST https://api.example.com/v1/login {
              header content-length "2"
              header transfer-encoding "chunked"
              json {}
            }
            """,
            "refused by protocol"
        )
        try plain.send(
            "POST https://api.example.com/v1/login { header content-length \"9\"\njson {} }",
            "answered 400"
        )
    }

    // MARK: Closed

    private let closed = Sentences(
        site: map
            + "\ncors { origins https://app.example.com\nmethods GET POST\nheaders authorization }",
        above: """
            gateway { close /_debug/** /.env }
            maintenance { answer 503
              still open GET /v1/search }
            """
    )

    @Test(arguments: [
        "/_debug", "/_debug/", "/_Debug/vars", "/_DEBUG/a/b/c", "/.env", "/.ENV/", "/%5fdebug/x",
    ])
    func `a closed path is closed in any spelling`(path: String) throws {
        try closed.send("GET https://api.example.com\(path)", "refused by closed")
        try closed.send(
            "POST https://api.example.com\(path) { token { \"sub\": \"1\" } }",
            "answered 404"
        )
    }

    @Test(arguments: ["/_debugger", "/debug", "/.environment", "/a/.env", "/.env/x"])
    func `what is spelled almost so is not closed`(path: String) throws {
        try closed.send("GET https://api.example.com\(path)", "refused by route")
    }

    @Test func `closed comes before preflights and before maintenance`() throws {
        try closed.say(
            """
            while maintenance is on
            send OPTIONS https://api.example.com/_debug {
              header origin "https://app.example.com"
              header access-control-request-method "GET"
            }
            expect refused by closed
            send GET https://api.example.com/.env
            expect refused by closed
            """
        )
    }

    // MARK: CORS

    private func preflight(_ origin: String) -> String {
        """
        OPTIONS https://api.example.com/v1/login {
          header origin "\(origin)"
          header access-control-request-method "POST"
        }
        """
    }

    private func write(_ origin: String) -> String {
        "POST https://api.example.com/v1/login { header origin \"\(origin)\"\njson {} }"
    }

    @Test func `a preflight is answered for listed origins, compared whole`() throws {
        try closed.send(preflight("https://app.example.com"), "answered 204")
        for origin in [
            "https://app.example.com.evil.net", "http://app.example.com",
            "https://app.example.com:8443",
            "https://api.example.com", "null", "https://xapp.example.com",
        ] {
            try closed.send(preflight(origin), "refused by cors")
        }
    }

    @Test func `without a cors block no preflight is answered`() throws {
        try plain.send(preflight("https://app.example.com"), "refused by cors")
    }

    @Test func `an OPTIONS that asks for no method is no preflight`() throws {
        try closed.send(
            "OPTIONS https://api.example.com/v1/login { header origin \"https://app.example.com\" }",
            "refused by route"
        )
    }

    @Test func `a page writes from its own site and from listed ones, and reads from anywhere`()
        throws
    {
        for sentences in [plain, closed] {
            try sentences.send(write("https://api.example.com"), "forwarded")
            try sentences.send(write("https://evil.example.net"), "refused by cors")
            try sentences.send(write("null"), "answered 403")
            try sentences.send(
                "GET https://api.example.com/v1/search { header origin \"https://evil.example.net\" }",
                "forwarded"
            )
        }
        try closed.send(write("https://app.example.com"), "forwarded")
        try plain.send(write("https://app.example.com"), "refused by cors")
    }

    @Test func `two origins are nobody's word`() throws {
        try closed.send(
            """
            POST https://api.example.com/v1/login {
              header origin "https://app.example.com"
              header origin "https://app.example.com"
              json {}
            }
            """,
            "refused by cors"
        )
    }

    @Test func `an origin that ends is listed until then`() throws {
        let ending = Sentences(
            site: Self.map + "\ncors { origins pages\nmethods POST }",
            above: "list pages of origin { https://app.example.com until 2026-12-15 }"
        )
        try ending.say(
            "at 2026-12-15T23:59Z\nsend \(write("https://app.example.com"))\nexpect forwarded"
        )
        try ending.say(
            "at 2026-12-16\nsend \(write("https://app.example.com"))\nexpect refused by cors"
        )
    }

    // MARK: Maintenance

    @Test func `maintenance shuts all but what is still open`() throws {
        try closed.say(
            """
            while maintenance is on
            send GET https://api.example.com/v1/users/42
            expect refused by maintenance
            send GET https://api.example.com/nowhere
            expect answered 503
            send GET https://api.example.com/v1/search
            expect forwarded
            send POST https://api.example.com/v1/search
            expect refused by maintenance
            send \(preflight("https://app.example.com"))
            expect answered 204
            """
        )
        try closed.send("GET https://api.example.com/v1/users/42", "forwarded")
    }

    @Test func `who may skip maintenance goes on, on the routes that say so`() throws {
        let skipping = Sentences(
            site: Self.map
                + "\nallow staff to skip maintenance on user because \"a test\" until 2026-12-31",
            above: "list staff of ip { 198.51.100.0/24 }\nmaintenance { answer 503 }"
        )
        try skipping.say(
            """
            while maintenance is on
            send GET https://api.example.com/v1/users/42 from 198.51.100.7
            expect forwarded
            send GET https://api.example.com/v1/users/42 from 203.0.113.7
            expect refused by maintenance
            send GET https://api.example.com/v1/search from 198.51.100.7
            expect refused by maintenance
            at 2027-01-01
            send GET https://api.example.com/v1/users/42 from 198.51.100.7
            expect refused by maintenance
            """
        )
    }

    @Test func `the gate in front of everything lets in who is listed, and to what is open`() throws
    {
        let gated = Sentences(
            site: Self.map,
            above: """
                list office of ip { 198.51.100.0/24 }
                access by invitation {
                  signed with env("INVITATION_SECRET")
                  lists office
                  still open GET /v1/search
                }
                """
        )
        try gated.send("GET https://api.example.com/v1/users/42", "refused by access")
        try gated.send("GET https://api.example.com/nowhere", "refused by access")
        try gated.send("GET https://api.example.com/v1/users/42 from 198.51.100.7", "forwarded")
        try gated.send("GET https://api.example.com/v1/search", "forwarded")
        try gated.send("POST https://api.example.com/v1/search", "refused by access")
    }

    // MARK: Route

    @Test func `the most specific path owns a request, and no other is asked`() throws {
        try plain.send("GET https://api.example.com/v1/users/me", "forwarded to other")
        try plain.send("GET https://api.example.com/v1/users/42", "forwarded to api")
        try plain.send("POST https://api.example.com/v1/users/me", "answered 405")
        try plain.send("GET https://api.example.com/v1/login", "answered 405")
        try plain.send("GET https://api.example.com/v1/users", "answered 404")
        try plain.send("GET https://api.example.com/v1/users/42/more", "refused by route")
        try plain.send("GET https://api.example.com/V1/search", "answered 404")
    }

    @Test func `what is open below holds itself, and a GET answers HEAD`() throws {
        try plain.send("GET https://api.example.com/files", "forwarded")
        try plain.send("GET https://api.example.com/files/a/b/c", "forwarded")
        try plain.send("HEAD https://api.example.com/v1/search", "forwarded")
        try plain.send("GET https://api.example.com/filesystem", "refused by route")
    }

    @Test func `the root is a route of its own`() throws {
        let root = Sentences(site: "route home GET / { public because \"a test\" }")
        try root.send("GET https://api.example.com/", "forwarded")
        try root.send("GET https://api.example.com/a", "refused by route")
    }

    // MARK: Block

    private func blocking(_ condition: String, _ above: String = "") -> Sentences {
        Sentences(site: Self.map + "\nblock bad when \(condition)", above: above)
    }

    private func search(_ rest: String = "") -> String {
        "GET https://api.example.com/v1/search\(rest)"
    }

    @Test func `a block refuses whom it describes, and beats every allowance that names it not`()
        throws
    {
        let list = "list banned of ip { 198.51.100.0/24\n203.0.113.7 until 2026-12-01 }"
        let banned = blocking("client.ip in banned", list)
        try banned.send(search(" from 198.51.100.7"), "refused by bad")
        try banned.send(search(" from 198.51.101.7"), "forwarded")
        try banned.say(
            "at 2026-12-01T23:00Z\nsend \(search(" from 203.0.113.7"))\nexpect refused by bad"
        )
        try banned.say("at 2026-12-02\nsend \(search(" from 203.0.113.7"))\nexpect forwarded")
    }

    @Test func `an allowance for something else lets nobody past a block`() throws {
        let both = Sentences(
            site: Self.map + """

                block bad when query.q is "no"
                limit reading { for GET HEAD
                  at most 9/m per ip
                  if redis is down let through }
                allow staff to skip reading because "a test" until 2026-12-31
                """,
            above: "list staff of ip { 198.51.100.0/24 }"
        )
        try both.send(search("?q=no from 198.51.100.7"), "refused by bad")
        try both.send(search("?q=yes from 198.51.100.7"), "forwarded")
    }

    @Test func `who claims to be a crawler and is none is an impostor`() throws {
        let bots = blocking("client.bot is impostor")
        let agent = "header user-agent \"Mozilla/5.0 (compatible; Googlebot/2.1)\""
        try bots.send(search(" { \(agent) }"), "refused by bad")
        try bots.send(search(" from verified googlebot { \(agent) }"), "forwarded")
        try bots.send(search(), "forwarded")
    }

    @Test(arguments: [
        ("query.q is \"a\"", "?q=a", "?q=b"),
        ("query.q in \"a\", \"b\"", "?q=b", "?q=c"),
        ("query.q contains \"low\"", "?q=flower", "?q=flo"),
        ("query.q starts with \"fl\"", "?q=flower", "?q=aflower"),
        ("query.q ends with \"er\"", "?q=flower", "?q=flowers"),
        ("query.q like \"a/*/c\"", "?q=a/b/c", "?q=a/b/b/c"),
        ("query.q matches r\"^[0-9]+$\"", "?q=123", "?q=12a"),
        ("query.q is present", "?q=", "?p=1"),
        ("query.q is present and query.p is present", "?q=1&p=1", "?q=1"),
        ("query.q is present or query.p is present", "?p=1", "?r=1"),
        ("not (query.q is absent)", "?q=1", "?p=1"),
        ("query.q is present and (query.p is \"1\" or query.p is \"2\")", "?q=&p=2", "?q=&p=3"),
        ("request.path starts with \"/v1/s\" and query.q is \"1\"", "?q=1", "?q=2"),
        ("route is search and query.q is \"1\"", "?q=1", "?q=2"),
    ])
    func `a question is answered as it reads`(condition: String, yes: String, no: String) throws {
        let bad = blocking(condition)
        try bad.send("GET \"https://api.example.com/v1/search\(yes)\"", "refused by bad")
        try bad.send("GET \"https://api.example.com/v1/search\(no)\"", "forwarded")
    }

    @Test func `each field is read from its own place`() throws {
        try blocking("header.x-tool is \"a\"").send(
            search(" { header X-Tool \"a\" }".lowercased()),
            "refused by bad"
        )
        try blocking("cookie.x is \"a\"").send(
            search(" { header cookie \"y=b; x=a\" }"),
            "refused by bad"
        )
        try blocking("cookie.x is \"a\"").send(search(" { header cookie \"y=x=a\" }"), "forwarded")
        let id = blocking("path.id is \"7\"")
        try id.send("GET https://api.example.com/v1/users/7", "refused by bad")
        try id.send("GET https://api.example.com/v1/users/8", "forwarded")
        try blocking("request.host is api.example.com").send(search(), "refused by bad")
        try blocking("request.method is HEAD").send(
            "HEAD https://api.example.com/v1/search",
            "refused by bad"
        )
        try blocking("request.method is HEAD").send(search(), "forwarded")
        try blocking("query.q is \"a b\"").send(search("?q=a+b"), "refused by bad")
        try blocking("query.q is \"a b\"").send(search("?q=a%20b"), "refused by bad")
    }

    @Test func `of several blocks the first by name is named`() throws {
        let both = Sentences(
            site: Self.map
                + "\nblock zebra when query.q is \"1\"\nblock ant when query.q is present"
        )
        try both.send(search("?q=1"), "refused by ant")
    }

    @Test func `a block that asks about the body or the caller waits until they are known`() throws
    {
        let token = blocking("token.plan is \"free\"")
        try token.send(
            search(" { token { \"sub\": \"1\", \"plan\": \"free\" } }"),
            "refused by bad"
        )
        try token.send(search(), "forwarded")
        let body = blocking("json.kind is \"bad\"")
        let login = "POST https://api.example.com/v1/login"
        try body.send("\(login) { json { \"kind\": \"bad\" } }", "refused by bad")
        try body.send("\(login) { json { \"kind\": [\"bad\"] } }", "forwarded")
        try body.send("\(login) { json { \"kind\": \"good\" } }", "forwarded")
    }
}
