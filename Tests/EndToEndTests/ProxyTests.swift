import Foundation
import Glibc
import TestSupport
import Testing

/// The gateway in front of the echo upstream, as an operator runs it.
struct ProxyTests {
    private func exerciseWhole(_ gateway: Gateway, at number: Int = 0) throws {
        let client = try gateway.client(at: number)
        let described = try client.get("/a/%7Eb?c=%zz")
        #expect(described.status == 200)
        #expect(described.text.hasPrefix("GET /a/~b?c=%zz\n"))
        #expect(described.text.contains("\nX-Request-Id: "))
        let posted = try client.ask(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        )
        #expect(posted.text == "hello")
        #expect(try client.get("/chunked/100000").body.count == 100_000)
        #expect(try client.get("/bytes/100000").body.count == 100_000)
        #expect(try client.get("/status/404").status == 404)
        #expect(try client.get("/%2f").status == 400)
    }

    @Test func `requests pass over IPv4`() throws {
        let echo = try RunningEcho()
        try exerciseWhole(Gateway(before: echo.endpoint))
    }

    @Test func `requests pass over IPv6, on both sides`() throws {
        let hasLoopback = (try? TextFile.read("/proc/net/if_inet6"))?.contains(
            "00000000000000000000000000000001"
        )
        guard hasLoopback == true else {
            // A host without ::1 says so at the start, and nothing else can be asked of it.
            let program = try Program(["echo", "--listen", "[::1]:0"])
            #expect(program.code == 2 && program.errors.first?.contains("[::1]:0") == true)
            return
        }
        let echo = try RunningEcho(on: "[::1]:0")
        try exerciseWhole(Gateway(listen: ["[::1]:0"], before: echo.endpoint))
    }

    @Test func `requests pass over Unix sockets, on both sides`() throws {
        let (front, back) = (freshPath("front.sock"), freshPath("back.sock"))
        let echo = try RunningEcho(on: "unix:\(back)")
        defer { TextFile.remove(back) }
        let gateway = try Gateway(listen: ["unix:\(front)"], before: echo.endpoint)
        try exerciseWhole(gateway)
        gateway.process.send(signal: SIGTERM)
        #expect(gateway.process.waitForExit(within: .seconds(5)) == 0)
        #expect(unsafe access(front, F_OK) != 0)
    }

    @Test func `one gateway serves several addresses with several workers`() throws {
        let path = freshPath("many.sock")
        let echo = try RunningEcho()
        let gateway = try Gateway(
            listen: ["127.0.0.1:0", "unix:\(path)", "127.0.0.1:0"],
            before: echo.endpoint,
            ["workers 3"]
        )
        for number in 0..<3 { try exerciseWhole(gateway, at: number) }
        gateway.running.stop()
    }

    @Test func `a socket is tunnelled when that is allowed, and not otherwise`() throws {
        let echo = try RunningEcho()
        let upgrade =
            "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        let allowing = try Gateway(before: echo.endpoint, ["websocket"])
        let open = try allowing.client()
        open.send(upgrade)
        guard case .answer(let answer) = open.nextAnswer(to: "GET", within: .seconds(5)) else {
            Issue.record("no handshake")
            return
        }
        #expect(answer.status == 101)
        open.send("frame")
        #expect(open.tunnelled(atLeast: 5, within: .seconds(5)) == Array("frame".utf8))

        let refusing = try Gateway(before: echo.endpoint)
        let closed = try refusing.client().ask(upgrade)
        #expect(closed.status == 200)
        withExtendedLifetime((allowing, refusing)) {}
        #expect(!closed.text.lowercased().contains("upgrade"))
    }

    @Test func `records go to the output, one for each request, before the program ends`() throws {
        let echo = try RunningEcho()
        let gateway = try Gateway(before: echo.endpoint, ["deadlines { idle 500ms }"])
        let client = try gateway.client()
        for number in 0..<10 { _ = try client.get("/\(number)") }
        gateway.process.send(signal: SIGTERM)
        #expect(gateway.process.waitForExit(within: .seconds(5)) == 0)

        let lines = gateway.process.lines(of: .output, atLeast: 10) { _ in true }

        #expect(lines.count == 10)
        for (number, line) in lines.enumerated() {
            #expect(line.hasPrefix("REQUEST_LOG: {"))
            #expect(line.contains("\"path\":\"/\(number)\",\"status_code\":200,"))
        }
    }

    @Test func `a log that is off says nothing`() throws {
        let echo = try RunningEcho()
        let gateway = try Gateway(before: echo.endpoint, ["access log off"])
        _ = try gateway.client().get("/")
        #expect(gateway.running.stop() == 0)
        #expect(gateway.process.lines(of: .output).isEmpty)
    }

    @Test func `a log file is rotated with SIGHUP, and no record is lost`() throws {
        let path = freshPath("access.log")
        defer { for name in [path, path + ".1"] { TextFile.remove(name) } }
        let echo = try RunningEcho()
        let gateway = try Gateway(
            before: echo.endpoint,
            ["access log \"\(path)\"", "deadlines { idle 500ms }"]
        )
        let client = try gateway.client()
        _ = try client.get("/old")
        #expect(unsafe rename(path, path + ".1") == 0)

        gateway.process.send(signal: SIGHUP)
        gateway.says("access log reopened")
        _ = try client.get("/new")
        #expect(gateway.running.stop() == 0)

        #expect(try TextFile.read(path).contains("\"path\":\"/new\""))
        let both = try TextFile.read(path + ".1") + TextFile.read(path)
        #expect(both.split(separator: "\n").count == 2)
        #expect(both.contains("\"path\":\"/old\""))
    }

    @Test func `a log that cannot be reopened is said, and serving goes on`() throws {
        let folder = freshPath("logs")
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false
        )
        defer { try? FileManager.default.removeItem(atPath: folder + ".moved") }
        let echo = try RunningEcho()
        let gateway = try Gateway(before: echo.endpoint, ["access log \"\(folder)/log\""])
        #expect(unsafe rename(folder, folder + ".moved") == 0)

        gateway.process.send(signal: SIGHUP)

        gateway.says("the access log stays where it was")
        #expect(try gateway.client().get("/").status == 200)
        #expect(gateway.running.stop() == 0)
        #expect(try TextFile.read(folder + ".moved/log").split(separator: "\n").count == 1)
    }
}
