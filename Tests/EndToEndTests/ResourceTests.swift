import Foundation
import Glibc
import TestSupport
import Testing

/// What the gateway holds on to: descriptors and memory.
struct ResourceTests {
    private static let block = [UInt8](
        (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
    )
    private static let blockCount = 1_024

    enum Framing: Sendable, CaseIterable { case length, chunked }

    @Test func `connections that are broken off leave no descriptor behind`() throws {
        let echo = try RunningEcho()
        let gateway = try Gateway(
            before: echo.endpoint,
            ["deadlines { keep alive 100ms }", "access log off"]
        )
        let before = gateway.process.descriptorCount
        #expect(before > 3)
        let starts = [
            "", "GET / HT", "GET /delay/2000 HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhello",
            "GET /bytes/10000000 HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ]
        for number in 0..<200 {
            let client = try gateway.client()
            client.send(starts[number % starts.count])
            if number % 2 == 0 { client.socket.breakOffWhenClosed() }
        }

        // Pipes that carried long bodies are kept for the next ones.
        wait("descriptors are left: \(gateway.process.descriptorCount), before \(before)") {
            gateway.process.descriptorCount - gateway.process.pipeEndCount <= before
        }
        #expect(try gateway.client().get("/").status == 200)
    }

    @Test(arguments: Framing.allCases)
    func `a long answer passes without a trace in memory`(framing: Framing) throws {
        let echo = try RunningEcho()
        let gateway = try Gateway(before: echo.endpoint, ["workers 1"])
        let client = try gateway.client()
        #expect(try client.get("/bytes/1000").body.count == 1_000)
        let before = try gateway.process.memory("VmRSS")
        let count = Self.block.count * Self.blockCount
        let path = framing == .length ? "bytes" : "chunked"
        client.send("GET /\(path)/\(count) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

        var came = 0
        while case .bytes(let bytes) = client.socket.receive(within: .seconds(10)) {
            came += bytes.count
        }

        #expect(came > count && came < count + count / 1_000 + 1_000)
        #expect(try gateway.process.memory("VmHWM") - before < 4_096)
    }

    @Test(arguments: Framing.allCases)
    func `a long request passes whole, without a trace in memory`(framing: Framing) throws {
        let count = Self.block.count * Self.blockCount
        let sink = Sink(byteCount: framing == .length ? count : nil)
        let gateway = try Gateway(before: sink.endpoint, ["workers 1"])
        let client = try gateway.client()
        let declared =
            framing == .length ? "Content-Length: \(count)" : "Transfer-Encoding: chunked"
        client.send("POST / HTTP/1.1\r\nHost: a\r\n\(declared)\r\n\r\n")
        let before = try gateway.process.memory("VmRSS")
        let chunk = Array("10000\r\n".utf8) + Self.block + [13, 10]
        for _ in 0..<Self.blockCount { client.send(framing == .length ? Self.block : chunk) }
        if framing == .chunked { client.send("0\r\n\r\n") }

        #expect(try client.answer(to: "POST").status == 200)
        #expect(sink.came.withState { $0 } >= count)
        #expect(try gateway.process.memory("VmHWM") - before < 4_096)
    }

    @Test(arguments: Framing.allCases)
    func `a client that does not read costs the gateway nothing`(framing: Framing) throws {
        let source = ListeningSocket()
        let gateway = try Gateway(before: source.endpoint, ["workers 1"])
        let client = try gateway.client()
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let upstream = try #require(source.accept())
        guard case .bytes = upstream.receive(within: .seconds(5)) else {
            Issue.record("no request came")
            return
        }
        let before = try gateway.process.memory("VmRSS")
        let declared =
            framing == .length ? "Content-Length: 4000000000" : "Transfer-Encoding: chunked"
        upstream.send(Array("HTTP/1.1 200 OK\r\n\(declared)\r\n\r\n".utf8))
        let chunk = Array("10000\r\n".utf8) + Self.block + [13, 10]

        let sent = upstream.sendUntilStuck(framing == .length ? Self.block : chunk)

        #expect(sent > 100_000)
        #expect(try gateway.process.memory("VmHWM") - before < 1_024)
        #expect(!client.socket.receive(within: .seconds(5)).isNothing)
    }

    @Test func `many idle connections cost little, and are all served`() throws {
        let echo = try RunningEcho()
        let gateway = try Gateway(before: echo.endpoint, ["workers 1", "access log off"])
        #expect(try gateway.client().get("/").status == 200)
        let before = try gateway.process.memory("VmRSS")
        let descriptors = gateway.process.descriptorCount
        let clients = try (0..<500).map { _ in try gateway.client() }
        wait("not all were taken") { gateway.process.descriptorCount >= descriptors + 490 }

        // Four KiB and a half for each, and the block the allocator asks for next.
        #expect(try gateway.process.memory("VmRSS") - before < 500 * 9 / 2 + 1_024)
        for client in clients.suffix(5) { #expect(try client.get("/").status == 200) }
    }

    /// A gateway with so few descriptors, and where it listens.
    private func poorGateway(
        before upstream: Endpoint,
        _ rules: [String] = []
    ) throws -> (process: ChildProcess, endpoint: Endpoint) {
        let file = try WrittenGateFile(before: upstream, ["workers 1"] + rules)
        let words =
            ["-c", "ulimit -n 40; exec \"$0\" \"$@\"", RunningGatehouse.binary, "run"]
            + [file.path, "--foreground"]
        let process = try ChildProcess("/bin/sh", words)
        let ready = "gatehouse: listening on "
        let lines = process.lines(of: .error, atLeast: 1) { $0.hasPrefix(ready) }
        let line = try #require(lines.first)
        return (process, try #require(Endpoint(String(line.dropFirst(ready.count)))))
    }

    @Test func `with few descriptors the silent give way to those who ask`() throws {
        let echo = try RunningEcho()
        let gateway = try poorGateway(before: echo.endpoint)
        defer { gateway.process.send(signal: SIGKILL) }
        let clients = (0..<60).compactMap { _ in RawClient(to: gateway.endpoint) }

        // Fifteen connections are what forty descriptors bear, and everybody was let in for a while.
        let last = try #require(clients.last)
        #expect(try last.get("/").status == 200)

        let ends = clients.map { $0.waitForEnd(within: .milliseconds(20)) }
        #expect(ends.prefix(45).allSatisfy { $0 == .closed })
        #expect(ends.suffix(15).allSatisfy { $0 == .nothing })
    }

    @Test func `when descriptors run out before connections do, the silent give way too`() throws {
        let echo = try RunningEcho()
        let gateway = try poorGateway(before: echo.endpoint, ["at most 30 connections"])
        defer { gateway.process.send(signal: SIGKILL) }

        let clients = (0..<60).compactMap { _ in RawClient(to: gateway.endpoint) }

        for client in clients.prefix(30) {
            #expect(client.waitForEnd(within: .seconds(5)) == .closed)
        }
        #expect(clients[59].waitForEnd(within: .milliseconds(20)) == .nothing)
        let said = "descriptors are in use"
        let lines = gateway.process.lines(of: .error, atLeast: 1) { $0.contains(said) }
        #expect(lines.count <= 1)
    }

    @Test func `a gateway out of descriptors says 503, and serves again once it has some`() throws {
        let echo = try RunningEcho()
        let gateway = try poorGateway(before: echo.endpoint, ["at most 30 connections"])
        defer { gateway.process.send(signal: SIGKILL) }
        // Each asks for something that takes a while, so nobody of them has to go.
        var busy = (0..<60).compactMap { _ in
            let client = RawClient(to: gateway.endpoint)
            client?.send("GET /delay/700 HTTP/1.1\r\nHost: a\r\n\r\n")
            return client
        }
        let said = gateway.process.lines(of: .output, atLeast: 1) {
            $0.contains("\"status_code\":503,")
        }
        #expect(said.first?.contains("\"reason\":\"overloaded\"") == true)
        let most = gateway.process.descriptorCount
        let refusals = busy.compactMap { client -> StrictAnswer? in
            let next = client.nextAnswer(to: "GET", within: .milliseconds(5))
            guard case .answer(let answer) = next, answer.status == 503 else { return nil }
            return answer
        }
        #expect(refusals.first?.value("Retry-After") != nil)

        busy.removeAll()
        wait("none came free") { gateway.process.descriptorCount < most - 10 }
        let next = try #require(RawClient(to: gateway.endpoint))
        #expect(try next.get("/").status == 200)
    }

    @Test func `heads that never end cost little each, and all of it is given back`() throws {
        let echo = try RunningEcho()
        let gateway = try Gateway(
            before: echo.endpoint,
            ["workers 1", "access log off", "deadlines { head 3s }"]
        )
        #expect(try gateway.client().get("/").status == 200)
        let before = try gateway.process.memory("VmRSS")
        let descriptors = gateway.process.descriptorCount
        let clients = try (0..<400).map { _ in
            let client = try gateway.client()
            client.send("GET / HTTP/1.1\r\nX: ")
            return client
        }

        for client in clients { #expect(try client.answer().status == 408) }

        // A task and a block each, which is some 20 KiB, and 70 under the thread sanitizer.
        let growth = try gateway.process.memory("VmHWM") - before
        #expect(growth < 400 * 80 + 4_096, "\(growth) KiB")
        wait("a connection is left") { gateway.process.descriptorCount <= descriptors + 1 }
        #expect(try gateway.client().get("/").status == 200)
    }
}

/// An upstream that reads one body to its end and answers.
private final class Sink: Sendable {
    /// Bytes after the head.
    let came = Monitor(0)
    private let listener = ListeningSocket()
    var endpoint: Endpoint { listener.endpoint }

    /// - byteCount: how long the body is; nil when its last chunk says where it ends.
    init(byteCount: Int?) {
        Threads.start { [listener, came] in
            guard let socket = listener.accept() else { return }
            var head: [UInt8] = []
            var tail: [UInt8] = []
            while case .bytes(let bytes) = socket.receive(within: .seconds(10)) {
                var body = bytes[...]
                if !head.ends(with: "\r\n\r\n") {
                    while !head.ends(with: "\r\n\r\n"), let byte = body.popFirst() {
                        head.append(byte)
                    }
                }
                let count = body.count
                let sum = came.withState { sum in
                    sum += count
                    return sum
                }
                tail = Array((tail + body.suffix(5)).suffix(5))
                guard byteCount.map({ sum >= $0 }) ?? tail.ends(with: "0\r\n\r\n") else { continue }
                socket.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))
                return
            }
        }
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool {
        suffix(text.utf8.count).elementsEqual(text.utf8)
    }
}

extension Received {
    fileprivate var isNothing: Bool { self == .nothing }
}

extension ChildProcess {
    /// Descriptors that are ends of pipes.
    fileprivate var pipeEndCount: Int {
        let folder = "/proc/\(id)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.count {
            let target = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "\(folder)/\($0)"
            )
            return target?.hasPrefix("pipe:") ?? false
        }
    }
}

extension StreamSocket {
    /// Sends `bytes` again and again until the other side has taken nothing for a while.
    fileprivate func sendUntilStuck(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while true {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&wanted, 1, 200) > 0 else { return sent }
            let offset = sent % bytes.count
            let count = unsafe bytes[offset...].withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            guard count > 0 else { return sent }
            sent += count
        }
    }
}
