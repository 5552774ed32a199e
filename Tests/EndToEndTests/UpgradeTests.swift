import Foundation
import Glibc
import TestSupport
import Testing

/// SIGUSR2: another program takes over, and nobody is refused.
struct UpgradeTests {
    /// A copy of the program that can be replaced under its own name.
    private final class Copy {
        let path = freshPath("gatehouse")
        private let spare: String

        init() throws {
            spare = path + ".new"
            try install()
        }

        deinit {
            _ = unsafe unlink(path)
            _ = unsafe unlink(spare)
        }

        /// Puts the program of this build there, as a new file.
        func install() throws {
            try write("cp \"$0\" \"$1\"", RunningGatehouse.binary)
        }

        /// Puts a program there that is none of ours.
        func install(script: String) throws {
            try write("printf '#!/bin/sh\\n%s\\n' \"$0\" >\"$1\"; chmod 755 \"$1\"", script)
        }

        /// Done by a shell: a program that is open for writing cannot be started, and whatever this process
        /// starts meanwhile would have it open too.
        private func write(_ command: String, _ word: String) throws {
            let shell = try ChildProcess("/bin/sh", ["-c", command, word, spare])
            try #require(shell.waitForExit(within: .seconds(10)) == 0)
            #expect(unsafe rename(spare, path) == 0)
        }

        func remove() { _ = unsafe unlink(path) }
    }

    private func upgrade(_ gateway: Supervised, times: Int = 1) {
        gateway.process.send(signal: SIGUSR2)
        gateway.says("of the new program serves", times: times)
    }

    /// Asks on, and is answered, until an answer is the connection's last.
    private func askUntilTold(_ client: RawClient) throws {
        try wait("it was never told to go") {
            let answer = try client.get("/")
            #expect(answer.status == 200)
            return answer.value("Connection") == "close"
        }
    }

    @Test func `the new program serves, in the same supervisor's place`() throws {
        let echo = try RunningEcho()
        let copy = try Copy()
        let gateway = try Supervised(before: echo.endpoint, binary: copy.path)
        let old = try gateway.crew()
        let client = try gateway.client()
        #expect(try client.get("/").value("Connection") == nil)
        try copy.install()

        upgrade(gateway)

        // Who was there is told to go, and who comes is served by another process.
        try askUntilTold(client)
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
        #expect(try gateway.client().get("/").status == 200)
        let new = ProcessFacts(id: try gateway.crew(otherThan: old))
        #expect(new.program == copy.path)
        wait("the supervisor has not changed") {
            ProcessFacts(id: gateway.process.id).program == copy.path
        }
        gateway.process.send(signal: SIGTERM)
        #expect(gateway.process.waitForExit(within: .seconds(5)) == 0)
        #expect(!new.exists)
    }

