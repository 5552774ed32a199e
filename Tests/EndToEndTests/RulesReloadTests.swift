import Crypto
import Foundation
import Glibc
import TestSupport
import Testing

/// Rules that change under a running gateway, as an operator changes them.
struct RulesReloadTests {
    /// A gateway with a control socket and an audit, whose rules a test rewrites.
    private final class Stage {
        let gateway: Supervised
        let control = freshPath("control.sock")
        let audit = freshPath("audit.jsonl")
        private let echo: RunningEcho

        init(_ rules: [String] = [], listen: [String] = ["127.0.0.1:0"]) throws {
            echo = try RunningEcho()
            gateway = try Supervised(
                listen: listen,
                before: echo.endpoint,
                ["control \"\(control)\"", "audit \"\(audit)\"", "process { drain for 2s }"] + rules
            )
        }

        deinit { TextFile.remove(audit) }

        var rules: String {
            get throws { try TextFile.read(gateway.entry) }
        }

        func edit(_ change: (String) -> String) throws {
            try TextFile.write(change(rules), to: gateway.entry)
        }

        func say(_ words: String...) throws -> Program {
            try Program(words + ["-c", gateway.entry])
        }

        func version() throws -> String {
            let lines = try say("status").output
            let line = try #require(lines.first { $0.hasPrefix("version") })
            return String(line.split(separator: " ")[1])
        }

        var events: [String] {
            get throws { try TextFile.read(audit).split(separator: "\n").map(String.init) }
        }
    }

    @Test func `a reload waits for its outcome and says the version`() throws {
        let stage = try Stage()
        let was = try stage.version()
        let crew = try stage.gateway.crew()
        try stage.edit { $0.replacing("because \"a test\"", with: "because \"another\"") }

        let done = try stage.say("reload")

        #expect(done.code == 0 && done.errors.isEmpty)
        let now = try stage.version()
        #expect(now != was)
        #expect(done.output.first?.hasSuffix("version \(now), was \(was)") == true)
        // The same process went on.
        #expect(try stage.gateway.crew() == crew)
        #expect(try stage.gateway.client().get("/").status == 200)
        let event = try #require(try stage.events.last)
        #expect(event.contains(#""event":"reload","version":"\#(now)","was":"\#(was)""#))
        #expect(event.contains(#""by":"uid \#(geteuid()), process "#))
    }

    @Test func `comments and order make no other version`() throws {
        let stage = try Stage()
        let was = try stage.version()
        try stage.edit { "# a comment\n" + $0 }

        let done = try stage.say("reload")

        #expect(done.code == 0 && done.output.first?.hasSuffix("still version \(was)") == true)
    }

    @Test func `rules that are wrong change nothing, and who asked is shown why`() throws {
        let stage = try Stage()
        let was = try stage.version()
        let whole = try stage.rules
        try stage.edit { $0.replacing("drain for", with: "drian for") }

        let refused = try stage.say("reload")

        #expect(refused.code == 1)
        #expect(refused.errors.contains { $0.hasPrefix("error[E0101]") })
        stage.gateway.says("error[E0101]")
        #expect(try stage.version() == was)
        let event = try #require(try stage.events.last)
        #expect(event.contains(#""refused":true,"version":"\#(was)","codes":["E0101"]"#))
        #expect(try stage.gateway.client().get("/").status == 200)

        try TextFile.write(whole, to: stage.gateway.entry)
        #expect(try stage.say("reload").code == 0)
    }

    @Test func `a crew that dies is replaced by what ran, whatever lies on the disk`() throws {
        let stage = try Stage()
        let was = try stage.version()
        let crew = try stage.gateway.crew()
        try TextFile.write("half of a fi", to: stage.gateway.entry)

        kill(crew, SIGKILL)

        #expect(try stage.gateway.client().get("/").status == 200)
        _ = try stage.gateway.crew(otherThan: crew)
        try TextFile.write("control \"\(stage.control)\"\n", to: stage.gateway.entry)
        #expect(try stage.version() == was)
    }

