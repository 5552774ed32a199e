import Crypto
import Foundation
import Glibc
import TestSupport
import Testing

/// TLS as an operator sets it up and others' programs meet it.
struct TLSTests {
    private let files: TestCertificates
    private let pair: TestCertificates.Pair
    private let echo: RunningEcho

    init() throws {
        files = try TestCertificates()
        pair = try files.make(["a.test", "127.0.0.1"])
        echo = try RunningEcho()
    }

    private func gateway(_ rules: [String] = [], words: String = "tls") throws -> Gateway {
        try Gateway(
            listen: ["127.0.0.1:0 with \(words)"],
            before: echo.endpoint,
            [pair.sentence] + rules
        )
    }

    private func client(
        of gateway: Gateway,
        trusting: TestCertificates.Pair? = nil
    ) throws -> RawClient {
        var settings = TLSClientSettings()
        settings.authorities = (trusting ?? pair).certificate
        let peer = try TLSClient(settings).peer(.host("a.test"))
        return try #require(RawClient(to: gateway.endpoint, securedWith: peer))
    }

    /// Runs curl against the gateway; its output.
    private func curl(_ gateway: Gateway, _ path: String, _ words: [String] = []) throws -> [String]
    {
        let process = try ChildProcess(
            "/usr/bin/curl",
            ["-sS", "--max-time", "10", "--cacert", pair.certificate] + words
                + ["--connect-to", "::\(gateway.endpoint)", "https://a.test\(path)"]
        )
        #expect(process.waitForExit(within: .seconds(12)) == 0)
        _ = process.lines(of: .output, atLeast: .max) { _ in true }
        return process.lines(of: .output)
    }

    /// Runs `openssl s_client`, which is told to quit at once; what it says.
    private func openssl(_ gateway: Gateway, _ words: [String]) throws -> [String] {
        let line =
            "printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n' | "
            + "timeout 10 openssl s_client -connect \(gateway.endpoint) -ign_eof -CAfile "
            + pair.certificate + " " + words.joined(separator: " ") + " 2>&1"
        let process = try ChildProcess("/bin/sh", ["-c", line])
        _ = process.waitForExit(within: .seconds(12))
        _ = process.lines(of: .output, atLeast: .max) { _ in true }
        return process.lines(of: .output)
    }

    @Test func `curl is served, and told so`() throws {
        let gateway = try gateway(["insist on https for 1d"])
        let lines = try curl(gateway, "/hello", ["-i", "--http1.1"])
        #expect(lines.first?.hasPrefix("HTTP/1.1 200 OK") == true)
        #expect(lines.contains { $0.hasPrefix("Strict-Transport-Security: max-age=86400") })
        #expect(lines.contains("X-Forwarded-Proto: https"))
    }

    @Test(arguments: ["Content-Length: 10485760", "Transfer-Encoding: chunked"])
    func `ten megabytes go up and come down, byte for byte`(framing: String) throws {
        let gateway = try gateway()
        var random = SeededRandom(10)
        let body = (0..<10 << 17).flatMap { _ in
            unsafe withUnsafeBytes(of: random.next()) { unsafe Array($0) }
        }
        let path = files.path("body")
        #expect(FileManager.default.createFile(atPath: path, contents: Data(body)))
        let answer = files.path("answer")

        _ = try curl(
            gateway,
            "/",
            ["--data-binary", "@" + path, "-H", framing, "-H", "Expect:", "-o", answer]
        )

        #expect(FileManager.default.contents(atPath: answer) == Data(body))
    }

    @Test(arguments: ["/bytes/10485760", "/chunked/10485760"])
    func `a long answer comes whole`(path: String) throws {
        let gateway = try gateway()
        let answer = files.path("answer")
        _ = try curl(gateway, path, ["-o", answer])
        #expect(FileManager.default.contents(atPath: answer)?.count == 10_485_760)
    }

