import Glibc

/// How many files the benchmark and what it starts may have open.
enum Limits {
    /// 5,000 idle connections with room to spare; HAProxy counts two for each it may have.
    static let openFilesMin: Int = 14_000

    /// Raises this process's limit; what it starts inherits it.
    static func raiseOpenFiles() throws(Trouble) {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_max = max(limit.rlim_max, rlim_t(openFilesMin))
        limit.rlim_cur = limit.rlim_max
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw Trouble.system("raising the limit of open files to \(openFilesMin)")
        }
    }
}
