import Glibc
import Rules
import TestSupport
import Testing

@testable import gatehouse

/// Files as they were: read once, kept, and handed on.
struct SnapshotTests {
    private static let contents: FileRecord.Contents = {
        var contents = FileRecord.Contents()
        contents.files["conf/dev.gate"] = .bytes(Array("language 1\n".utf8))
        contents.files["rules/lists/empty.txt"] = .bytes([])
        contents.files["missing"] = .trouble(.missing)
        contents.files["large"] = .trouble(.tooLarge)
        contents.files["shut"] = .trouble(.unreadable("this user may not read it"))
        contents.folders["rules"] = ["b.gate", "a.gate"]
        contents.folders["none"] = []
        return contents
    }()

    @Test func `what was written is read again`() {
        let bytes = Snapshot.bytes(of: Self.contents)

        #expect(Snapshot.contents(of: bytes) == Self.contents)
        #expect(Snapshot.contents(of: bytes + [0]) == nil)
        for count in bytes.indices { #expect(Snapshot.contents(of: Array(bytes[..<count])) == nil) }
    }

    @Test func `any bytes at all are read or refused, and nothing else`() {
        var random = SeededRandom(11)
        let bytes = Snapshot.bytes(of: Self.contents)
        for _ in 0..<20_000 {
            var broken = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                broken[.random(in: broken.indices, using: &random)] = .random(
                    in: 0...255,
                    using: &random
                )
            }
            _ = Snapshot.contents(of: broken)
        }
    }

    @Test func `a record keeps what it has read, whatever becomes of the file`() throws {
        let path = GateFile.freshPath()
        defer { TextFile.remove(path) }
        try TextFile.write("one", to: path)
        let record = FileRecord()
        #expect(try record.read(path, upTo: 100) == Array("one".utf8))
        #expect(throws: FileTrouble.missing) { try record.read(path + ".no", upTo: 100) }

        try TextFile.write("two", to: path)
        try TextFile.write("two", to: path + ".no")
        defer { TextFile.remove(path + ".no") }

        #expect(try record.read(path, upTo: 100) == Array("one".utf8))
        #expect(throws: FileTrouble.missing) { try record.read(path + ".no", upTo: 100) }
        #expect(throws: FileTrouble.tooLarge) { try record.read(path, upTo: 2) }
        #expect(try record.readSmall(path) == Array("one".utf8))
    }

    @Test func `a snapshot has no name, cannot be changed, and holds it all`() throws {
        let record = FileRecord(Self.contents)
        let snapshot = try #require(Snapshot(of: record))
        defer { snapshot.close() }

        #expect(snapshot.record()?.all == Self.contents)
        var byte: UInt8 = 0
        #expect(unsafe pwrite(snapshot.descriptor, &byte, 1, 0) == -1)
        #expect(ftruncate(snapshot.descriptor, 0) == -1)
        #expect(fcntl(snapshot.descriptor, F_GETFD) & FD_CLOEXEC != 0)
        #expect(Snapshot(descriptor: STDIN_FILENO).record() == nil)
    }

    // MARK: Versions

    private func version(_ name: String) throws -> Version {
        let snapshot = try #require(Snapshot(of: FileRecord()))
        return Version(name: name, since: 0, snapshot: snapshot)
    }

    @Test func `the last twenty versions are kept, each once, the one that runs last`() throws {
        var history = VersionHistory()
        for number in 0..<25 { history.append(try version("r-\(number)")) }
        defer { for version in history.all { version.snapshot.close() } }

        #expect(history.all.map(\.name) == (5..<25).map { "r-\($0)" })
        #expect(history.version(nil)?.name == "r-23")
        #expect(history.version("r-7")?.name == "r-7")
        #expect(history.version("r-4") == nil)

        history.append(try version("r-7"))
        #expect(history.running?.name == "r-7" && history.all.count == 20)
        #expect(history.version(nil)?.name == "r-24")
    }

    // MARK: Control

    @Test(arguments: [
        ControlRequest.reload, .rollBack(nil), .rollBack("r-7f3a91c2"), .status(.text),
        .status(.json),
    ])
    func `requests arrive as they were made`(request: ControlRequest) {
        #expect(ControlRequest(request.text) == request)
    }

    @Test(arguments: ["", "reload now", "status", "status xml", "rollback a b", "kill"])
    func `what is no request is none`(text: String) {
        #expect(ControlRequest(text) == nil)
    }
}