    /// A client whose tunnel through the gateway is open.
    private func tunnel(through gateway: Supervised) throws -> RawClient {
        let client = try gateway.client()
        client.send(
            "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        #expect(client.socket.receive(within: .seconds(5)).text.contains("101"))
        return client
    }

    @Test func `an old process whose supervisor dies takes no longer than a stop may`() throws {
        let echo = try RunningEcho()
        let gateway = try Supervised(
            before: echo.endpoint,
            ["websocket", "process { drain for 300ms }"]
        )
        let old = ProcessFacts(id: try gateway.crew())
        let client = try tunnel(through: gateway)
        upgrade(gateway)
        gateway.says("gatehouse[\(old.id)]: draining")
        #expect(client.socket.receive(within: .milliseconds(400)) == .nothing)

        gateway.orphanCrews()

        gateway.says("gatehouse[\(old.id)]: the supervisor is gone")
        #expect(client.waitForEnd(within: .seconds(5)) != .nothing)
        wait("it stays") { !old.exists }
    }

    @Test func `a tunnel lives on in the old process`() throws {
        let echo = try RunningEcho()
        let gateway = try Supervised(before: echo.endpoint, ["websocket"])
        let old = try gateway.crew()
        let client = try tunnel(through: gateway)

        upgrade(gateway)
        upgrade(gateway, times: 2)

        client.send("still here")
        #expect(client.tunnelled(atLeast: 10, within: .seconds(5)) == Array("still here".utf8))
        #expect(ProcessFacts(id: old).exists)
        client.socket.finish()
        #expect(try gateway.crew(otherThan: old) != old)
    }

    @Test func `a crew of the new program is replaced by one of the new program`() throws {
        let echo = try RunningEcho()
        let copy = try Copy()
        let gateway = try Supervised(before: echo.endpoint, binary: copy.path)
        let old = try gateway.crew()
        try copy.install()
        upgrade(gateway)
        let new = try gateway.crew(otherThan: old)

        kill(new, SIGKILL)

        #expect(try gateway.client().get("/").status == 200)
        let third = try gateway.crew(otherThan: new)
        #expect(ProcessFacts(id: third).program == copy.path)
    }

    @Test func `without a word the file that was replaced is not started`() throws {
        let echo = try RunningEcho()
        let copy = try Copy()
        let gateway = try Supervised(before: echo.endpoint, binary: copy.path)
        let old = try gateway.crew()
        try copy.install(script: "exit 3")

        kill(old, SIGKILL)

        #expect(try gateway.client().get("/").status == 200)
        let next = ProcessFacts(id: try gateway.crew(otherThan: old))
        #expect(next.program == copy.path + " (deleted)")
    }

    @Test func `a program that fails changes nothing, and the next one may do better`() throws {
        let echo = try RunningEcho()
        let copy = try Copy()
        let gateway = try Supervised(before: echo.endpoint, binary: copy.path)
        let client = try gateway.client()
        let old = try gateway.crew()
        try copy.install(script: "exit 3")

        gateway.process.send(signal: SIGUSR2)

        gateway.says("of the new program ended with code 3 before it was ready")
        #expect(try client.get("/").value("Connection") == nil)
        #expect(try gateway.crew() == old)

        copy.remove()
        gateway.process.send(signal: SIGUSR2)
        gateway.says("no upgrade: \(copy.path) cannot be started: No such file or directory")
        #expect(try client.get("/").value("Connection") == nil)

        try copy.install()
        upgrade(gateway)
        try askUntilTold(client)
        #expect(try gateway.crew(otherThan: old) != old)
    }

    @Test func `SIGTERM during an upgrade ends both programs`() throws {
        let echo = try RunningEcho()
        let copy = try Copy()
        let gateway = try Supervised(before: echo.endpoint, binary: copy.path)
        let old = ProcessFacts(id: try gateway.crew())
        try copy.install(script: "exec sleep 60")
        gateway.process.send(signal: SIGUSR2)
        wait("the new program was not started") { gateway.process.children.count == 2 }
        let crews = gateway.process.children.map { ProcessFacts(id: $0) }

        gateway.process.send(signal: SIGUSR2)
        gateway.says("an upgrade is under way already")
        gateway.process.send(signal: SIGHUP)
        gateway.says("read again: still version")
        #expect(try gateway.client().get("/").status == 200)
        gateway.process.send(signal: SIGTERM)

        #expect(gateway.process.waitForExit(within: .seconds(5)) == 0)
        for crew in crews + [old] { #expect(!crew.exists) }
    }

    @Test func `an old process that is killed while it drains is missed by nobody`() throws {
        let echo = try RunningEcho()
        let gateway = try Supervised(before: echo.endpoint, ["websocket"])
        let old = try gateway.crew()
        let client = try gateway.client()
        client.send("GET /delay/60000 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try gateway.client().get("/").status == 200)
        upgrade(gateway)

        kill(old, SIGKILL)

        gateway.says("process \(old) was ended by signal 9 while it drained")
        #expect(try gateway.client().get("/").status == 200)
    }

    @Test func `the name of a Unix socket stays through an upgrade, and goes at the end`() throws {
        let echo = try RunningEcho()
        let path = freshPath("listen.sock")
        let gateway = try Supervised(listen: ["unix:\(path)"], before: echo.endpoint)
        let old = try gateway.crew()

        upgrade(gateway)

        #expect(try gateway.client().get("/").status == 200)
        #expect(try gateway.crew(otherThan: old) != old)
        gateway.process.send(signal: SIGTERM)
        #expect(gateway.process.waitForExit(within: .seconds(5)) == 0)
        #expect(unsafe access(path, F_OK) != 0)
    }

    @Test func `upgrades leave nothing behind in the supervisor`() throws {
        let echo = try RunningEcho()
        let gateway = try Supervised(before: echo.endpoint)
        var crew = try gateway.crew()
        upgrade(gateway)
        crew = try gateway.crew(otherThan: crew)
        let before = gateway.process.descriptorCount

        for turn in 2...4 {
            upgrade(gateway, times: turn)
            crew = try gateway.crew(otherThan: crew)
        }

        wait("descriptors are left") { gateway.process.descriptorCount <= before }
        #expect(ProcessFacts(id: crew).descriptors.values.count { $0.hasPrefix("socket:") } < 6)
    }
}

extension Received {
    fileprivate var text: String {
        guard case .bytes(let bytes) = self else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
