import Glibc
import TestSupport
import Testing

/// What the program says to somebody who types at it.
struct CommandLineTests {
    @Test(arguments: [
        ["--help"], ["-h"], ["help"], ["run", "--help"], ["run", "-h"], ["echo", "--help"],
        ["check", "--help"], ["explain", "--help"], ["fields", "--help"], ["fmt", "--help"],
    ])
    func `help is asked for and given, on the output`(words: [String]) throws {
        let program = try Program(words)

        #expect(program.code == 0)
        #expect(program.errors.isEmpty)
        #expect(program.output.contains { $0.hasPrefix("usage: gatehouse") })
        #expect(program.output.allSatisfy { $0.count <= 100 })
    }

    @Test func `the help of run names every option it takes`() throws {
        let help = try Program(["run", "--help"]).output.joined(separator: "\n")

        for option in [
            "--listen", "--upstream", "--workers", "--trust", "--access-log", "--allow-upgrade",
            "--max-body", "--head-timeout", "--idle-timeout", "--min-rate", "--connect-timeout",
            "--first-byte-timeout", "--upstream-idle-timeout", "--upstream-keep-alive",
            "--certificate", "--key", "--tls-min",
            "--client-certificate", "--client-ca", "--hsts", "--secret-file", "--handshake-timeout",
            "--connections",
            "--connections-per-address", "--in-flight", "--memory", "--class",
            "--foreground", "--user", "--pid-file",
            "--drain-timeout", "--handover-timeout",
            "--total-timeout", "--tunnel-idle-timeout", "--balance", "--sticky", "--health-check",
            "--health-interval", "--health-timeout", "--eject-after", "--breaker",
            "--retry-budget", "--upstream-connections", "--pending", "--pending-timeout",
            "--resolver", "--upstream-tls", "--upstream-ca", "--upstream-name",
            "--upstream-certificate", "--upstream-key",
        ] {
            #expect(help.contains("  \(option) "), "\(option)")
        }
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

    private static let whole = "--listen 127.0.0.1:0 --upstream 127.0.0.1:1"

    private static let slips = [
        Slip(words: "rnu", says: ["no command `rnu`", "did you mean `run`?"]),
        Slip(words: "ehco", says: ["no command `ehco`", "did you mean `echo`?"]),
        Slip(words: "certificate", says: ["no command `certificate`", "`run`", "`echo`"]),
        Slip(words: "run", says: ["nothing to listen on", "--listen 127.0.0.1:8080"]),
        Slip(words: "run --upstream 127.0.0.1:1", says: ["nothing to listen on"]),
        Slip(words: "run --listen 127.0.0.1:0", says: ["nowhere to pass", "--upstream"]),
        Slip(words: "run --upstraem 127.0.0.1:1", says: ["`--upstraem`", "mean `--upstream`?"]),
        Slip(words: "run --wrokers 2", says: ["`--wrokers`", "did you mean `--workers`?"]),
        Slip(words: "run extra", says: ["no option `extra`", "`gatehouse run --help` lists"]),
        Slip(words: "run --hepl", says: ["did you mean `--help`?"]),
        Slip(words: "run --cert a.pem", says: ["did you mean `--certificate`?"]),
        Slip(words: "run --listen=[::1]:80", says: ["is one word", "write `--listen [::1]:80`"]),
        Slip(words: "version", says: ["no command `version`", "did you mean `--version`?"]),
        Slip(words: "run --listen :443", says: ["`:443`", "`0.0.0.0:8080`", "every interface"]),
        Slip(
            words: "run --listen 127.0.0.1:1 --listen 127.0.0.1:1,tls --upstream 127.0.0.1:1",
            says: ["`--listen 127.0.0.1:1` is there twice", "say it once"]
        ),
        Slip(words: "run --hsts 1y", says: ["`1y` is no duration", "`1d`"]),
        Slip(words: "run --hsts 100ms", says: ["less than a second", "`365d`"]),
        Slip(words: "run --hsts 1d " + whole, says: ["`--hsts` is about TLS", ",tls`"]),
        Slip(
            words: "run --client-certificate required --client-ca ca.pem " + whole,
            says: ["`--client-certificate` is about TLS", ",tls`"]
        ),
        Slip(words: "run --listen", says: ["`--listen` wants a value", "127.0.0.1:8080"]),
        Slip(words: "run --listen --upstream", says: ["`--listen` wants a value"]),
        Slip(words: "run --listen localhost:80", says: ["`localhost:80`", "`--listen`", "[::]"]),
        Slip(words: "run --listen 127.0.0.1", says: ["`127.0.0.1`", "no address"]),
        Slip(words: "run --listen 127.0.0.1:+80", says: ["`127.0.0.1:+80`"]),
        Slip(words: "run --listen 127.0.0.1:65536", says: ["`127.0.0.1:65536`"]),
        Slip(words: "run --upstream unix:rel.sock", says: ["`unix:rel.sock`", "`--upstream`"]),
        Slip(words: "run --upstream app", says: ["`app`", "`name:9000`"]),
        Slip(words: "run --upstream 10.0.0.300:80", says: ["`10.0.0.300:80` is no address"]),
        Slip(words: "run --upstream app:0", says: ["no server has port 0"]),
        Slip(words: "run --upstream app:80,heavy", says: ["`heavy`", "`weight=N`"]),
        Slip(words: "run --upstream app:80,weight=101", says: ["`weight=101`", "1 to 100"]),
        Slip(words: "run --balance random", says: ["`random`", "`hash:header:NAME`"]),
        Slip(words: "run --balance hash:header:", says: ["no way to balance"]),
        Slip(words: "run --sticky a=b", says: ["`a=b` is no name"]),
        Slip(words: "run --health-check healthz", says: ["`healthz` is no path"]),
        Slip(
            words: "run --health-interval 1s " + whole,
            says: ["no health check to time", "--health-check"]
        ),
        Slip(words: "run --breaker 101", says: ["`101`", "from 0 to 100"]),
        Slip(words: "run --upstream-connections 0", says: ["`0`", "from 1"]),
        Slip(words: "run --resolver unix:/s", says: ["`unix:/s` is no name server"]),
        Slip(words: "run --resolver 10.0.0.2", says: ["`10.0.0.2`", "`127.0.0.1:53`"]),
        Slip(words: "run --trust 10.0.0.1/8", says: ["`10.0.0.1/8` is no network"]),
        Slip(words: "run --trust all", says: ["`all` is no network", "10.0.0.0/8"]),
        Slip(words: "run --class health", says: ["`health` gives no path", "health=/healthz"]),
        Slip(words: "run --class raed=/", says: ["no class `raed`", "did you mean `read`?"]),
        Slip(words: "run --class read=x", says: ["`x` is no beginning of a path"]),
        Slip(words: "run --in-flight 0", says: ["`0`", "`--in-flight`", "from 1 to"]),
        Slip(words: "run --memory 1MiB", says: ["too little", "16MiB or more"]),
        Slip(words: "run --workers 0", says: ["`0`", "`--workers`", "from 1 to 256"]),
        Slip(words: "run --workers many", says: ["`many`", "whole number"]),
        Slip(words: "run --workers 257", says: ["`257`"]),
        Slip(words: "run --min-rate -1", says: ["`-1`", "`--min-rate`"]),
        Slip(words: "run --max-body 10", says: ["`10` is no size", "10MiB"]),
        Slip(words: "run --max-body 10MB", says: ["`10MB` is no size"]),
        Slip(words: "run --max-body 9999999999GiB", says: ["is no size"]),
        Slip(words: "run --head-timeout 10", says: ["`10` is no duration", "`10s`"]),
        Slip(words: "run --head-timeout 0s", says: ["`0s` is no duration"]),
        Slip(words: "run --idle-timeout -5s", says: ["`-5s` is no duration"]),
        Slip(words: "run --total-timeout ½h", says: ["`½h` is no duration"]),
        Slip(words: "run --access-log", says: ["`--access-log` wants a value"]),
        Slip(
            words: "run --access-log /nonexistent/log " + whole,
            says: ["cannot open the log /nonexistent/log", "No such file"]
        ),
        Slip(
            words: "run --listen 192.0.2.1:0 --upstream 127.0.0.1:1",
            says: ["cannot listen on 192.0.2.1:0", "no interface"]
        ),
        Slip(
            words: "run --listen unix:/nonexistent/s --upstream 127.0.0.1:1",
            says: ["cannot listen on unix:/nonexistent/s", "No such file"]
        ),
        Slip(
            words: "run --user no-such-user " + whole,
            says: ["gatehouse: there is no user `no-such-user`"]
        ),
        Slip(
            words: "run --pid-file /nonexistent/pid " + whole,
            says: ["cannot write the pid file /nonexistent/pid", "No such file"]
        ),
        Slip(words: "run --drain-timeout soon", says: ["`soon` is no duration"]),
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

    @Test func `a port that is taken is said, by both commands`() throws {
        let held = ListeningSocket()
        for (words, name) in [
            (["run", "--upstream", "127.0.0.1:1"], "gatehouse"),
            (["run", "--foreground", "--upstream", "127.0.0.1:1"], "gatehouse"),
            (["echo"], "gatehouse echo"),
        ] {
            let program = try Program(words + ["--listen", "\(held.endpoint)"])
            #expect(program.code == 2)
            let line = "\(name): cannot listen on \(held.endpoint): it is taken by another process"
            #expect(program.errors == [line])
        }
    }

    @Test func `two gateways never share a port in silence`() throws {
        let echo = try RunningEcho()
        let first = try Gateway(before: echo.endpoint)
        let words =
            ["run", "--upstream", "\(echo.endpoint)", "--listen", "\(first.endpoint)"]
            + ["--foreground"]

        #expect(try Program(words).code == 2)

        #expect(try first.client().get("/").status == 200)
    }
}
