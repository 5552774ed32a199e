import Foundation
import TestSupport
import Testing

@testable import Transport

struct MemoryLimitTests {
    /// A file system of its own, by path and content.
    private func limit(_ files: [String: String]) throws -> Int {
        let root = "/tmp/gatehouse-test-\(ProcessID.own)-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (path, text) in files {
            let file = URL(fileURLWithPath: root + path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        return MemoryLimit.find(root: root)
    }

    private static let v2 = "/sys/fs/cgroup"
    private static let v1 = "/sys/fs/cgroup/memory"

    @Test func `without control groups it is the machine's`() throws {
        #expect(try limit([:]) > 64 << 20)
    }

    @Test func `a limit of version 2 is found, at the group or above it`() throws {
        let group = ["/proc/self/cgroup": "0::/a/b\n"]
        let own = ["\(Self.v2)/a/b/memory.max": "1048576\n"]
        let above = [
            "\(Self.v2)/a/memory.max": "2048\n", "\(Self.v2)/a/b/memory.max": "max\n",
        ]
        #expect(try limit(group.merging(own) { $1 }) == 1 << 20)
        #expect(try limit(group.merging(above) { $1 }) == 2048)
    }

    @Test func `a group that is not visible from inside a container is looked for at its root`()
        throws
    {
        let files = ["/proc/self/cgroup": "0::/../x\n", "\(Self.v2)/memory.max": "4096\n"]
        #expect(try limit(files) == 4096)
    }

    @Test func `a limit of version 1 is found, among other controllers`() throws {
        let files = [
            "/proc/self/cgroup": "8:pids:/\n4:cpu,memory:/box\n0::/\n",
            "\(Self.v1)/box/memory.limit_in_bytes": "8192\n",
            "\(Self.v1)/memory.limit_in_bytes": "9223372036854771712\n",
        ]
        #expect(try limit(files) == 8192)
    }

    @Test func `what is no number is no limit`() throws {
        let files = ["/proc/self/cgroup": "0::\nnonsense\n0::/", "\(Self.v2)/memory.max": "max\n"]
        #expect(try limit(files) == limit([:]))
    }

    @Test func `resident memory grows with what is touched`() {
        let resident = ResidentMemory()
        let before = resident.byteCount()
        #expect(before > 1 << 20)
        let touched = [UInt8](repeating: 1, count: 64 << 20)
        #expect(resident.byteCount() - before > 32 << 20)
        #expect(touched.last == 1)
    }
}