    @Test func `a certificate that is wrong on the disk keeps no crew from being replaced`() throws
    {
        let files = try TestCertificates()
        let pair = try files.make(["a.test"])
        let echo = try RunningEcho()
        let gateway = try Supervised(
            listen: ["127.0.0.1:0 with tls"],
            before: echo.endpoint,
            [pair.sentence]
        )
        let text = try TextFile.read(pair.certificate)
        var settings = TLSClientSettings()
        settings.authorities = files.path("authorities")
        try TextFile.write(text, to: files.path("authorities"))
        let peer = try TLSClient(settings).peer(.host("a.test"))
        let crew = try gateway.crew()
        try TextFile.write("garbage", to: pair.certificate)
        try TextFile.write("garbage", to: pair.key)

        kill(crew, SIGKILL)

        let client = try #require(RawClient(to: gateway.endpoint, securedWith: peer))
        #expect(try client.get("/").status == 200)
        _ = try gateway.crew(otherThan: crew)
    }

    @Test func `another listener and other workers are another crew, and nobody is refused`() throws
    {
        let stage = try Stage(["workers 1"])
        let crew = try stage.gateway.crew()
        let client = try stage.gateway.client()
        #expect(try client.get("/").status == 200)
        let second = freshPath("second.sock")
        try stage.edit {
            $0.replacing("workers 1", with: "workers 3\nlisten unix \"\(second)\"")
        }

        let done = try stage.say("reload")

        #expect(done.code == 0, "\(done.errors)")
        #expect(try stage.gateway.client().get("/").status == 200)
        let other = try #require(RawClient(to: .unix(second)))
        #expect(try other.get("/").status == 200)
        #expect(try client.get("/").status == 200)
        #expect(try stage.gateway.crew(otherThan: crew) != crew)

        // And back: the second place is given up.
        let back = try stage.say("rollback")
        #expect(back.code == 0, "\(back.errors)")
        wait("it still listens") { RawClient(to: .unix(second)) == nil }
        #expect(try stage.gateway.client().get("/").status == 200)
        #expect(try stage.events.last?.contains(#""event":"rollback""#) == true)
    }

    @Test func `a place that is taken refuses the reload, and the old crew serves on`() throws {
        let stage = try Stage()
        let crew = try stage.gateway.crew()
        let held = ListeningSocket()
        try stage.edit { $0.replacing("gateway {\n", with: "gateway {\nlisten \(held.endpoint)\n") }

        let done = try stage.say("reload")

        #expect(done.code == 1)
        #expect(done.errors.contains { $0.contains("taken by another process; nothing changes") })
        #expect(try stage.gateway.crew() == crew)
        #expect(try stage.gateway.client().get("/").status == 200)
    }

    @Test func `rollback goes to the version before, or to one by name`() throws {
        let stage = try Stage()
        let first = try stage.version()
        for word in ["one", "two"] {
            try stage.edit {
                $0.replacing(/because "[a-z ]*"/, with: "because \"\(word)\"")
            }
            #expect(try stage.say("reload").code == 0)
        }

        #expect(try stage.say("rollback", first).code == 0)
        #expect(try stage.version() == first)
        let wrong = try stage.say("rollback", "r-none")
        #expect(wrong.code == 1 && wrong.errors.first?.contains("no version `r-none`") == true)
        #expect(try stage.say("rollback").code == 0)
        #expect(try stage.version() != first)
    }

    @Test func `status is for machines too`() throws {
        let stage = try Stage()

        let done = try stage.say("status", "--format", "json")

        let line = try #require(done.output.first)
        let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(json?["version"] as? String == (try stage.version()))
        #expect(json?["entry"] as? String == stage.gateway.entry)
        #expect((json?["processes"] as? [[String: Any]])?.first?["stage"] as? String == "serving")
        #expect(json?["supervisor"] as? Int == Int(stage.gateway.process.id))
    }

