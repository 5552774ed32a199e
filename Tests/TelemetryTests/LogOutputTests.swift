import Foundation
import Testing

@testable import Telemetry

struct LogOutputTests {
    private func line(_ letter: Character, byteCount: Int) -> [UInt8] {
        Array(String(repeating: letter, count: byteCount - 1).utf8) + [0x0A]
    }

    @Test func `a file that does not exist is made for its owner and group`() throws {
        let folder = try TemporaryFolder()
        var output = try LogOutput(path: folder.path("log"))

        let lost = output.write(line("a", byteCount: 10)) { _ in true }

        #expect(lost == 0)
        #expect(try folder.lines(of: "log") == ["aaaaaaaaa"])
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("log"))
        let mode = try #require(attributes[.posixPermissions] as? Int)
        #expect(mode & 0o600 == 0o600)
        #expect(mode & ~0o640 == 0)
    }

    @Test func `a file that exists is appended to`() throws {
        let folder = try TemporaryFolder()
        for letter in ["a", "b"] as [Character] {
            var output = try LogOutput(path: folder.path("log"))
            #expect(output.write(line(letter, byteCount: 3)) { _ in true } == 0)
        }

        #expect(try folder.lines(of: "log") == ["aa", "bb"])
    }

    @Test func `a path that leads nowhere is said in one line`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("missing/log")

        #expect(throws: LogError.cannotOpen(path: path, code: ENOENT)) {
            _ = try LogOutput(path: path)
        }
        let error = LogError.cannotOpen(path: "/a/b", code: ENOENT)
        #expect("\(error)" == "cannot open the log /a/b: No such file or directory")
    }

    @Test func `a full pipe takes whole lines and the rest is counted`() throws {
        let pipe = try FullPipe()
        var output = LogOutput(borrowing: pipe.writing)
        let lines = (0..<10).flatMap { _ in line("a", byteCount: 1000) }

        let lost = output.write(lines) { _ in false }

        #expect(lost == 6)
        #expect(pipe.read().count == 4000)
        #expect(output.recordCountAtRisk == 0)
    }

    @Test func `a record that went out in part is finished before the next begins`() throws {
        let pipe = try FullPipe()
        var output = LogOutput(borrowing: pipe.writing)
        let long = line("a", byteCount: 5000)

        let lost = output.write(long + line("b", byteCount: 10)) { _ in false }
        #expect(lost == 1)
        #expect(output.recordCountAtRisk == 1)

        var text = pipe.read()
        let lostLater = output.write(line("c", byteCount: 10)) { _ in false }
        text += pipe.read()

        #expect(lostLater == 0)
        #expect(output.recordCountAtRisk == 0)
        #expect(text == long + line("c", byteCount: 10))
    }

    @Test func `waiting for a reader goes on where it was`() throws {
        let pipe = try FullPipe()
        var output = LogOutput(borrowing: pipe.writing)
        let lines = (0..<10).flatMap { _ in line("a", byteCount: 1000) }
        var text: [UInt8] = []

        let lost = output.write(lines) { _ in
            text += pipe.read()
            return true
        }
        text += pipe.read()

        #expect(lost == 0)
        #expect(text == lines)
    }

    @Test func `a pipe that others share keeps its own mode`() throws {
        let pipe = try FullPipe()

        let output = LogOutput(borrowing: pipe.writing)

        #expect(fcntl(pipe.writing, F_GETFL) & O_NONBLOCK == 0)
        #expect(output.recordCountAtRisk == 0)
    }

    @Test func `what may block is asked before each write`() throws {
        var ends: [Int32] = [0, 0]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { ends.forEach { end in close(end) } }
        var output = LogOutput(borrowing: ends[0])
        let lines = (0..<10_000).flatMap { _ in line("a", byteCount: 100) }

        let lost = output.write(lines) { descriptor in
            var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            return unsafe poll(&watched, 1, 0) > 0
        }

        #expect(lost > 0)
        #expect(lost < 10_000)
    }

    @Test func `a full disk loses every record and nothing more`() throws {
        var output = try LogOutput(path: "/dev/full")

        let lost = output.write((0..<7).flatMap { _ in line("a", byteCount: 9) }) { _ in true }

        #expect(lost == 7)
    }
}

/// A pipe that is full after 4096 bytes.
private final class FullPipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
        let pipeSizeCommand: Int32 = 1031
        try #require(fcntl(writing, pipeSizeCommand, 4096) == 4096)
        try #require(fcntl(reading, F_SETFL, O_NONBLOCK) == 0)
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// What is in the pipe now.
    func read() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = unsafe Glibc.read(reading, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }
}
