import Policy
import Rules
import TestSupport
import Testing
import Vocabulary

/// What holds for the whole gateway, and what stands in files beside the rules.
struct LoweringTermsTests {
    private let url = "https://api.example.com/"

    @Test func `maintenance shows its page, and leaves open what it says`() throws {
        let above = """
            maintenance { file "/run/maintenance"
              answer 503 with page "pages/soon.txt" and retry after 10m
              still open GET /healthz }
            """
        let rules = """
            route all GET /** { public because "x" }
            allow 198.51.100.0/24 to skip maintenance because "we look" until 2026-12-24
            """
        let world = try World(site(rules, above: above), ["pages/soon.txt": "Soon."])
        world.circumstances.isUnderMaintenance = true

        #expect(try world.verdict("GET \(url)a") == "refused by maintenance, 503")
        #expect(try world.verdict("HEAD \(url)healthz") == "forwarded to api")
        try world.comes(from: "198.51.100.9")
        #expect(try world.verdict("GET \(url)a") == "forwarded to api")
        let terms = try #require(world.policy.maintenance)
        #expect(terms.answer.retryAfterSeconds == 600)
        #expect(world.policy.pages[terms.answer.page ?? 0].bytes == Array("Soon.".utf8))
    }

    @Test func `only who is invited comes in, by address, certificate or invitation`() throws {
        let above = """
            list office of ip { 198.51.100.0/24 }
            access by invitation { signed with env("INVITATION_SECRET")
              lists office
              client certificates
              still open GET /healthz }
            """
        let world = try World(site("route all GET /** { public because \"x\" }", above: above))

        #expect(try world.verdict("GET \(url)a") == "refused by access, 403")
        #expect(try world.verdict("GET \(url)healthz") == "forwarded to api")
        world.circumstances.hasCertificate = true
        #expect(try world.verdict("GET \(url)a") == "forwarded to api")
        world.circumstances.hasCertificate = false
        world.circumstances.isInvited = true
        #expect(try world.verdict("GET \(url)a") == "forwarded to api")
        world.circumstances.isInvited = false
        try world.comes(from: "198.51.100.9")
        #expect(try world.verdict("GET \(url)a") == "forwarded to api")
        #expect(world.policy.access?.secret == .environment("INVITATION_SECRET"))
    }

    @Test func `headers of all scopes add up, and of one name the nearest counts`() throws {
        let above = """
            gateway { headers { set x-a "outer"
              set x-b "outer"
              remove server } }
            """
        let rules = """
            headers { set x-a "site"
              set server "ours" }
            route a GET /a { headers { remove x-b
              set x-c "route" } }
            route b GET /b
            """
        let policy = try #require(try compile(site(rules, above: above)).policy)
        func said(_ rules: HeaderRules) -> String {
            String(decoding: rules.appended, as: UTF8.self)
                .replacing("\r\n", with: "; ")
                + rules.overruled.map { String(decoding: $0, as: UTF8.self) }
                .joined(separator: ",")
        }

        #expect(said(policy.headers) == "x-a: outer; x-b: outer; server,x-a,x-b")
        #expect(
            said(policy.routes[1].headers) == "server: ours; x-a: site; x-b: outer; server,x-a,x-b"
        )
        #expect(
            said(policy.routes[0].headers)
                == "server: ours; x-a: site; x-c: route; server,x-a,x-b,x-c"
        )
    }

    @Test func `the nearest timeout holds`() throws {
        let rules = "timeout 5s\nroute a GET /a { timeout 250ms }\nroute b GET /b"
        let policy = try #require(try compile(site(rules)).policy)

        #expect(policy.routes.map(\.timeoutMilliseconds) == [250, 5000])
    }

    // MARK: Files

    private static let list = """
        # what is blocked
        198.51.100.0/24
          203.0.113.7   # a remark

        203.0.113.9 until 2026-12-01
        """

    @Test func `a list may stand in a file, with remarks and ends`() throws {
        let above = "list blocked of ip from \"lists/blocked.txt\" refresh 5m"
        let rules =
            "route all GET /** { public because \"x\" }\nblock banned when client.ip in blocked"
        let world = try World(site(rules, above: above), ["lists/blocked.txt": Self.list])
        for (address, day, isBlocked) in [
            ("198.51.100.200", "2026-11-20", true), ("203.0.113.7", "2026-11-20", true),
            ("203.0.113.8", "2026-11-20", false), ("203.0.113.9", "2026-11-20", true),
            ("203.0.113.9", "2026-12-02", false),
        ] {
            try world.comes(from: address)
            try world.moves(to: day)
            let verdict = try world.verdict("GET \(url)a")
            #expect(verdict == (isBlocked ? "refused by banned, 403" : "forwarded to api"))
        }
        let list = try #require(world.policy.lists.first)
        #expect(list.refreshSeconds == 300)
        #expect(list.file == "lists/blocked.txt")
    }

    @Test func `a bad line of a list is an error in the list's own file`() throws {
        let above = "list blocked of ip from \"lists/blocked.txt\""
        let rules = "route all GET /**\nblock banned when client.ip in blocked"
        let text = "192.0.2.1\n\n192.0.2.5/24\n192.0.2.9 until 2026-02-30\n"
        let compiled = try compile(site(rules, above: above), ["lists/blocked.txt": text])
        let report = TextReport(compiled.sources, masking: [])

        #expect(compiled.policy == nil)
        #expect(compiled.diagnostics.all.map(\.id) == [.wrongType, .wrongType])
        let said = compiled.diagnostics.all.map(report.text).joined()
        #expect(said.contains("lists/blocked.txt:3:1"))
        #expect(said.contains("lists/blocked.txt:4:1"))
        #expect(said.contains("no calendar has the day `2026-02-30`"))
    }

    @Test func `a list by which somebody is let through does not hold everybody`() throws {
        let above = """
            list qa of ip from "qa.txt"
            limit reading { at most 1/m per ip
              if redis is down let through }
            """
        let rules = """
            route all GET /**
            allow qa to skip reading because "x" until 2026-12-24
            """
        let compiled = try compile(site(rules, above: above), ["qa.txt": "0.0.0.0/0\n"])

        #expect(compiled.policy == nil)
        #expect(compiled.diagnostics.all.map(\.id) == [.wrongType])
    }

    @Test func `a file that is not there is an error where it is named`() throws {
        let above = "list blocked of ip from \"lists/blocked.txt\""
        let rules = """
            route all GET /**
            block banned when client.ip in blocked
            admit invited when token.a is true else answer 403 with page "no.html"
            """
        let compiled = try compile(site(rules, above: above))

        #expect(compiled.policy == nil)
        #expect(compiled.diagnostics.all.map(\.id) == [.fileMissing, .fileMissing])
        let places = compiled.diagnostics.all.map { compiled.sources.place($0.at) }
        #expect(places.sorted() == ["main.gate:3", "main.gate:8"])
    }

    @Test func `a list that is read again takes the place of the old one, unless it is wrong`()
        throws
    {
        let above = "list blocked of ip from \"lists/blocked.txt\""
        let rules = "route all GET /**\nblock banned when client.ip in blocked"
        let compiled = try compile(site(rules, above: above), ["lists/blocked.txt": Self.list])
        func reread(_ text: String) -> RereadList {
            Rules.reread(
                list: "blocked",
                of: compiled,
                in: TextFiles(["lists/blocked.txt": text])
            )
        }
        let before = try #require(compiled.policy).lists[0]

        let after = try #require(reread("192.0.2.1\n").list)
        #expect(after.addresses.contains(IPAddress(v4: 0xc000_0201), at: 0))
        #expect(!before.addresses.contains(IPAddress(v4: 0xc000_0201), at: 0))
        #expect(after.version != before.version)
        #expect(reread(Self.list + "\n# one more remark\n").list?.version == before.version)
        let wrong = reread("192.0.2.1\nnobody\n")
        #expect(wrong.list == nil)
        #expect(wrong.diagnostics.all.map { wrong.sources.place($0.at) } == ["lists/blocked.txt:2"])
        #expect(
            Rules.reread(list: "blocked", of: compiled, in: TextFiles([:])).diagnostics.hasErrors
        )
    }
}

