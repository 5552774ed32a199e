import Crypto
import Glibc
import Rules
import Vocabulary

/// Files as they were when they were first asked for, and stay from then on.
///
/// One record stands behind one version: its rules, pages, lists, certificates and keys are read once,
/// so that an edit while it is read mixes nothing, and so that a process that takes another's place
/// finds what that one had.
final class FileRecord: Files, Sendable {
    enum Entry: Equatable {
        case bytes([UInt8])
        case trouble(FileTrouble)
    }

    struct Contents: Equatable {
        var files: [String: Entry] = [:]
        var folders: [String: [String]] = [:]
    }

    private let contents: Lock<Contents>
    private let disk = DiskFiles()

    init(_ contents: Contents = Contents()) { self.contents = Lock(contents) }

    /// All that has been asked for so far.
    var all: Contents { contents.withLock { $0 } }

    func read(_ path: String, upTo byteMax: Int) throws(FileTrouble) -> [UInt8] {
        let known = contents.withLock { $0.files[path] }
        let entry = known ?? readDisk(path, byteMax)
        if known == nil { contents.withLock { $0.files[path] = entry } }
        switch entry {
        case .bytes(let bytes):
            guard bytes.count <= byteMax else { throw .tooLarge }
            return bytes
        case .trouble(let trouble): throw trouble
        }
    }

    func names(in folder: String) -> [String] {
        if let known = contents.withLock({ $0.folders[folder] }) { return known }
        let names = disk.names(in: folder)
        contents.withLock { $0.folders[folder] = names }
        return names
    }

    /// Certificates, keys and secrets; what cannot be read is not kept, since nothing comes of it.
    func readSmall(_ path: String) throws(LoadFailure) -> [UInt8] {
        if case .bytes(let bytes)? = contents.withLock({ $0.files[path] }) { return bytes }
        let bytes = try SmallFile.read(path)
        contents.withLock { $0.files[path] = .bytes(bytes) }
        return bytes
    }

    private func readDisk(_ path: String, _ byteMax: Int) -> Entry {
        do throws(FileTrouble) {
            return .bytes(try disk.read(path, upTo: byteMax))
        } catch {
            return .trouble(error)
        }
    }
}