    @Test func `where nobody listens that is said`() throws {
        let path = freshPath("control.sock")
        let file = try WrittenGateFile(
            before: .ipv4("127.0.0.1", port: 1),
            ["control \"\(path)\""]
        )
        let none = try WrittenGateFile(before: .ipv4("127.0.0.1", port: 1))

        let silent = try Program(["reload", "-c", file.path])
        let unsaid = try Program(["status", "-c", none.path])

        #expect(silent.code == 2 && silent.errors.first?.contains("no gateway answers at") == true)
        #expect(unsaid.code == 2 && unsaid.errors.first?.contains("write `control") == true)
    }

    @Test func `in the foreground what needs another process is refused whole`() throws {
        let echo = try RunningEcho()
        let control = freshPath("control.sock")
        let gateway = try Gateway(before: echo.endpoint, ["control \"\(control)\"", "workers 1"])
        let text = try TextFile.read(gateway.entry)
        try TextFile.write(text.replacing("workers 1", with: "workers 2"), to: gateway.entry)

        let refused = try Program(["reload", "-c", gateway.entry])
        #expect(refused.code == 1)
        #expect(refused.errors.first?.contains("in the foreground") == true)

        let other = text.replacing("because \"a test\"", with: "because \"another\"")
        try TextFile.write(other, to: gateway.entry)
        #expect(try Program(["reload", "-c", gateway.entry]).code == 0)
        #expect(try Program(["rollback", "-c", gateway.entry]).code == 0)
        #expect(try gateway.client().get("/").status == 200)
    }
}

/// Files that speak to a running gateway without anybody reloading it.
struct WatchedFileTests {
    @Test func `the presence of a file closes the site for work, and opens it again`() throws {
        let echo = try RunningEcho()
        let (file, audit) = (freshPath("maintenance"), freshPath("audit.jsonl"))
        defer { for path in [file, audit] { TextFile.remove(path) } }
        let gateway = try Supervised(
            before: echo.endpoint,
            [
                "maintenance {\nfile \"\(file)\"\nanswer 503 with retry after 10m\nstill open GET /up\n}",
                "audit \"\(audit)\"",
            ]
        )
        #expect(try gateway.client().get("/").status == 200)

        try TextFile.write("", to: file)
        gateway.says("maintenance is on")
        wait("it is still open") { (try? gateway.client().get("/").status) == 503 }
        #expect(try gateway.client().get("/up").status == 200)

        TextFile.remove(file)
        gateway.says("maintenance is off")
        wait("it is still closed") { (try? gateway.client().get("/").status) == 200 }
        let events = try TextFile.read(audit).split(separator: "\n")
        #expect(
            events.contains { $0.contains(#""event":"switch","name":"maintenance","on":true"#) }
        )
    }

    @Test func `a list is read again by itself, and a wrong one stays what it was`() throws {
        let echo = try RunningEcho()
        let list = freshPath("banned.txt")
        defer { TextFile.remove(list) }
        try TextFile.write("203.0.113.0/24\n", to: list)
        let gateway = try Supervised(
            before: echo.endpoint,
            [
                "list banned of ip from \"\(list)\" refresh 1s",
                "block banned_ranges when client.ip in banned",
            ]
        )
        #expect(try gateway.client().get("/").status == 200)

        try TextFile.write("127.0.0.0/8\n", to: list)
        wait("the list stays old") { (try? gateway.client().get("/").status) == 403 }

        try TextFile.write("127.0.0.0/8\nno address\n", to: list)
        gateway.says("list `banned` stays what it was")
        #expect(try gateway.client().get("/").status == 403)

        try TextFile.write("203.0.113.0/24\n", to: list)
        gateway.says("list `banned` can be read again")
        wait("the list stays old") { (try? gateway.client().get("/").status) == 200 }
    }
}
