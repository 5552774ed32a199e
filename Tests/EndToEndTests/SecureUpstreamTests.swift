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
    private func server(_ rules: [String] = []) throws -> Gateway {
        try Gateway(
            listen: ["127.0.0.1:0 with tls"],
            before: echo.endpoint,
            [pair.sentence, "websocket"] + rules
        )
    }

    /// - more: of the sentence on TLS, such as ` and name app.test`.
    private func gateway(
        before endpoint: Endpoint,
        trusting authorities: String? = nil,
        _ more: String = ""
    ) throws -> Gateway {
        let file = authorities ?? pair.certificate
        return try Gateway(
            before: endpoint,
            ["upstream tls with ca file(\"\(file)\")\(more)", "websocket"]
        )
    }

    @Test func `a gateway stands in front of a gateway, each known to the other`() throws {
        let own = try files.make(["gate.test"])
        let back = try server(
            ["client certificates from file(\"\(own.certificate)\")"]
        )
        let front = try gateway(
            before: back.endpoint,
            " and " + own.sentence
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
        let front = try gateway(before: endpoint, " and name app.test")
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
        let front = try gateway(before: back.endpoint, trusting: authorities)
        let client = try front.client()
        #expect(try client.get("/").status == 502)
        front.says("gatehouse: upstream \(back.endpoint) is not trusted: self-signed certificate")

        try TextFile.write("garbage", to: authorities)
        front.process.send(signal: SIGHUP)
        front.says("\(authorities): there is no certificate")
        try TextFile.write(TextFile.read(pair.certificate), to: authorities)
        front.process.send(signal: SIGHUP)
        front.says("read again: still version")

        #expect(try client.get("/").status == 200)
        front.says("upstream \(back.endpoint) is trusted, and agrees on TLS, again")
    }

    @Test(arguments: [
        ("upstream tls with key file(\"/a\")", "E0105"),
        ("upstream tls with certificate file(\"/a\")", "E0105"),
        ("upstream tls with name *.test", "`*.test` stands where"),
        ("upstream tls with ca file(\"/nowhere\")", "/nowhere: it cannot be read"),
        (
            "upstream tls with ca env(\"GATEHOUSE_NO_SUCH\")",
            "`GATEHOUSE_NO_SUCH`, and it is not set"
        ),
    ])
    func `what was set up wrongly is said`(rule: String, complaint: String) throws {
        let file = try WrittenGateFile(before: .ipv4("127.0.0.1", port: 1), [rule])
        let program = try Program(["run", file.path])
        #expect(program.code == 2 || program.code == 1)
        #expect(program.errors.contains { $0.contains(complaint) }, "\(program.errors)")
    }

    @Test func `a server on a Unix socket needs a name for its certificate`() throws {
        let file = try WrittenGateFile(before: .unix("/run/a"), ["upstream tls"])
        let program = try Program(["run", file.path])
        #expect(program.code == 1 && program.errors.contains { $0.contains("E0809") })
    }
}