/// What the shipped files become.
struct LoweringExampleTests {
    private func compile(_ path: String) throws -> Compiled {
        try Rules.compile(entry: path, in: DiskFiles(), now: DiagnosticTests.today)
    }

    @Test func `the example becomes a policy that judges as its tests say`() throws {
        let compiled = try compile(ExampleTests.folder + "/main.gate")
        let world = World(try #require(compiled.policy))
        let login = "POST https://api.example.com/v1/login"
        let quoted = "{\"email\": \"a@example.com\", \"password\": \"x'; DROP TABLE students; --\"}"
        let device = "{\"email\": \"a@example.com\", \"device\": \"x'; DROP TABLE students; --\"}"

        #expect(try world.verdict(login, json: quoted) == "forwarded to api")
        #expect(try world.verdict(login, json: device) == "refused by WAF_SQLI_001, 403")
        #expect(
            try world.verdict(
                "GET https://api.example.com/v1/users/42",
                token: "{\"sub\": \"42\", \"invited\": false}"
            ) == "refused by invited, 403"
        )
        #expect(
            try world.verdict("GET https://api.example.com/v1/eligibility/search?page=<script>")
                == "forwarded to api"
        )
        #expect(
            try world.verdict("GET https://api.example.com/_Debug/x") == "refused by closed, 404"
        )
    }

    @Test(arguments: ["dev", "staging", "production"])
    func `the shipped rules become a policy everywhere`(environment: String) throws {
        let folder = Corpus.folder("../../conf")
        let compiled = try compile("\(folder)/\(environment).gate")
        let policy = try #require(compiled.policy)
        let isProduction = environment == "production"

        #expect(policy.environment == environment || !isProduction)
        #expect(policy.sites.allSatisfy { !$0.hosts.isEmpty })
        #expect(policy.hosts.site(for: "localhost") == nil || !isProduction)
    }

    @Test func `what cannot be done yet makes no policy`() throws {
        for line in ["import crs \"/usr/share/modsecurity-crs\" paranoia 1", "inspect answers"] {
            let compiled = try RulesTests.compile(site("route all GET /**", above: line))

            #expect(compiled.policy == nil)
            #expect(compiled.diagnostics.all.map(\.id) == [.unknownWord])
        }
    }
}

extension HostTable {
    fileprivate func site(for name: String) -> Int? {
        let bytes = Array(name.utf8)
        return unsafe site(for: bytes.span.bytes)
    }
}
