import Testing

/// Stages 8, 11 and 12: how much is too much, and for whom.
struct LimitStageTests {
    private static let map = """
        accept json up to 1KiB
        route search GET /search { public because "anyone may look" }
        route other GET /other { public because "anyone may look" }
        route login POST /login { public including POST because "to sign in" }
        route profile GET /profile
        """
    /// What lets the public route that writes be.
    private static let guarded = """
        limit zz_guard { for POST
          at most 100000/m per ip
          if redis is down refuse }
        """

    private func under(_ limit: String, _ above: String = "") -> Sentences {
        Sentences(site: Self.map + "\n" + Self.guarded + "\n" + limit, above: above)
    }

    private static let search = "send GET https://api.example.com/search"
    private static let login = "send POST https://api.example.com/login"

    @Test func `a limit holds for each address, and gives back with time`() throws {
        let three = under(
            "limit reading { for GET HEAD\nat most 3/m per ip\nif redis is down let through }"
        )
        try three.say(
            """
            repeat 3 { \(Self.search) from 192.0.2.7
            expect forwarded }
            \(Self.search) from 192.0.2.7
            expect limited by reading
            \(Self.search) from 192.0.2.7
            expect answered 429
            \(Self.search) from 192.0.2.8
            expect forwarded
            at 2026-11-20T00:01Z
            repeat 3 { \(Self.search) from 192.0.2.7
            expect forwarded }
            \(Self.search) from 192.0.2.7
            expect limited by reading
            """
        )
    }

    @Test func `a burst says how many at once, and the rate how fast they come back`() throws {
        let five = under(
            "limit reading { for GET HEAD\nat most 60/h burst 2 per ip\nif redis is down let through }"
        )
        try five.say(
            """
            repeat 2 { \(Self.search)
            expect forwarded }
            \(Self.search)
            expect limited by reading
            at 2026-11-20T00:01Z
            \(Self.search)
            expect forwarded
            \(Self.search)
            expect limited by reading
            """
        )
    }

    @Test func `a household of IPv6 has one bucket, and its neighbours another`() throws {
        let one = under(
            "limit reading { for GET HEAD\nat most 1/m per ip\nif redis is down let through }"
        )
        try one.say(
            """
            \(Self.search) from 2001:db8:1::1
            expect forwarded
            \(Self.search) from 2001:db8:1:0:ffff::2
            expect limited by reading
            \(Self.search) from 2001:db8:1:1::1
            expect forwarded
            """
        )
    }

    @Test func `a limit counts the methods and the routes it names`() throws {
        let some = under(
            """
            limit writing on login { for POST
              at most 1/m per ip
              if redis is down refuse }
            limit looking on search { for GET HEAD
              at most 1/m per ip
              if redis is down let through }
            """
        )
        try some.say(
            """
            \(Self.search)
            expect forwarded
            send HEAD https://api.example.com/search
            expect limited by looking
            send GET https://api.example.com/other
            expect forwarded
            \(Self.login) { json {} }
            expect forwarded
            \(Self.login) { json {} }
            expect limited by writing
            """
        )
    }

    @Test func `several lines all hold, and each has a bucket of its own`() throws {
        let two = under(
            "limit reading { for GET HEAD\nat most 2/m per ip\nat most 3/h per everyone\nif redis is down let through }"
        )
        try two.say(
            """
            repeat 2 { \(Self.search) from 192.0.2.7
            expect forwarded }
            \(Self.search) from 192.0.2.7
            expect limited by reading
            \(Self.search) from 192.0.2.8
            expect forwarded
            \(Self.search) from 192.0.2.9
            expect limited by reading
            """
        )
    }

    @Test func `what one limit refuses, another has not counted`() throws {
        let two = under(
            """
            limit narrow on search { for GET HEAD
              at most 1/m per ip
              if redis is down let through }
            limit wide { for GET HEAD
              at most 2/m per ip
              if redis is down let through }
            """
        )
        try two.say(
            """
            \(Self.search)
            expect forwarded
            repeat 5 { \(Self.search)
            expect limited by narrow }
            send GET https://api.example.com/other
            expect forwarded
            send GET https://api.example.com/other
            expect limited by wide
            """
        )
    }

    @Test func `of several spent limits the first by name is named`() throws {
        let two = under(
            """
            limit beta { for GET HEAD
              at most 1/m per ip
              if redis is down let through }
            limit alpha { for GET HEAD
              at most 1/m per ip
              if redis is down let through }
            """
        )
        try two.say("\(Self.search)\nexpect forwarded\n\(Self.search)\nexpect limited by alpha")
    }

