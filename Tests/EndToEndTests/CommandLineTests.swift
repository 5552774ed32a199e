import Glibc
import TestSupport
import Testing

/// What the program says to somebody who types at it.
struct CommandLineTests {
    @Test(arguments: [
        ["--help"], ["-h"], ["help"], ["run", "--help"], ["run", "-h"], ["echo", "--help"],
        ["reload", "--help"], ["status", "--help"], ["rollback", "-h"],
        ["check", "--help"], ["explain", "--help"], ["fields", "--help"], ["fmt", "--help"],
    ])
    func `help is asked for and given, on the output`(words: [String]) throws {
        let program = try Program(words)

        #expect(program.code == 0)
        #expect(program.errors.isEmpty)
        #expect(program.output.contains { $0.hasPrefix("usage: gatehouse") })
        #expect(program.output.allSatisfy { $0.count <= 100 })
    }

    @Test func `the version is one line`() throws {
        let program = try Program(["--version"])

        #expect(program.code == 0 && program.errors.isEmpty)
        #expect(program.output.count == 1)
        #expect(program.output.first?.wholeMatch(of: /gatehouse \d+\.\d+\.\d+\S*/) != nil)
    }

    @Test func `no words at all are answered with the usage, as an error`() throws {
        let program = try Program([])

        #expect(program.code == 2 && program.output.isEmpty)
        #expect(program.errors.contains { $0.hasPrefix("usage: gatehouse") })
    }

    struct Slip: CustomTestStringConvertible, Sendable {
        let words: String
        /// Parts of the one line that must be said.
        let says: [String]
        var testDescription: String { words }
    }

    private static let slips = [
        Slip(words: "rnu", says: ["no command `rnu`", "did you mean `run`?"]),
        Slip(words: "ehco", says: ["no command `ehco`", "did you mean `echo`?"]),
        Slip(words: "relaod", says: ["no command `relaod`", "did you mean `reload`?"]),
        Slip(words: "certificate", says: ["no command `certificate`", "`run`", "`echo`"]),
        Slip(words: "version", says: ["no command `version`", "did you mean `--version`?"]),
        Slip(words: "run a.gate b.gate", says: ["one entry file at a time"]),
        Slip(words: "run --foregroud", says: ["did you mean `--foreground`?"]),
        Slip(words: "run --hepl", says: ["did you mean `--help`?"]),
        Slip(words: "run --listen :443", says: ["`gatehouse run` has no option `--listen`"]),
        Slip(words: "run /nonexistent.gate", says: ["`/nonexistent.gate` cannot be read"]),
        Slip(words: "run /tmp", says: ["`/tmp` cannot be read"]),
        Slip(words: "reload now", says: ["`gatehouse reload` has no option `now`"]),
        Slip(words: "reload -c", says: ["`-c` wants a value"]),
        Slip(words: "reload -c /nonexistent.gate", says: ["`/nonexistent.gate` cannot be read"]),
        Slip(words: "status --format xml", says: ["no format `xml`"]),
        Slip(words: "rollback one two", says: ["`gatehouse rollback` has no option `two`"]),
        Slip(words: "echo --lisen 127.0.0.1:0", says: ["`--lisen`", "did you mean `--listen`?"]),
        Slip(words: "echo --listen nowhere", says: ["`nowhere`"]),
        Slip(words: "echo --listen 192.0.2.1:0", says: ["cannot listen on 192.0.2.1:0"]),
    ]

    @Test(arguments: slips)
    func `a slip is one line that says what is wrong and what would be right`(slip: Slip) throws {
        let program = try Program(slip.words.split(separator: " ").map(String.init))

        #expect(program.code == 2)
        #expect(program.output.isEmpty)
        #expect(program.errors.count == 1)
        let line = try #require(program.errors.first)
        #expect(line.hasPrefix("gatehouse"))
        for part in slip.says { #expect(line.contains(part), "\(line)") }
    }

    /// What rules can be right about and a machine still refuse: one line, as before.
    @Test(arguments: [
        ("127.0.0.1:0", "access log \"/nonexistent/log\"", "cannot open the log /nonexistent/log"),
        ("192.0.2.1:0", "", "cannot listen on 192.0.2.1:0"),
        ("unix:/nonexistent/s", "", "cannot listen on unix:/nonexistent/s"),
        ("127.0.0.1:0", "process { user no-such-user }", "there is no user `no-such-user`"),
        (
            "127.0.0.1:0", "process { pid file \"/nonexistent/pid\" }",
            "cannot write the pid file /nonexistent/pid"
        ),
        (
            "127.0.0.1:0", "control \"/nonexistent/c\"",
            "cannot open the control socket /nonexistent/c"
        ),
        (
            "127.0.0.1:0", "upstream servers env(\"GATEHOUSE_NO_SUCH\")",
            "servers in `GATEHOUSE_NO_SUCH`, and it is not set"
        ),
    ])
    func `what the machine refuses is said in one line`(
        listen: String,
        rule: String,
        complaint: String
    ) throws {
        let endpoint = Endpoint.ipv4("127.0.0.1", port: 1)
        let file = try WrittenGateFile(listen: [listen], before: endpoint, [rule])

        let program = try Program(["run", file.path])

        #expect(program.code == 2 && program.output.isEmpty)
        #expect(program.errors.count == 1, "\(program.errors)")
        #expect(program.errors.first?.contains(complaint) == true, "\(program.errors)")
    }

    @Test func `rules that are wrong do not run, and every mistake is shown`() throws {
        let file = try WrittenGateFile(
            before: .ipv4("127.0.0.1", port: 1),
            ["workers 0", "process { drian for 1s }"]
        )

        let program = try Program(["run", file.path])

        #expect(program.code == 1 && program.output.isEmpty)
        let said = program.errors.joined(separator: "\n")
        #expect(said.contains("error[E0111]") && said.contains("did you mean `drain`?"))
        #expect(said.contains("2 errors; nothing changes"))
    }

    @Test func `rules that say nothing of where to listen say what to write`() throws {
        let path = freshPath("none.gate")
        defer { TextFile.remove(path) }
        try TextFile.write("language 1\n", to: path)

        let program = try Program(["run", path])

        #expect(program.code == 2)
        #expect(program.errors.first?.contains("gateway { listen 127.0.0.1:8080 }") == true)
    }

    @Test func `a port that is taken is said, by both commands`() throws {
        let held = ListeningSocket()
        let file = try WrittenGateFile(
            listen: ["\(held.endpoint)"],
            before: .ipv4("127.0.0.1", port: 1)
        )
        for (words, name) in [
            (["run", file.path], "gatehouse"),
            (["run", file.path, "--foreground"], "gatehouse"),
            (["echo", "--listen", "\(held.endpoint)"], "gatehouse echo"),
        ] {
            let program = try Program(words)
            #expect(program.code == 2)
            let line = "\(name): cannot listen on \(held.endpoint): it is taken by another process"
            #expect(program.errors == [line])
        }
    }

    @Test func `two gateways never share a port in silence`() throws {
        let echo = try RunningEcho()
        let first = try Gateway(before: echo.endpoint)
        let file = try WrittenGateFile(listen: ["\(first.endpoint)"], before: echo.endpoint)

        #expect(try Program(["run", file.path, "--foreground"]).code == 2)

        #expect(try first.client().get("/").status == 200)
    }
}
