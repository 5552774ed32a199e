import Glibc

/// Reads and writes whole files, and lists folders, with Glibc alone.
public enum TextFile {
    public struct Failure: Error, CustomStringConvertible {
        public let path: String
        public let code: Int32
        public var description: String { "\(path): \(unsafe String(cString: strerror(code)))" }
    }

    public static func read(_ path: String) throws(Failure) -> String {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure(path: path, code: errno) }
        defer { close(file) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe Glibc.read(file, &chunk, chunk.count)
            guard count >= 0 else { throw Failure(path: path, code: errno) }
            if count == 0 { return String(decoding: content, as: UTF8.self) }
            content += chunk[..<count]
        }
    }

    public static func write(_ content: String, to path: String) throws(Failure) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Failure(path: path, code: errno) }
        defer { close(file) }
        var rest = Array(content.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress, $0.count)
            }
            guard count > 0 else { throw Failure(path: path, code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Every file below `folder`, as paths relative to it, in order.
    public static func all(below folder: String) throws(Failure) -> [String] {
        guard let listing = unsafe opendir(folder) else { throw Failure(path: folder, code: errno) }
        defer { unsafe closedir(listing) }
        var found: [String] = []
        while let entry = unsafe readdir(listing) {
            let isFolder = unsafe entry.pointee.d_type == DT_DIR
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name.hasPrefix(".") { continue }
            if isFolder {
                for inner in try all(below: folder + "/" + name) {
                    found.append(name + "/" + inner)
                }
            } else {
                found.append(name)
            }
        }
        return found.sorted()
    }

    public static func remove(_ path: String) { _ = unsafe unlink(path) }
}
