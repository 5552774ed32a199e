import Gateway
import Glibc

/// The file that says which process to send signals to.
enum PidFile {
    /// - owner: who will want to take it away again.
    static func write(_ path: String, for owner: Account?) throws(StartFailure) {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let descriptor = unsafe open(path, flags, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        if let owner { _ = fchown(descriptor, owner.id, owner.group) }
        let text = Array("\(getpid())\n".utf8)
        guard unsafe Glibc.write(descriptor, text, text.count) == text.count else {
            throw failure(path)
        }
    }

    /// Takes it away, or what it says where the folder is not ours.
    static func remove(_ path: String) {
        if unsafe unlink(path) != 0 { _ = unsafe truncate(path, 0) }
    }

    private static func failure(_ path: String) -> StartFailure {
        let why = unsafe String(cString: strerror(errno))
        return StartFailure(message: "cannot write the pid file \(path): \(why)")
    }
}