    @Test func `a limit on trial refuses nobody, and spares no other limit`() throws {
        let two = under(
            """
            limit aa_trial { for GET HEAD
              on trial
              at most 1/m per ip
              if redis is down let through }
            limit reading { for GET HEAD
              at most 3/m per ip
              if redis is down let through }
            """
        )
        try two.say(
            "repeat 3 { \(Self.search)\nexpect forwarded }\n\(Self.search)\nexpect limited by reading"
        )
    }

    @Test func `limits by address come before sign-in`() throws {
        let one = under(
            "limit reading { for GET HEAD\nat most 1/m per ip\nif redis is down let through }"
        )
        try one.say(
            """
            send GET https://api.example.com/profile
            expect refused by auth
            send GET https://api.example.com/profile
            expect limited by reading
            """
        )
    }

    @Test func `whoever is signed in has a bucket of their own, wherever they are`() throws {
        let one = under(
            "limit reading { for GET HEAD\nat most 1/m per user or ip\nif redis is down let through }"
        )
        let profile = "send GET https://api.example.com/profile"
        try one.say(
            """
            \(profile) from 192.0.2.7 { token { "sub": "1" } }
            expect forwarded
            \(profile) from 192.0.2.8 { token { "sub": "1" } }
            expect limited by reading
            \(profile) from 192.0.2.7 { token { "sub": "2" } }
            expect forwarded
            \(Self.search) from 192.0.2.7
            expect forwarded
            \(Self.search) from 192.0.2.7
            expect limited by reading
            """
        )
    }

    @Test func `whoever signs in under an address's spelling has another bucket`() throws {
        let one = under(
            "limit reading { for GET HEAD\nat most 1/m per user or ip\nif redis is down let through }"
        )
        try one.say(
            """
            \(Self.search) from 192.0.2.7
            expect forwarded
            send GET https://api.example.com/profile { token { "sub": "192.0.2.7" } }
            expect forwarded
            """
        )
    }

    @Test func `a field of the body can be a key, and its absence is none`() throws {
        let mail = under(
            "limit guessing on login { for POST\nat most 1/m per json.email\nif redis is down refuse }"
        )
        try mail.say(
            """
            \(Self.login) from 192.0.2.1 { json { "email": "a@example.com" } }
            expect forwarded
            \(Self.login) from 192.0.2.2 { json { "email": "a@example.com" } }
            expect limited by guessing
            \(Self.login) { json { "email": "b@example.com" } }
            expect forwarded
            repeat 3 { \(Self.login) { json { "other": 1 } }
            expect forwarded }
            """
        )
    }

    @Test func `a query or a header can be a key`() throws {
        let key = under(
            "limit reading { for GET HEAD\nat most 1/m per header.x-key or query.k\nif redis is down let through }"
        )
        try key.say(
            """
            \(Self.search)?k=1
            expect forwarded
            \(Self.search)?k=1
            expect limited by reading
            \(Self.search)?k=1 { header x-key "1" }
            expect forwarded
            \(Self.search)?k=2
            expect forwarded
            repeat 2 { \(Self.search)
            expect forwarded }
            """
        )
    }

    // MARK: Failures and blocks

    @Test func `only failures count where failures are counted, and they are 401 and 403`() throws {
        let guess = under(
            "limit sign_in on login { for POST\nat most 2/h per ip\ncount failures\nif redis is down refuse }"
        )
        for status in [401, 403] {
            try guess.say(
                """
                repeat 9 { \(Self.login) { json {} }
                expect forwarded }
                repeat 2 { \(Self.login) { json {}
                answer \(status) }
                expect forwarded }
                \(Self.login) { json {} }
                expect limited by sign_in
                """
            )
        }
        for status in [200, 400, 404, 500] {
            try guess.say(
                "repeat 9 { \(Self.login) { json {}\nanswer \(status) }\nexpect forwarded }"
            )
        }
    }

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

    @Test func `who keeps being blocked is shut out for a while`() throws {
        let blocks = under(
            """
            limit probing { at most 2/h per ip
              count blocks
              shut out for 15m
              if redis is down at most 1/h on each node }
            """,
            Self.signature
        )
        try blocks.say(
            """
            repeat 9 { \(Self.search)?q=good
            expect forwarded }
            repeat 2 { \(Self.search)?q=evil
            expect blocked by WAF_BAD_001 }
            \(Self.search)?q=good
            expect limited by probing
            \(Self.search)?q=good from 192.0.2.99
            expect forwarded
            at 2026-11-20T00:14Z
            \(Self.search)?q=good
            expect limited by probing
            at 2026-11-20T00:16Z
            \(Self.search)?q=good
            expect forwarded
            """
        )
    }

