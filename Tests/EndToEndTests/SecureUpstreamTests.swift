import Crypto
import Glibc
import TestSupport
import Testing

/// Servers over TLS, as an operator's flags ask for them and others' programs speak it.
struct SecureUpstreamTests {
    private let files: TestCertificates
    /// What the servers show.
    private let pair: TestCertificates.Pair
    private let echo: RunningEcho

    init() throws {
        files = try TestCertificates()
        pair = try files.make(["127.0.0.1", "app.test"])
        echo = try RunningEcho()
    }

    /// A gateway that is a server to another one.
    private func server(_ flags: [String] = []) throws -> Gateway {
        try Gateway(
            listen: ["127.0.0.1:0,tls"],
            before: echo.endpoint,
            ["--certificate", pair.certificate, "--key", pair.key, "--allow-upgrade"] + flags
        )
    }

    private func gateway(before endpoint: Endpoint, _ flags: [String] = []) throws -> Gateway {
        try Gateway(
            before: endpoint,
            ["--upstream-tls", "--upstream-ca", pair.certificate, "--allow-upgrade"] + flags
        )
    }

    @Test func `a gateway stands in front of a gateway, each known to the other`() throws {
        let own = try files.make(["gate.test"])
        let back = try server(
            ["--client-certificate", "required", "--client-ca", own.certificate]
        )
        let front = try gateway(
            before: back.endpoint,
            ["--upstream-certificate", own.certificate, "--upstream-key", own.key]
        )
        let client = try front.client()
        for number in 0..<5 {
            let answer = try client.get("/\(number)")
            #expect(answer.status == 200)
            // The server was shown whose gateway it is, and was told so by nobody else.
            #expect(answer.text.contains("Client-Cert: :"))
        }
        var random = SeededRandom(5)
        let body = (0..<5 << 17).flatMap { _ in
            unsafe withUnsafeBytes(of: random.next()) { unsafe Array($0) }
        }
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
        Threads.start { [socket = client.socket] in socket.send(body) }
        let isSame = try client.answer(to: "POST").body == body
        #expect(isSame)
    }

    @Test func `a socket is tunnelled through both`() throws {
        let back = try server()
        let front = try gateway(before: back.endpoint)
        let client = try front.client()
        client.send(
            "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        #expect(try client.answer().status == 101)
        let frame = [UInt8](repeating: 0x5a, count: 50_000)
        client.send(frame)
        #expect(client.tunnelled(atLeast: frame.count, within: .seconds(5)) == frame)
        client.socket.finishSending()
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `OpenSSL's own server answers, and is asked for its name`(version: String) throws {
        let process = try ChildProcess(
            "/usr/bin/openssl",
            [
                "s_server", "-accept", "127.0.0.1:0", "-www", version, "-cert", pair.certificate,
                "-key", pair.key, "-servername", "app.test", "-servername_fatal",
                "-cert2", pair.certificate, "-key2", pair.key,
            ]
        )
        defer { process.send(signal: SIGKILL) }
        let lines = process.lines(of: .output, atLeast: 1) { $0.hasPrefix("ACCEPT ") }
        let endpoint = try #require(lines.first.flatMap { Endpoint(String($0.dropFirst(7))) })
        let front = try gateway(before: endpoint, ["--upstream-name", "app.test"])
        for number in 0..<3 {
            let answer = try front.client().get("/")
            #expect(answer.status == 200)
            // It says itself whether the session was taken up again.
            #expect(answer.text.contains(number == 0 ? "New, TLSv1" : "Reused, TLSv1"))
        }
    }

    @Test func `who is not trusted is said, and SIGHUP mends it`() throws {
        let authorities = files.path("authorities")
        try TextFile.write(TextFile.read(files.make(["x"]).certificate), to: authorities)
        let back = try server()
        let front = try gateway(before: back.endpoint, ["--upstream-ca", authorities])
        let client = try front.client()
        #expect(try client.get("/").status == 502)
        front.says("gatehouse: upstream \(back.endpoint) is not trusted: self-signed certificate")

        try TextFile.write("garbage", to: authorities)
        front.process.send(signal: SIGHUP)
        front.says("the old certificates and secret stay: \(authorities): there is no certificate")
        try TextFile.write(TextFile.read(pair.certificate), to: authorities)
        front.process.send(signal: SIGHUP)
        front.says("certificates and secret read again")

        #expect(try client.get("/").status == 200)
        front.says("upstream \(back.endpoint) is trusted, and agrees on TLS, again")
    }

    @Test(arguments: [
        (["--upstream-ca", "/a"], "`--upstream-ca` is about TLS, and none is spoken"),
        (["--upstream-name", "a.test"], "say `--upstream-tls` too"),
        (["--upstream-key", "/a"], "say `--upstream-tls` too"),
        (["--upstream-tls", "--upstream-key", "/a"], "go together"),
        (["--upstream-tls", "--upstream-certificate", "/a"], "go together"),
        (["--upstream-tls", "--upstream-name", "*.test"], "`*.test` is no name"),
        (
            ["--upstream-tls", "--upstream", "unix:/run/a"],
            "no name for the certificate of `unix:/"
        ),
        (["--upstream-tls", "--upstream-ca", "/nowhere"], "/nowhere: it cannot be read"),
    ])
    func `what was set up wrongly is said`(words: [String], complaint: String) throws {
        let program = try Program(
            ["run", "--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:1"] + words
        )
        #expect(program.code == 2)
        #expect(program.errors.contains { $0.contains(complaint) }, "\(program.errors)")
    }
}
