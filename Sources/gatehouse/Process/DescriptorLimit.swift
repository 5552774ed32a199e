import Glibc

/// How many descriptors the program may have: two for each exchange, one for each silent connection.
enum DescriptorLimit {
    /// What root may go up to, where the kernel allows it.
    static let descriptorMax: rlim_t = 1_048_576

    /// As many as the system allows.
    ///
    /// - beyondHardLimit: root may set that too.
    static func raise(beyondHardLimit: Bool) {
        let kind = Int32(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard unsafe getrlimit(kind, &limit) == 0 else { return }
        if beyondHardLimit, geteuid() == 0 {
            let most = min(kernelMax() ?? descriptorMax, descriptorMax)
            var higher = rlimit(rlim_cur: most, rlim_max: max(most, limit.rlim_max))
            if limit.rlim_max >= most { higher.rlim_cur = limit.rlim_max }
            if unsafe setrlimit(kind, &higher) == 0 { return }
        }
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(kind, &limit)
    }

    private static func kernelMax() -> rlim_t? {
        let descriptor = unsafe open("/proc/sys/fs/nr_open", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var room = [UInt8](repeating: 0, count: 32)
        let count = unsafe read(descriptor, &room, room.count)
        let digits = room.prefix(max(count, 0)).prefix { 0x30...0x39 ~= $0 }
        return rlim_t(String(decoding: digits, as: UTF8.self))
    }
}
