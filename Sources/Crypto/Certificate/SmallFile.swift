import Glibc

/// How a small file is read: from the disk, or from what was read of it before.
public typealias FileReading = @Sendable (_ path: String) throws(LoadFailure) -> [UInt8]

/// A file that is read whole, and only if it is small.
public enum SmallFile {
    /// Reads `path`; what it is said to hold goes into the message when that fails.
    public static func read(
        _ path: String,
        upTo byteMax: Int = TLSBounds.fileByteMax
    ) throws(LoadFailure) -> [UInt8] {
        // A pipe nobody writes to would hold the start, or the reload, for ever.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw unreadable(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let what =
                status.st_mode & S_IFMT == S_IFDIR ? "this is a directory" : "this is no file"
            throw LoadFailure(path, what, help: "name the file itself")
        }
        var bytes: [UInt8] = []
        while bytes.count <= byteMax {
            let piece = try readPiece(of: descriptor, path)
            if piece.isEmpty { return bytes }
            bytes += piece
        }
        throw LoadFailure(
            path,
            "this is larger than \(byteMax >> 10) KiB",
            help: "is it the right file?"
        )
    }

    /// The machine's own files.
    public static let onDisk: FileReading = { path throws(LoadFailure) in try read(path) }

    private static func readPiece(
        of descriptor: Int32,
        _ path: String
    ) throws(LoadFailure) -> [UInt8] {
        var room = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe Glibc.read(descriptor, &room, room.count)
            if count >= 0 { return Array(room.prefix(count)) }
            guard errno == EINTR else { throw unreadable(path, errno) }
        }
    }

    private static func unreadable(_ path: String, _ error: Int32) -> LoadFailure {
        let help =
            switch error {
            case ENOENT, ENOTDIR: "check the path"
            case EACCES, EPERM: "let the user that runs gatehouse read it"
            default: "see whether the disk is well"
            }
        let problem = unsafe String(cString: strerror(error)).lowercased()
        return LoadFailure(path, "it cannot be read (\(problem))", help: help)
    }
}
