import Testing

/// Stages 9, 10 and 12: who asks, and what they bring.
struct CallerStageTests {
    private static let map = """
        accept json up to 64B
        route open GET POST /open { public including POST because "a test" }
        route half GET /half { public because "only reading" }
        route brief GET /brief { public because "a test" until 2026-12-31 }
        route profile GET PUT /profile
        route admin GET /admin/** { roles admin, owner }
        limit writing { for POST PUT
          at most 1000/m per ip
          if redis is down refuse }
        """

    private let plain = Sentences(site: map)
    private func url(_ path: String) -> String { "https://api.example.com\(path)" }

    // MARK: Sign-in

    @Test func `a route wants a token unless it says public, method by method`() throws {
        try plain.send("GET \(url("/profile"))", "refused by auth")
        try plain.send("GET \(url("/profile"))", "answered 401")
        try plain.send("GET \(url("/profile")) { token { \"sub\": \"1\" } }", "forwarded")
        try plain.send("GET \(url("/open"))", "forwarded")
        try plain.send("POST \(url("/open")) { json {} }", "forwarded")
        try plain.send("GET \(url("/half"))", "forwarded")
        try plain.send("HEAD \(url("/half"))", "forwarded")
    }

    @Test func `a route is public until the end of its day`() throws {
        try plain.say("at 2026-12-31T23:59Z\nsend GET \(url("/brief"))\nexpect forwarded")
        try plain.say("at 2027-01-01\nsend GET \(url("/brief"))\nexpect refused by auth")
    }

    @Test func `bad credentials are refused where none are needed, too`() throws {
        let bad = "{ header authorization \"Bearer forged\" }"
        try plain.send("GET \(url("/open")) \(bad)", "refused by auth")
        try plain.send("GET \(url("/profile")) \(bad)", "answered 401")
        try plain.send("GET \(url("/open")) { token { \"sub\": \"1\" } }", "forwarded")
    }

    @Test func `where no auth is written, credentials are the application's to judge`() throws {
        let rules = Sentences(site: Self.map, knowsTokens: false)
        let some = "{ header authorization \"Basic c2FtOmhlbGxv\" }"
        try rules.send("GET \(url("/open")) \(some)", "forwarded")
        try rules.send("GET \(url("/profile")) \(some)", "refused by auth")
    }

    @Test func `a token counts for whom, from whom and until when it says`() throws {
        let profile = "GET \(url("/profile"))"
        try plain.send("\(profile) { token { \"sub\": \"1\", \"exp\": 1795132801 } }", "forwarded")
        try plain.send(
            "\(profile) { token { \"sub\": \"1\", \"exp\": 1795132800 } }",
            "refused by auth"
        )
        try plain.send(
            "\(profile) { token { \"sub\": \"1\", \"nbf\": 1795132801 } }",
            "refused by auth"
        )
        try plain.send(
            "\(profile) { token { \"sub\": \"1\", \"iss\": \"https://evil.example.net\" } }",
            "refused by auth"
        )
        try plain.send(
            "\(profile) { token { \"sub\": \"1\", \"aud\": [\"web\", \"api\"] } }",
            "forwarded"
        )
        try plain.send(
            "\(profile) { token { \"sub\": \"1\", \"aud\": \"web\" } }",
            "refused by auth"
        )
    }

    @Test func `one of the roles is needed, whatever else the token says`() throws {
        let admin = "GET \(url("/admin/a/b"))"
        try plain.send("\(admin) { token { \"sub\": \"1\", \"role\": \"admin\" } }", "forwarded")
        try plain.send(
            "\(admin) { token { \"sub\": \"1\", \"role\": [\"guest\", \"owner\"] } }",
            "forwarded"
        )
        try plain.send(
            "\(admin) { token { \"sub\": \"1\", \"role\": \"member\" } }",
            "refused by roles"
        )
        try plain.send(
            "\(admin) { token { \"sub\": \"1\", \"role\": \"administrator\" } }",
            "answered 403"
        )
        try plain.send("\(admin) { token { \"sub\": \"admin\" } }", "refused by roles")
        try plain.send(admin, "refused by auth")
    }

    // MARK: Admit

    private let invited = Sentences(
        site: map + """

            admit invited when token.invited is true else answer 402
            admit adult when token.age at least 18
            allow qa to skip invited because "a test" until 2026-12-31
            """,
        above: "list qa of ip { 198.51.100.0/24 }"
    )

    private func profile(_ claims: String, _ from: String = "") -> String {
        "GET https://api.example.com/profile\(from) { token { \"sub\": \"1\"\(claims) } }"
    }