    @Test func `a socket is tunnelled over TLS`() throws {
        let gateway = try gateway(["websocket"])
        let client = try client(of: gateway)
        client.send(
            "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        guard case .answer(let answer) = client.nextAnswer(to: "GET", within: .seconds(5)) else {
            Issue.record("no handshake")
            return
        }
        #expect(answer.status == 101)
        for _ in 0..<3 {
            let frame = [UInt8](repeating: 0x5a, count: 50_000)
            client.send(frame)
            #expect(client.tunnelled(atLeast: frame.count, within: .seconds(5)) == frame)
        }
        client.sayEnd()
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `OpenSSL's own client takes up its session again`(version: String) throws {
        let secret = files.path("secret")
        try TextFile.write(String(repeating: "s", count: 40), to: secret)
        let session = files.path("session")
        // A second process with the same secret, as after an upgrade.
        let first = try gateway(["secret file(\"\(secret)\")"])
        let second = try gateway(["secret file(\"\(secret)\")"])

        let full = try openssl(first, [version, "-sess_out", session])
        let resumed = try openssl(second, [version, "-sess_in", session])

        #expect(full.contains { $0.hasPrefix("New, TLSv1") })
        #expect(full.contains { $0.hasPrefix("HTTP/1.1 200") })
        #expect(resumed.contains { $0.hasPrefix("Reused, TLSv1") })
        #expect(resumed.contains { $0.hasPrefix("HTTP/1.1 200") })
    }

    @Test func `old versions, other protocols and weak ciphers are refused`() throws {
        let gateway = try gateway()
        for words in [
            ["-tls1_1", "-cipher", "'ALL:@SECLEVEL=0'"], ["-alpn", "h2"],
            ["-tls1_2", "-cipher", "AES128-SHA"], ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"],
        ] {
            let lines = try openssl(gateway, words)
            #expect(lines.contains { $0.contains("alert") }, "\(words)")
            #expect(!lines.contains { $0.hasPrefix("HTTP/1.1") }, "\(words)")
        }
        #expect(
            try openssl(gateway, ["-alpn", "h2,http/1.1"]).contains("ALPN protocol: http/1.1")
        )
    }

    @Test func `SIGHUP changes certificates under open connections, or says why not`() throws {
        let gateway = try gateway()
        let open = try client(of: gateway)
        #expect(try open.get("/").status == 200)
        let fresh = try files.make(["a.test"])
        let old = (try TextFile.read(pair.certificate), try TextFile.read(pair.key))
        try TextFile.write(TextFile.read(fresh.certificate), to: pair.certificate)

        gateway.process.send(signal: SIGHUP)
        gateway.says("\(pair.key): the key does not belong")
        try TextFile.write(TextFile.read(fresh.key), to: pair.key)
        gateway.process.send(signal: SIGHUP)
        gateway.says("read again: still version")

        #expect(try client(of: gateway, trusting: fresh).get("/").status == 200)
        #expect(try open.get("/").status == 200)
        try TextFile.write(old.0, to: pair.certificate)
        try TextFile.write(old.1, to: pair.key)
    }

    @Test func `draining ends idle connections in order`() throws {
        let gateway = try gateway(["deadlines { idle 500ms }"])
        let client = try client(of: gateway)
        #expect(try client.get("/").status == 200)
        gateway.process.send(signal: SIGTERM)
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
        #expect(gateway.process.waitForExit(within: .seconds(5)) == 0)
    }

    @Test(arguments: [
        ("127.0.0.1:0 with tls", "", "E0805"),
        ("127.0.0.1:0", "certificate file(\"/a\") and key file(\"/b\")", "E0806"),
        ("127.0.0.1:0 with certificate file(\"/a\")", "", "`and` should follow"),
        ("127.0.0.1:0 with tsl", "", "`tsl` stands where"),
        ("127.0.0.1:0 redirect to https with tls", "", "E0807"),
        ("127.0.0.1:0 redirect to https at port 0", "", "from 1 to 65535"),
        ("127.0.0.1:0", "tls at least 1.1", "no version of TLS"),
        ("127.0.0.1:0", "client certificates from file(\"/a\")", "E0806"),
        ("127.0.0.1:0 redirect to https", "insist on https for 1d", "E0806"),
        ("127.0.0.1:0", "tls at least 1.3", "E0806"),
        (
            "127.0.0.1:0 with tls", "certificate file(\"/a.pem\") and key file(\"/b\")",
            "/a.pem: it cannot be read"
        ),
        ("127.0.0.1:0", "secret file(\"/dev/null\")", "this is no file"),
        ("127.0.0.1:0", "secret \"0123456789\"", "E0902"),
    ])
    func `what was set up wrongly is said`(
        listen: String,
        rule: String,
        complaint: String
    ) throws {
        let endpoint = Endpoint.ipv4("127.0.0.1", port: 1)
        let file = try WrittenGateFile(listen: [listen], before: endpoint, [rule])
        let program = try Program(["run", file.path])
        #expect(program.code == 1 || program.code == 2)
        #expect(program.errors.contains { $0.contains(complaint) }, "\(program.errors)")
    }
}
