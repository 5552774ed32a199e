import Glibc

/// Which file the name of a Unix socket led to when it was bound.
///
/// Whoever ends takes the name away, unless another process has made a file of its own there. The time
/// is compared too, since a file system may give a number away again at once.
public struct SocketFile: Equatable, Sendable {
    public let device: UInt64
    public let number: UInt64
    public let seconds: Int64
    public let nanoseconds: Int64

    public init(device: UInt64, number: UInt64, seconds: Int64, nanoseconds: Int64) {
        self.device = device
        self.number = number
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    public init?(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
        seconds = Int64(status.st_ctim.tv_sec)
        nanoseconds = Int64(status.st_ctim.tv_nsec)
    }
}
