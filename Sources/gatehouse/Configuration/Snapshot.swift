import CLinux
import Glibc
import Rules

/// All files of one version, as bytes in memory that nobody can change.
///
/// It has no name in any folder: who holds the descriptor can read it, and nobody else. Keys are in it.
struct Snapshot: Equatable {
    static let byteMax = 256 << 20
    private static let form: UInt32 = 0x4753_0001

    let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Nil where the system has no memory or no descriptors left.
    init?(of record: FileRecord) {
        let bytes = Self.bytes(of: record.all)
        guard bytes.count <= Self.byteMax else { return nil }
        let made = unsafe linux_sealed_memory("gatehouse-version", bytes, UInt(bytes.count))
        guard made >= 0 else { return nil }
        descriptor = made
    }

    /// The files in it; nil if it is no snapshot of this form.
    func record() -> FileRecord? {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= Self.byteMax
        else { return nil }
        let size = Int(status.st_size)
        var bytes = [UInt8](repeating: 0, count: size)
        var count = 0
        while count < size {
            let taken = unsafe bytes.withUnsafeMutableBytes { room in
                unsafe pread(
                    descriptor,
                    room.baseAddress.map { unsafe $0 + count },
                    size - count,
                    off_t(count)
                )
            }
            guard taken > 0 else { return nil }
            count += taken
        }
        return Self.contents(of: bytes).map(FileRecord.init)
    }

    func close() { Glibc.close(descriptor) }

    // MARK: Form

    static func bytes(of contents: FileRecord.Contents) -> [UInt8] {
        var writer = PacketWriter()
        writer.append(form)
        writer.append(UInt32(clamping: contents.files.count))
        for (path, entry) in contents.files.sorted(by: { $0.key < $1.key }) {
            writer.append(path)
            switch entry {
            case .bytes(let bytes):
                writer.append(UInt8(0))
                writer.append(UInt32(clamping: bytes.count))
                writer.append(raw: bytes)
            case .trouble(.missing): writer.append(UInt8(1))
            case .trouble(.tooLarge): writer.append(UInt8(2))
            case .trouble(.unreadable(let why)):
                writer.append(UInt8(3))
                writer.append(why)
            }
        }
        writer.append(UInt32(clamping: contents.folders.count))
        for (folder, names) in contents.folders.sorted(by: { $0.key < $1.key }) {
            writer.append(folder)
            writer.append(UInt32(clamping: names.count))
            for name in names { writer.append(name) }
        }
        return writer.bytes
    }

    static func contents(of bytes: [UInt8]) -> FileRecord.Contents? {
        var reader = PacketReader(bytes)
        var contents = FileRecord.Contents()
        guard reader.number() == form, let fileCount = reader.number(UInt32.self) else {
            return nil
        }
        for _ in 0..<fileCount {
            guard let path = reader.text(), let entry = entry(&reader) else { return nil }
            contents.files[path] = entry
        }
        guard let folderCount = reader.number(UInt32.self) else { return nil }
        for _ in 0..<folderCount {
            guard let folder = reader.text(), let count = reader.number(UInt32.self) else {
                return nil
            }
            var names: [String] = []
            for _ in 0..<count {
                guard let name = reader.text() else { return nil }
                names.append(name)
            }
            contents.folders[folder] = names
        }
        return reader.isAtEnd ? contents : nil
    }

    private static func entry(_ reader: inout PacketReader) -> FileRecord.Entry? {
        switch reader.number(UInt8.self) {
        case 0:
            guard let count = reader.number(UInt32.self) else { return nil }
            return reader.raw(Int(count)).map { .bytes($0) }
        case 1: return .trouble(.missing)
        case 2: return .trouble(.tooLarge)
        case 3: return reader.text().map { .trouble(.unreadable($0)) }
        default: return nil
        }
    }
}
