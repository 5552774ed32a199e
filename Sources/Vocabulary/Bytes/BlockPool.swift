/// A worker's spare blocks of memory.
///
/// They let a request allocate nothing and an idle connection hold nothing.
/// Blocks are handed out last in, first out, which keeps the ones in use warm in the cache. What comes
/// back beyond `spareMax` is freed: a burst does not stay in memory.
@safe
public final class BlockPool {
    private var spare: InlineArray<3, [UnsafeMutableRawPointer]> = unsafe [[], [], []]

    public init() {}

    deinit { trim() }

    /// Frees all spare blocks.
    public func trim() {
        for size in BlockSize.all {
            while let block = unsafe spare[size.rawValue].popLast() { unsafe block.deallocate() }
        }
    }

    func take(_ size: BlockSize) -> UnsafeMutableRawPointer {
        if let block = unsafe spare[size.rawValue].popLast() { return unsafe block }
        return .allocate(byteCount: size.byteCount, alignment: 16)
    }

    func give(_ block: UnsafeMutableRawPointer, _ size: BlockSize) {
        if unsafe spare[size.rawValue].count < size.spareMax {
            unsafe spare[size.rawValue].append(block)
        } else {
            unsafe block.deallocate()
        }
    }
}

/// The three sizes of block a worker deals in.
public enum BlockSize: Int, Sendable {
    /// The table of one head's fields.
    case table
    /// A head, or a short body.
    case head
    /// A body on its way.
    case bulk

    static var all: [BlockSize] { [.table, .head, .bulk] }

    public var byteCount: Int {
        switch self {
        case .table: 1 << 10
        case .head: 4 << 10
        case .bulk: 64 << 10
        }
    }

    /// How many are kept for the next user: 256 KiB, 1 MiB and 1 MiB at the most.
    var spareMax: Int {
        switch self {
        case .table, .head: 256
        case .bulk: 16
        }
    }

    /// The size whose blocks have exactly `byteCount` bytes.
    static func of(_ byteCount: Int) -> BlockSize? {
        switch byteCount {
        case 1 << 10: .table
        case 4 << 10: .head
        case 64 << 10: .bulk
        default: nil
        }
    }
}
