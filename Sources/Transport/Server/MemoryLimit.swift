import Glibc

/// How much memory there is for this process: the least that any of its control groups, or the
/// machine, grants.
enum MemoryLimit {
    /// - root: where the file system begins, for tests.
    static func find(root: String = "") -> Int {
        let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        let groups = read(root + "/proc/self/cgroup") ?? ""
        var least = machine > 0 ? machine : 1 << 30
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let controllers = parts[1].split(separator: ",")
            if parts[0] == "0", parts[1].isEmpty {
                let limit = limit(of: parts[2], in: root + "/sys/fs/cgroup", "memory.max")
                least = min(least, limit ?? least)
            } else if controllers.contains("memory") {
                let folder = root + "/sys/fs/cgroup/memory"
                least = min(
                    least,
                    limit(of: parts[2], in: folder, "memory.limit_in_bytes") ?? least
                )
            }
        }
        return least
    }

    /// The least limit of a group and all that hold it; what is not visible from here is passed over.
    private static func limit(of group: Substring, in folder: String, _ file: String) -> Int? {
        var least: Int?
        var path = group
        while true {
            let name = path == "/" ? "" : path
            if let text = read("\(folder)\(name)/\(file)"),
                let limit = Int(text.prefix { $0.isNumber }), limit > 0
            {
                least = min(least ?? limit, limit)
            }
            guard !name.isEmpty, let slash = name.lastIndex(of: "/") else { return least }
            path = slash == name.startIndex ? "/" : name[..<slash]
        }
    }

    private static func read(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        return count >= 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}

/// How much memory of this process is resident, as the kernel counts it.
final class ResidentMemory: Sendable {
    private let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    private let pageByteCount = sysconf(Int32(_SC_PAGESIZE))

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Zero where the kernel does not say.
    func byteCount() -> Int {
        var text: InlineArray<64, UInt8> = .init(repeating: 0)
        var span = text.mutableSpan
        let count = unsafe span.withUnsafeMutableBytes {
            unsafe pread(descriptor, $0.baseAddress, $0.count, 0)
        }
        var field = 0
        var pages = 0
        for index in 0..<max(count, 0) {
            let byte = text[index]
            if byte == 0x20 {
                field += 1
            } else if field == 1 {
                pages = pages &* 10 &+ Int(byte &- 0x30)
            }
        }
        return pages &* pageByteCount
    }
}
