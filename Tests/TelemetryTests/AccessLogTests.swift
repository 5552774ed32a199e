import Foundation
import Telemetry
import Testing

/// The log as a whole: its thread, its descriptor, and readers that misbehave.
struct AccessLogTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    // MARK: Writing

    @Test func `closing writes all that was appended`() throws {
        let log = try AccessLog(to: .file(path: folder.path("log")), bufferCount: 2)
        log.buffers[0].append(path: "/a")
        log.buffers[1].append(path: "/b")

        log.close()

        let paths = try folder.lines(of: "log").map { line in
            try fields(of: line)["path"] as? String
        }
        #expect(Set(paths) == ["/a", "/b"])
        #expect(log.droppedCount == 0)
    }

    @Test func `a log that is let go is closed first`() throws {
        do {
            let log = try AccessLog(to: .file(path: folder.path("log")), bufferCount: 1)
            log.buffers[0].append(path: "/a")
        }

        #expect(try folder.lines(of: "log").count == 1)
    }

    @Test func `closing twice is closing once`() throws {
        let log = try AccessLog(to: .file(path: folder.path("log")), bufferCount: 1)
        log.close()
        log.close()

        #expect(try folder.lines(of: "log").isEmpty)
    }

    @Test func `what is appended after closing is counted and not written`() throws {
        let log = try AccessLog(to: .file(path: folder.path("log")), bufferCount: 1)
        log.close()

        log.buffers[0].append(path: "/late")

        #expect(log.droppedCount == 1)
        #expect(try folder.lines(of: "log").isEmpty)
    }

    @Test func `records are written while the log is open`() throws {
        let pipe = Pipe()
        let log = try AccessLog(to: .descriptor(pipe.writing), bufferCount: 1)
        log.buffers[0].append(path: "/a")

        let first = pipe.fileHandleForReading.availableData

        log.buffers[0].append(path: "/b")
        let second = pipe.fileHandleForReading.availableData
        #expect(try lines(in: first).count == 1)
        #expect(try fields(of: lines(in: second)[0])["path"] as? String == "/b")
        log.close()
    }

    @Test(arguments: [1, 4])
    func `threads at once leave whole lines, and every record is written or counted`(
        bufferCount: Int
    ) throws {
        let log = try AccessLog(
            to: .file(path: folder.path("log")),
            bufferCount: bufferCount,
            bufferByteCountMax: 100_000
        )

        DispatchQueue.concurrentPerform(iterations: 4) { worker in
            let buffer = log.buffers[worker % bufferCount]
            for number in 0..<2000 {
                buffer.append(
                    path: "/\(worker)/\(number)/\"\n\u{0}\\é",
                    requestID: "\(worker)-\(number)"
                )
            }
        }
        log.close()

        let lines = try folder.lines(of: "log")
        var ids: Set<String> = []
        for line in lines.records {
            ids.insert(try #require(fields(of: line)["request_id"] as? String))
        }
        #expect(ids.count == lines.records.count)
        #expect(lines.records.count + log.droppedCount == 8000)
        #expect(try lines.dropsSaid() == log.droppedCount)
    }

    // MARK: Readers that misbehave

    @Test func `a reader that stops reading stalls no worker, and hears what it missed`() throws {
        let pipe = Pipe()
        let log = try AccessLog(
            to: .descriptor(pipe.writing),
            bufferCount: 1,
            bufferByteCountMax: 65536,
            now: { 1_795_179_900_123_000_000 }
        )

        for _ in 0..<5000 { log.buffers[0].append(path: "/x") }
        #expect(log.droppedCount > 0)

        let text = pipe.readToEnd { log.close(patience: .seconds(60)) }
        let lines = try lines(in: text)
        #expect(lines.records.count + log.droppedCount == 5000)
        #expect(try lines.dropsSaid() == log.droppedCount)
        let said = try #require(lines.last)
        #expect(said.hasPrefix(#"LOG_DROPPED: {"ts":"2026-11-20T13:05:00.123Z","count":"#))
    }

    @Test func `a reader that never comes back is waited for only so long`() throws {
        let pipe = Pipe()
        let log = try AccessLog(
            to: .descriptor(pipe.writing),
            bufferCount: 1,
            bufferByteCountMax: 65536
        )
        for _ in 0..<5000 { log.buffers[0].append(path: "/x") }

        log.close(patience: .milliseconds(20))

        let lines = try lines(in: pipe.readToEnd {})
        #expect(lines.records.count + log.droppedCount == 5000)
    }

    @Test func `a reader that is gone costs records and nothing else`() throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let log = try AccessLog(to: .descriptor(pipe.writing), bufferCount: 1)

        for _ in 0..<3 { log.buffers[0].append(path: "/x") }
        log.close()

        #expect(log.droppedCount == 3)
    }

    @Test func `a full disk costs records and nothing else`() throws {
        let log = try AccessLog(to: .file(path: "/dev/full"), bufferCount: 1)

        for _ in 0..<3 { log.buffers[0].append(path: "/x") }
        log.close()

        #expect(log.droppedCount == 3)
    }

    // MARK: Rotation

    @Test func `after reopening, records go to a new file at the old path`() throws {
        let log = try AccessLog(to: .file(path: folder.path("log")), bufferCount: 1)
        log.buffers[0].append(path: "/before")
        try FileManager.default.moveItem(atPath: folder.path("log"), toPath: folder.path("log.1"))

        try log.reopen()
        log.buffers[0].append(path: "/after")
        log.close()

        let new = try folder.lines(of: "log")
        #expect(try new.contains { line in try fields(of: line)["path"] as? String == "/after" })
        #expect(try new.count + folder.lines(of: "log.1").count == 2)
    }

    @Test func `no record goes to a file that was rotated away before it`() throws {
        let log = try AccessLog(to: .file(path: folder.path("log")), bufferCount: 1)
        for turn in 1...20 {
            try FileManager.default.moveItem(
                atPath: folder.path("log"),
                toPath: folder.path("log.\(turn)")
            )
            try log.reopen()
            log.buffers[0].append(path: "/\(turn)")
        }
        log.close()

        for turn in 1..<20 {
            for line in try folder.lines(of: "log.\(turn)") {
                let path = try #require(fields(of: line)["path"] as? String)
                #expect(try #require(Int(path.dropFirst())) < turn)
            }
        }
        #expect(log.droppedCount == 0)
    }

    @Test func `a file that cannot be reopened is said, and the old one goes on`() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path("a"),
            withIntermediateDirectories: false
        )
        let log = try AccessLog(to: .file(path: folder.path("a/log")), bufferCount: 1)
        try FileManager.default.moveItem(atPath: folder.path("a"), toPath: folder.path("b"))

        #expect(throws: LogError.cannotOpen(path: folder.path("a/log"), code: ENOENT)) {
            try log.reopen()
        }
        log.buffers[0].append(path: "/x")
        log.close()

        #expect(try folder.lines(of: "b/log").count == 1)
    }

    @Test func `what someone else opened stays open through reopening and closing`() throws {
        let pipe = Pipe()
        let log = try AccessLog(to: .descriptor(pipe.writing), bufferCount: 1)

        try log.reopen()
        log.close()

        #expect(fcntl(pipe.writing, F_GETFL) >= 0)
    }
}

extension Pipe {
    fileprivate var writing: Int32 { fileHandleForWriting.fileDescriptor }

    /// Reads to the end while `work` is done elsewhere and the writing side is closed after it.
    fileprivate func readToEnd(during work: @escaping @Sendable () -> Void) -> Data {
        let writing = fileHandleForWriting
        DispatchQueue.global().async {
            work()
            try? writing.close()
        }
        return fileHandleForReading.readDataToEndOfFile()
    }
}
