import Testing

/// Ways round a limit that a client could try.
struct LimitDodgeTests {
    private static let map = """
        accept json, form up to 1KiB
        route login POST /login { public including POST because "to sign in" }
        limit zz_guard { for POST
          at most 100000/m per ip
          if redis is down refuse }
        """
    private static let signature = """
        signature WAF_BAD_001 "the word" {
          class bad
          severity critical
          known bad
          look in query, json
          contains "evil"
          catches "evil"
          spares "good"
        }
        class bad "bad words"
        inspect { block GET HEAD POST }
        """

    private static let login = "send POST https://api.example.com/login"

    private func under(_ limit: String, _ above: String = "") -> Sentences {
        Sentences(site: Self.map + "\n" + limit, above: above)
    }

    @Test(arguments: [
        ("json { \"email\": \"a@example.com\" }", "json { \"email\": \"A@Example.com\" }"),
        ("json { \"email\": \"a@example.com\" }", "json { \"email\": \" a@example.com\\t\" }"),
        ("form \"email=a&email=b\"", "form \"email=a&email=c\""),
        ("form \"email=b&email=a\"", "form \"email=c&email=a&email=d\""),
    ])
    func `nobody has more tokens for spelling one thing in many ways`(
        first: String,
        second: String
    ) throws {
        let mail = under(
            """
            limit by_json on login { for POST\nat most 1/m per json.email\nif redis is down refuse }
            limit by_form on login { for POST\nat most 1/m per form.email\nif redis is down refuse }
            """
        )
        try mail.say(
            """
            \(Self.login) { \(first) }
            expect forwarded
            \(Self.login) { \(second) }
            expect answered 429
            """
        )
        try mail.say(
            "\(Self.login) { form \"email=a&email=a\" }\nexpect forwarded\n"
                + "\(Self.login) { form \"email=a\" }\nexpect limited by by_form\n"
                + "\(Self.login) { form \"email=a&email=b\" }\nexpect forwarded"
        )
    }

    @Test func `who is blocked under their own name pays for it`() throws {
        let own = under(
            "limit sending on login { for POST\nat most 2/h per user or ip\nif redis is down refuse }",
            Self.signature
        )
        for who in ["", "token { \"sub\": \"1\" }\n"] {
            try own.say(
                """
                repeat 2 { \(Self.login) { \(who)json { "text": "evil" } }
                expect blocked by WAF_BAD_001 }
                \(Self.login) { \(who)json {} }
                expect limited by sending
                """
            )
        }
    }
}