    @Test func `a block gives back what it named, and not what it sent`() throws {
        let mail = under(
            "limit guessing on login { for POST\nat most 1/h per json.email\nif redis is down refuse }",
            Self.signature
        )
        try mail.say(
            """
            repeat 3 { \(Self.login) { json { "email": "a@example.com", "text": "evil" } }
            expect blocked by WAF_BAD_001 }
            \(Self.login) { json { "email": "a@example.com" } }
            expect forwarded
            \(Self.login) { json { "email": "a@example.com" } }
            expect limited by guessing
            """
        )
        let address = under(
            "limit sending on login { for POST\nat most 2/h per ip\nif redis is down refuse }",
            Self.signature
        )
        try address.say(
            """
            repeat 2 { \(Self.login) { json { "text": "evil" } }
            expect blocked by WAF_BAD_001 }
            \(Self.login) { json {} }
            expect limited by sending
            """
        )
    }

    // MARK: When nobody can count

    @Test func `without Redis each limit does what it says`() throws {
        let through = under(
            "limit reading { for GET HEAD\nat most 1/m per ip\nif redis is down let through }"
        )
        try through.say("while redis is down\nrepeat 9 { \(Self.search)\nexpect forwarded }")
        let refuse = under(
            "limit reading { for GET HEAD\nat most 9/m per ip\nif redis is down refuse }"
        )
        try refuse.say(
            "while redis is down\n\(Self.search)\nexpect refused by reading\n\(Self.search)\nexpect answered 503"
        )
        let node = under(
            "limit reading { for GET HEAD\nat most 9/m per ip\nif redis is down at most 2/m on each node }"
        )
        try node.say(
            """
            repeat 9 { \(Self.search)
            expect forwarded }
            while redis is down
            repeat 2 { \(Self.search)
            expect forwarded }
            \(Self.search)
            expect limited by reading
            """
        )
    }

    @Test func `without Redis the strictest of several says no`() throws {
        let both = under(
            """
            limit zz_refusing { for GET HEAD
              at most 9/m per ip
              if redis is down refuse }
            limit aa_node { for GET HEAD
              at most 9/m per ip
              if redis is down at most 9/m on each node }
            """
        )
        try both.say("while redis is down\n\(Self.search)\nexpect refused by zz_refusing")
    }

    @Test func `failures are given back on the node too`() throws {
        let guess = under(
            "limit sign_in on login { for POST\nat most 9/h per ip\ncount failures\nif redis is down at most 2/h on each node }"
        )
        // The guard of the public route would refuse first.
        let alone = Sentences(
            site: Self.map
                + "\nlimit sign_in on login { for POST\nat most 9/h per ip\ncount failures\nif redis is down at most 2/h on each node }"
        )
        try guess.say("while redis is down\n\(Self.login) { json {} }\nexpect refused by zz_guard")
        try alone.say(
            """
            while redis is down
            repeat 9 { \(Self.login) { json {} }
            expect forwarded }
            repeat 2 { \(Self.login) { json {}
            answer 401 }
            expect forwarded }
            \(Self.login) { json {} }
            expect limited by sign_in
            """
        )
    }

    // MARK: Who may skip

    @Test func `an allowance skips the limits it names, where and until when it says`() throws {
        let some = under(
            """
            limit reading { for GET HEAD
              at most 1/m per ip
              if redis is down let through }
            limit browsing { for GET HEAD
              at most 5/m per ip
              if redis is down let through }
            allow qa to skip reading on search because "a test" until 2026-12-31
            allow verified googlebot to skip reading, browsing on search because "a test" until 2026-12-31
            """,
            "list qa of ip { 198.51.100.0/24 }"
        )
        try some.say(
            """
            repeat 5 { \(Self.search) from 198.51.100.7
            expect forwarded }
            \(Self.search) from 198.51.100.7
            expect limited by browsing
            send GET https://api.example.com/other from 198.51.100.8
            expect forwarded
            send GET https://api.example.com/other from 198.51.100.8
            expect limited by reading
            repeat 20 { \(Self.search) from verified googlebot
            expect forwarded }
            """
        )
        try some.say(
            "\(Self.search) from verified bingbot\nexpect forwarded\n\(Self.search) from verified bingbot\nexpect limited by reading"
        )
        try some.say(
            """
            at 2027-01-01
            \(Self.search) from 198.51.100.7
            expect forwarded
            \(Self.search) from 198.51.100.7
            expect limited by reading
            """
        )
    }
}
