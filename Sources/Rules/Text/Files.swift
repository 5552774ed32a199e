import Glibc

/// Where files are read from: the disk, or a test's own.
public protocol Files: Sendable {
    func read(_ path: String, upTo byteMax: Int) throws(FileTrouble) -> [UInt8]
    /// The names in a folder, sorted; none where there is no such folder.
    func names(in folder: String) -> [String]
}

/// Why a file could not be read, in the author's words.
public enum FileTrouble: Error, Equatable, Sendable {
    case missing
    case unreadable(String)
    case tooLarge

    public var words: String {
        switch self {
        case .missing: "there is no such file"
        case .unreadable(let why): why
        case .tooLarge: "it is larger than a file of this kind may be"
        }
    }
}

/// The machine's own files.
public struct DiskFiles: Files {
    public init() {}

    public func read(_ path: String, upTo byteMax: Int) throws(FileTrouble) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable(Self.reason(errno))
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable("it is no file that can be read")
        }
        guard status.st_size <= byteMax else { throw .tooLarge }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var count = 0
        while true {
            // A file that grows while it is read has its bound all the same.
            if count == bytes.count {
                guard count <= byteMax else { throw .tooLarge }
                bytes += [UInt8](repeating: 0, count: min(count, byteMax + 1 - count))
            }
            let taken = unsafe bytes.withUnsafeMutableBytes { space in
                unsafe Glibc.read(
                    descriptor,
                    space.baseAddress.map { unsafe $0 + count },
                    space.count - count
                )
            }
            if taken < 0, errno == EINTR { continue }
            guard taken >= 0 else { throw .unreadable(Self.reason(errno)) }
            if taken == 0 { break }
            count += taken
        }
        guard count <= byteMax else { throw .tooLarge }
        return Array(bytes.prefix(count))
    }

    public func names(in folder: String) -> [String] {
        guard let directory = unsafe opendir(folder.isEmpty ? "." : folder) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while names.count < RulesBounds.folderMax, let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case EACCES, EPERM: "this user may not read it"
        case EISDIR: "it is a folder"
        default: unsafe String(cString: strerror(code))
        }
    }
}

/// Files that exist in memory alone.
public struct TextFiles: Files {
    private let texts: [String: String]

    public init(_ texts: [String: String]) {
        self.texts = texts
    }

    public func read(_ path: String, upTo byteMax: Int) throws(FileTrouble) -> [UInt8] {
        guard let text = texts[path] else { throw .missing }
        let bytes = Array(text.utf8)
        guard bytes.count <= byteMax else { throw .tooLarge }
        return bytes
    }

    public func names(in folder: String) -> [String] {
        let prefix = folder.isEmpty ? "" : folder + "/"
        let inside = texts.keys.filter { $0.hasPrefix(prefix) }.compactMap {
            $0.dropFirst(prefix.count).split(separator: "/").first.map(String.init)
        }
        return Set(inside).sorted()
    }
}