    @Test func `every admit says yes, and the first by name is named`() throws {
        try invited.send(profile(", \"invited\": true, \"age\": 18"), "forwarded")
        try invited.send(profile(", \"invited\": false, \"age\": 18"), "refused by invited")
        try invited.send(profile(", \"invited\": false, \"age\": 18"), "answered 402")
        try invited.send(profile(", \"invited\": true, \"age\": 17"), "refused by adult")
        try invited.send(profile(", \"invited\": true, \"age\": 17"), "answered 403")
        try invited.send(profile(""), "refused by adult")
    }

    @Test func `true is no text, and a text no number`() throws {
        try invited.send(profile(", \"invited\": \"true\", \"age\": 18"), "refused by invited")
        try invited.send(profile(", \"invited\": 1, \"age\": 18"), "refused by invited")
        try invited.send(profile(", \"invited\": true, \"age\": \"18\""), "refused by adult")
    }

    @Test func `an admit that reads the token asks nothing of those who need none`() throws {
        try invited.send("GET \(url("/open"))", "forwarded")
        try invited.send("GET \(url("/open")) { token { \"sub\": \"1\" } }", "refused by adult")
    }

    @Test func `who may skip an admit skips that one alone`() throws {
        try invited.send(profile(", \"age\": 18", " from 198.51.100.7"), "forwarded")
        try invited.send(profile(", \"age\": 17", " from 198.51.100.7"), "refused by adult")
        try invited.send(profile(", \"age\": 18", " from 198.51.101.7"), "refused by invited")
    }

    @Test func `an admit can ask the address and the body`() throws {
        let office = Sentences(
            site: Self.map
                + "\nadmit office when client.ip in offices\nadmit small when json.size is absent or json.size below 10",
            above: "list offices of ip { 198.51.100.0/24 }"
        )
        try office.send("GET \(url("/open"))", "refused by office")
        try office.send(
            "POST \(url("/open")) from 198.51.100.7 { json { \"size\": 9 } }",
            "forwarded"
        )
        try office.send(
            "POST \(url("/open")) from 198.51.100.7 { json { \"size\": 10 } }",
            "refused by small"
        )
    }

    // MARK: Accept

    private func post(_ rest: String) -> String { "POST \(url("/open")) { \(rest) }" }

    @Test(arguments: [
        "header content-type \"text/plain\"\nbody \"{}\"", "body \"{}\"", "form \"a=b\"",
        "header content-type \"application/json\"\nheader content-encoding \"gzip\"\njson {}",
        "header content-type \"application/jsonp\"\nbody \"{}\"",
        "header content-type \"application/json\"\nheader content-type \"text/plain\"\nbody \"{}\"",
    ])
    func `a body of another type is not taken`(rest: String) throws {
        try plain.send(post(rest), "refused by accept")
        try plain.send(post(rest), "answered 415")
    }

    @Test func `a body of the type is, however it is spelled`() throws {
        for type in [
            "application/json", "Application/JSON; charset=utf-8", "application/problem+json",
        ] {
            try plain.send(post("header content-type \"\(type)\"\njson { \"a\": 1 }"), "forwarded")
        }
        try plain.send("POST \(url("/open"))", "forwarded")
    }

    @Test(arguments: [
        "application/x-www-form-urlencoded, a+json", "application/x-www-form-urlencoded json+json",
        "application/json;charset=utf-16", "application/json; charset=\\\"IBM037\\\"",
        "application/json; charset*=utf-8''utf-16", "application/json; charset = utf-7",
        "+json", "a/b/c+json",
    ])
    func `a type that is read in more than one way is none`(type: String) throws {
        let sent = post("header content-type \"\(type)\"\nbody \"{}\"")
        try plain.send(sent, "answered 415")
        try plain.send(
            post("header content-type \"application/json; charset=\\\"UTF-8\\\"\"\nbody \"{}\""),
            "forwarded"
        )
    }

    @Test(arguments: [
        "boundary=\"A;B\"", "boundary=\"A\\\"B\"", "boundary=A; boundary*=utf-8''B",
        "boundary=A; boundary*0=B", "boundary=A; boundary=B", "boundary=A\"",
    ])
    func `a boundary that is read in more than one way is none`(parameter: String) throws {
        let map = Self.map.replacing("accept json up to 64B", with: "accept multipart up to 1KiB")
        let escaped = parameter.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        // Whatever it is taken for, the body has it.
        for boundary in ["\\\"A", "A", "A\\\\\\\"B", "A\\\"", "B"] {
            let body =
                "--\(boundary)|Content-Disposition: form-data; name=\\\"a\\\"||b|--\(boundary)--|"
                .replacing("|", with: "\\u{d}\\n")
            try Sentences(site: map).send(
                post("header content-type \"multipart/form-data; \(escaped)\"\nbody \"\(body)\""),
                "refused by accept"
            )
        }
    }

