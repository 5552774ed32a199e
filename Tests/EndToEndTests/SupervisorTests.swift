import Foundation
import Glibc
import TestSupport
import Testing

/// What becomes of clients when the process that serves them, or the one that watches it, ends.
struct SupervisorTests {
    /// An upstream that has a request in hand and answers when it is told to.
    private final class SlowUpstream {
        private let listener = ListeningSocket()
        private var connection: StreamSocket?
        var endpoint: Endpoint { listener.endpoint }

        /// Returns when the request has come.
        func take() throws {
            let connection = try #require(listener.accept())
            guard case .bytes = connection.receive(within: .seconds(5)) else {
                throw RawClient.NoAnswer()
            }
            self.connection = connection
        }

        func answer() {
            connection?.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone".utf8))
        }
    }

    @Test func `a crew that is killed is replaced, and who waited at the socket is served`() throws
    {
        let echo = try RunningEcho()
        let gateway = try Supervised(before: echo.endpoint)
        let before = gateway.process.descriptorCount
        for turn in 1...5 {
            let crew = try gateway.crew()

            kill(crew, SIGKILL)
            let client = try gateway.client()

            #expect(try client.get("/").status == 200)
            gateway.says("process \(crew) was ended by signal 9")
            #expect(try gateway.crew(otherThan: crew) != crew, "turn \(turn)")
        }
        // A crew is seen a moment before its supervisor has let go of the other end.
        wait("descriptors were lost") { gateway.process.descriptorCount == before }
    }

