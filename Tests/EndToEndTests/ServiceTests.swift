import Foundation
import Glibc
import TestSupport
import Testing

/// What the system around the program is told, and what it can take away.
struct ServiceTests {
    /// What systemd would hear.
    private final class Listener {
        let path: String
        private let descriptor: Int32

        /// - isAbstract: a name in the kernel alone, as systemd may choose.
        init(isAbstract: Bool) throws {
            path = isAbstract ? "@" + freshPath("notify").dropFirst() : freshPath("notify")
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(path.utf8)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
                unsafe room.copyBytes(from: bytes)
                if isAbstract { unsafe room[0] = 0 }
            }
            let own = descriptor
            let bound = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(own, $0, socklen_t(2 + bytes.count))
                }
            }
            try #require(bound == 0)
        }

        deinit {
            close(descriptor)
            _ = unsafe unlink(path)
        }

        /// The next message, as lines.
        func next() -> [String] {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&wanted, 1, 5000) > 0 else { return [] }
            var room = [UInt8](repeating: 0, count: 4096)
            let count = unsafe recv(descriptor, &room, room.count, 0)
            let text = String(decoding: room.prefix(max(count, 0)), as: UTF8.self)
            return text.split(separator: "\n").map(String.init)
        }
    }

    @Test func `a reader of the error stream that stopped reading stops nothing else`() throws {
        let echo = try RunningEcho()
        let (fifo, place) = (freshPath("fifo"), freshPath("socket"))
        let manager = try Listener(isAbstract: true)
        try #require(unsafe mkfifo(fifo, 0o600) == 0)
        let full = unsafe open(fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        defer {
            close(full)
            _ = unsafe unlink(fifo)
        }
        let file = try WrittenGateFile(
            listen: ["unix:\(place)"],
            before: echo.endpoint,
            ["deadlines { idle 1s }"]
        )
        let line = [UInt8](repeating: 0x2e, count: 512)
        while unsafe write(full, line, line.count) > 0 {}
        let script = "exec 2>\(fifo); exec \"$0\" \"$@\""
        let words =
            ["NOTIFY_SOCKET=" + manager.path, "/bin/sh", "-c", script, RunningGatehouse.binary]
            + ["run", file.path]
        let process = try ChildProcess("/usr/bin/env", words)
        defer {
            let crews = process.children
            process.send(signal: SIGKILL)
            for crew in crews { kill(crew, SIGKILL) }
        }
        let endpoint = Endpoint.unix(place)
        #expect(manager.next().contains("READY=1"))
        let client = try #require(RawClient(to: endpoint))
        #expect(try client.get("/").status == 200)

        let crew = try #require(process.children.first)
        kill(crew, SIGKILL)
        wait("no other crew came") { process.children.contains { $0 != crew } }
        wait("the crew is not gone") { !process.children.contains(crew) }
        let next = try #require(RawClient(to: endpoint))

        #expect(try next.get("/").status == 200)
        process.send(signal: SIGTERM)
        #expect(process.waitForExit(within: .seconds(8)) == 0)
    }

    @Test(arguments: [true, false])
    func `systemd is told when it is ready, when it reads again and when it ends`(
        isAbstract: Bool
    ) throws {
        let echo = try RunningEcho()
        let listener = try Listener(isAbstract: isAbstract)
        let file = try WrittenGateFile(before: echo.endpoint)
        let words =
            ["NOTIFY_SOCKET=" + listener.path, RunningGatehouse.binary, "run", file.path]
        let process = try ChildProcess("/usr/bin/env", words)
        defer {
            let crews = process.children
            process.send(signal: SIGKILL)
            for crew in crews { kill(crew, SIGKILL) }
        }

        let ready = listener.next()
        #expect(ready.contains("READY=1") && ready.contains("MAINPID=\(process.id)"))
        let crew = try #require(process.children.first)
        #expect(ready.contains("STATUS=serving in process \(crew)"))
        let told = ProcessFacts(id: crew).environment.filter { $0.hasPrefix("NOTIFY_SOCKET") }
        #expect(told.isEmpty)

        process.send(signal: SIGHUP)
        let reloading = listener.next()
        #expect(reloading.contains("RELOADING=1"))
        #expect(reloading.contains { $0.wholeMatch(of: /MONOTONIC_USEC=\d+/) != nil })
        #expect(listener.next().contains("READY=1"))

        process.send(signal: SIGUSR2)
        #expect(listener.next().last?.contains("1 draining") == true)
        #expect(listener.next().contains("MAINPID=\(process.id)"))

        process.send(signal: SIGTERM)
        var last: [String] = []
        repeat { last = listener.next() } while last.contains("READY=1")
        #expect(last.contains("STOPPING=1"))
        #expect(process.waitForExit(within: .seconds(5)) == 0)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
    func `nothing of root is left once it listens`() throws {
        let echo = try RunningEcho()
        let pidFile = freshPath("pid")
        defer { _ = unsafe unlink(pidFile) }
        let gateway = try Supervised(
            before: echo.endpoint,
            ["process { user nobody }", "process { pid file \"\(pidFile)\" }"]
        )
        #expect(try gateway.client().get("/").status == 200)
        kill(try gateway.crew(), SIGKILL)
        #expect(try gateway.client().get("/").status == 200)

        for id in [gateway.process.id, try gateway.crew()] {
            let facts = ProcessFacts(id: id)
            #expect(Set(facts.status("Uid").split(separator: " ")) == ["65534"])
            #expect(Set(facts.status("Gid").split(separator: " ")) == ["65534"])
            #expect(!facts.status("Groups").split(separator: " ").contains("0"))
            for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
                #expect(facts.status(set) == "0000000000000000", "\(set)")
            }
            #expect(facts.status("NoNewPrivs") == "1")
        }
        gateway.process.send(signal: SIGTERM)
        #expect(gateway.process.waitForExit(within: .seconds(5)) == 0)
        #expect(try (unsafe access(pidFile, F_OK) != 0) || TextFile.read(pidFile).isEmpty)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
    func `what the user may not read is said, with the user's name`() throws {
        let path = freshPath("private")
        #expect(unsafe mkdir(path, 0o700) == 0)
        defer { _ = unsafe rmdir(path) }

        let file = try WrittenGateFile(
            before: .ipv4("127.0.0.1", port: 1),
            ["process { user nobody }", "access log \"\(path)/access.log\""]
        )
        let program = try Program(["run", file.path])

        #expect(program.code == 2 && program.errors.count == 1)
        let line = program.errors.first ?? ""
        #expect(line.contains("Permission denied") && line.contains("as `nobody`"))
    }

    @Test func `it gets as many descriptors as the kernel gives it`() throws {
        let echo = try RunningEcho()
        let file = try WrittenGateFile(before: echo.endpoint)
        let words =
            ["-c", "ulimit -Sn 256; exec \"$0\" \"$@\"", RunningGatehouse.binary, "run"]
            + [file.path]
        let process = try ChildProcess("/bin/sh", words)
        defer {
            let crews = process.children
            process.send(signal: SIGKILL)
            for crew in crews { kill(crew, SIGKILL) }
        }
        #expect(!process.lines(of: .error, atLeast: 1) { $0.contains("listening") }.isEmpty)
        let crew = try #require(process.children.first)

        let limits = try TextFile.read("/proc/\(crew)/limits")

        let line = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") } ?? ""
        let figures = line.split(separator: " ").compactMap { Int($0) }
        // CAP_SYS_RESOURCE, which a container's root may lack.
        let rights = UInt64(ProcessFacts(id: ProcessID.own).status("CapEff"), radix: 16) ?? 0
        guard geteuid() == 0, rights & 1 << 24 != 0 else {
            #expect(figures.count == 2 && figures[0] == figures[1])
            return
        }
        let most = try Int(TextFile.read("/proc/sys/fs/nr_open").prefix { $0.isNumber }) ?? 0
        #expect(figures == [min(most, 1_048_576), min(most, 1_048_576)])
    }
}