    @Test func `a body may be as large as it says, and no larger`() throws {
        let text = String(repeating: "a", count: 62)
        try plain.send(post("json \"\(text)\""), "forwarded")
        try plain.send(post("json \"\(text)a\""), "refused by accept")
        try plain.send(post("json \"\(text)a\""), "answered 413")
        try plain.send(post("header transfer-encoding \"chunked\"\njson \"\(text)\""), "forwarded")
        try plain.send(
            post("header transfer-encoding \"chunked\"\njson \"\(text)a\""),
            "answered 413"
        )
    }

    @Test(arguments: [
        "{ \\\"a\\\": 1, \\\"a\\\": 2 }", "{", "{} {}", "[1,]", "{ 'a': 1 }", "nul", "01",
        "\\\"\\u{7}\\\"",
    ])
    func `a body that is not what its type says goes nowhere`(text: String) throws {
        try plain.send(
            post("header content-type \"application/json\"\nbody \"\(text)\""),
            "refused by accept"
        )
        try plain.send(
            post("header content-type \"application/json\"\nbody \"\(text)\""),
            "answered 400"
        )
    }

    @Test func `what is nested without end is refused`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        let wide = Sentences(site: Self.map.replacing("64B", with: "4KiB"))
        func sent(_ depth: Int) -> String {
            post("header content-type \"application/json\"\nbody \"\(nested(depth))\"")
        }
        try wide.send(sent(32), "forwarded")
        try wide.send(sent(33), "refused by accept")
    }

    @Test func `the nearest scope says what is taken, and nothing is taken unsaid`() throws {
        let kinds = Sentences(
            site: """
                route none POST /none
                route closed POST /closed { accept nothing }
                route forms POST /forms { accept form up to 1KiB }
                route parts POST /parts { accept multipart up to 1KiB }
                route raw POST /raw { accept bytes up to 8B }
                route notes POST /notes { accept text up to 1KiB }
                limit writing { for POST
                  at most 1000/m per ip
                  if redis is down refuse }
                """
        )
        func sent(_ path: String, _ rest: String) -> String {
            "POST https://api.example.com\(path) { token { \"sub\": \"1\" }\n\(rest) }"
        }
        try kinds.send(sent("/none", "json {}"), "refused by accept")
        try kinds.send(sent("/closed", "json {}"), "refused by accept")
        try kinds.send(sent("/forms", "form \"a=b\""), "forwarded")
        try kinds.send(sent("/forms", "json {}"), "refused by accept")
        try kinds.send(
            sent("/notes", "header content-type \"text/plain\"\nbody \"hi\""),
            "forwarded"
        )
        try kinds.send(sent("/raw", "json {}"), "forwarded")
        try kinds.send(
            sent("/raw", "header content-type \"image/png\"\nbody \"12345678\""),
            "forwarded"
        )
        try kinds.send(
            sent("/raw", "header content-type \"image/png\"\nbody \"123456789\""),
            "answered 413"
        )
        let part =
            "--x\\r\\nContent-Disposition: form-data; name=\\\"a\\\"\\r\\n\\r\\nb\\r\\n--x--\\r\\n"
            .replacing("\\r", with: "\\u{d}")
        try kinds.send(
            sent(
                "/parts",
                "header content-type \"multipart/form-data; boundary=x\"\nbody \"\(part)\""
            ),
            "forwarded"
        )
        try kinds.send(
            sent("/parts", "header content-type \"multipart/form-data\"\nbody \"\(part)\""),
            "refused by accept"
        )
        try kinds.send(
            sent("/parts", "header content-type \"multipart/form-data; boundary=x\"\nbody \"a=b\""),
            "refused by accept"
        )
    }

    // MARK: Forward

    @Test func `a request goes where the nearest scope sends it`() throws {
        let sends = Sentences(
            site: """
                route here GET /here { public because "a test" }
                route there GET /there { public because "a test"
                  send to other }
                route moved GET /moved { public because "a test"
                  redirect to https://www.example.com/ 301 }
                route gone GET /gone { public because "a test"
                  redirect to /here }
                """
        )
        try sends.send("GET \(url("/here"))", "forwarded to api")
        try sends.send("GET \(url("/there"))", "forwarded to other")
        try sends.send("GET \(url("/moved"))", "answered 301")
        try sends.send("GET \(url("/gone"))", "answered 308")
    }
}