    @Test func `a crew is given its sockets and its channel, and nothing else`() throws {
        let echo = try RunningEcho()
        let file = try WrittenGateFile(before: echo.endpoint, ["workers 2"])
        let words =
            ["-c", "exec 9</dev/null; exec \"$0\" \"$@\"", RunningGatehouse.binary, "run"]
            + [file.path]
        let process = try ChildProcess("/bin/sh", words)
        defer {
            let crews = process.children
            process.send(signal: SIGKILL)
            for crew in crews { kill(crew, SIGKILL) }
        }
        #expect(!process.lines(of: .error, atLeast: 1) { $0.contains("listening") }.isEmpty)
        let crew = ProcessFacts(id: try #require(process.children.first))

        // What it says that it runs on is closed when it has been said.
        wait("a snapshot stays open") {
            !crew.descriptors.values.contains { $0.hasPrefix("/memfd:") }
        }
        let held = crew.descriptors.values
        // Two listeners and the channel; each worker has its loop, the log its doorbell, and the guards
        // read what memory is in use.
        #expect(held.count { $0.hasPrefix("socket:") } == 3)
        let rest = held.filter {
            !$0.hasPrefix("socket:") && !$0.hasPrefix("anon_inode:[event")
                && !$0.hasPrefix("pipe:") && !$0.hasSuffix("/statm")
        }
        #expect(rest == ["/dev/null"])
        #expect(held.count { $0.hasPrefix("pipe:") } <= 3)
        #expect(crew.arguments.dropFirst() == words.dropFirst(3))
        let handed = crew.environment.filter { $0.hasPrefix("GATEHOUSE_H") }
        #expect(handed.count == 1)
        #expect(handed.first?.wholeMatch(of: /GATEHOUSE_HANDOVER=crew:\d+/) != nil)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `the first signal lets exchanges finish, and leaves no process`(signal: Int32) throws {
        let upstream = SlowUpstream()
        let gateway = try Supervised(before: upstream.endpoint)
        let client = try gateway.client()
        client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        try upstream.take()
        let crew = ProcessFacts(id: try gateway.crew())

        gateway.process.send(signal: signal)

        gateway.says("draining 1 connections")
        wait("it still accepts") { RawClient(to: gateway.endpoint) == nil }
        #expect(gateway.process.waitForExit(within: .zero) == nil)
        upstream.answer()
        let answer = try client.answer()
        #expect(answer.text == "done" && answer.value("Connection") == "close")
        #expect(gateway.process.waitForExit(within: .seconds(5)) == 0)
        #expect(!crew.exists)
        gateway.says("gatehouse: stopped")
    }

    @Test func `a second signal ends at once`() throws {
        let upstream = SlowUpstream()
        let gateway = try Supervised(before: upstream.endpoint)
        let client = try gateway.client()
        client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        try upstream.take()
        gateway.process.send(signal: SIGTERM)
        gateway.says("draining")

        gateway.process.send(signal: SIGTERM)

        #expect(gateway.process.waitForExit(within: .seconds(5)) == 0)
        #expect(client.waitForEnd(within: .seconds(5)) != .nothing)
        #expect(client.unread.isEmpty)
    }

    @Test func `draining takes no longer than it may`() throws {
        let upstream = SlowUpstream()
        let gateway = try Supervised(before: upstream.endpoint, ["process { drain for 200ms }"])
        let client = try gateway.client()
        client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        try upstream.take()

        gateway.process.send(signal: SIGTERM)

        #expect(gateway.process.waitForExit(within: .seconds(4)) == 0)
        gateway.says("1 connections were cut")
    }

    @Test func `a crew whose supervisor is killed finishes, and makes room for the next`() throws {
        let upstream = SlowUpstream()
        let gateway = try Supervised(before: upstream.endpoint)
        let client = try gateway.client()
        client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        try upstream.take()
        let crew = ProcessFacts(id: try gateway.crew())

        gateway.orphanCrews()

        let next = try Supervised(listen: ["\(gateway.endpoint)"], before: upstream.endpoint)
        gateway.says("the supervisor is gone")
        #expect(crew.exists)
        upstream.answer()
        #expect(try client.answer().text == "done")
        wait("the orphan stays") { !crew.exists }
        let other = try next.client()
        other.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
        try upstream.take()
        upstream.answer()
        #expect(try other.answer().text == "done")
    }

    @Test func `SIGHUP reaches the crew, which opens its log anew`() throws {
        let echo = try RunningEcho()
        let path = freshPath("access.log")
        defer {
            _ = unsafe unlink(path)
            _ = unsafe unlink(path + ".1")
        }
        let gateway = try Supervised(before: echo.endpoint, ["access log \"\(path)\""])
        let crew = try gateway.crew()
        #expect(unsafe rename(path, path + ".1") == 0)

        gateway.process.send(signal: SIGHUP)
        gateway.says("access log reopened")

        #expect(try gateway.client().get("/after").status == 200)
        wait("nothing was written") {
            (try? TextFile.read(path))?.contains("/after") ?? false
        }
        #expect(try gateway.crew() == crew)
    }

    @Test func `the pid file names the supervisor, and goes with it`() throws {
        let echo = try RunningEcho()
        let path = freshPath("gatehouse.pid")
        let gateway = try Supervised(before: echo.endpoint, ["process { pid file \"\(path)\" }"])

        #expect(try TextFile.read(path) == "\(gateway.process.id)\n")

        gateway.process.send(signal: SIGTERM)
        #expect(gateway.process.waitForExit(within: .seconds(5)) == 0)
        #expect(unsafe access(path, F_OK) != 0)
    }

    @Test func `the name of a Unix socket outlives a crew, and not the supervisor`() throws {
        let echo = try RunningEcho()
        let path = freshPath("listen.sock")
        let gateway = try Supervised(listen: ["unix:\(path)"], before: echo.endpoint)
        #expect(try gateway.client().get("/").status == 200)

        let crew = try gateway.crew()
        kill(crew, SIGKILL)

        #expect(try gateway.client().get("/").status == 200)
        gateway.process.send(signal: SIGTERM)
        #expect(gateway.process.waitForExit(within: .seconds(5)) == 0)
        #expect(unsafe access(path, F_OK) != 0)
    }

    @Test func `one that is started with nothing open serves all the same`() throws {
        let echo = try RunningEcho()
        let path = freshPath("listen.sock")
        let file = try WrittenGateFile(listen: ["unix:\(path)"], before: echo.endpoint)
        let words =
            ["-c", "exec <&- >&- 2>&-; exec \"$0\" \"$@\"", RunningGatehouse.binary, "run"]
            + [file.path]
        let process = try ChildProcess("/bin/sh", words)
        defer {
            let crews = process.children
            process.send(signal: SIGKILL)
            for crew in crews { kill(crew, SIGKILL) }
            _ = unsafe unlink(path)
        }

        let endpoint = try #require(Endpoint("unix:\(path)"))
        var client: RawClient?
        wait("it does not listen") {
            client = RawClient(to: endpoint)
            return client != nil
        }
        #expect(try #require(client).get("/").status == 200)
        let held = ProcessFacts(id: try #require(process.children.first)).descriptors
        #expect((0...2).allSatisfy { held[$0] == "/dev/null" })
    }

    @Test func `a handover that is none is refused`() throws {
        let echo = try RunningEcho()
        let file = try WrittenGateFile(before: echo.endpoint)
        for value in ["crew:0", "crew:99", "supervisor:5", "crew:", "captain:3", ""] {
            let words =
                ["GATEHOUSE_HANDOVER=" + value, RunningGatehouse.binary, "run"]
                + [file.path]
            let process = try ChildProcess("/usr/bin/env", words)
            #expect(process.waitForExit(within: .seconds(5)) == 2, "\(value)")
            let lines = process.lines(of: .error, atLeast: 1) { $0.contains("no handover") }
            #expect(!lines.isEmpty)
        }
    }
}
