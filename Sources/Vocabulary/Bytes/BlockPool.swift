/// A worker's spare blocks of memory.
///
/// They let a request allocate nothing and an idle connection hold nothing.
/// Blocks are handed out last in, first out, which keeps the ones in use warm in the cache. What comes
/// back beyond `spareMax` is freed: a burst does not stay in memory.
///
/// A spare block holds the address of the next one, and the first of each size stand in memory of their
/// own: four blocks come and go with every request, and so none of them is checked for who else may be
/// looking at it. One thread is, by the pool's contract.
@safe
public final class BlockPool {
    /// The spare blocks of one size.
    @unsafe private struct Shelf {
        var first: UnsafeMutableRawPointer?
        var count = 0
    }

    private let shelves: UnsafeMutablePointer<Shelf>

    public init() {
        unsafe shelves = .allocate(capacity: BlockSize.all.count)
        unsafe shelves.initialize(repeating: Shelf(), count: BlockSize.all.count)
    }

    deinit {
        trim()
        unsafe shelves.deallocate()
    }

    /// Frees all spare blocks.
    public func trim() {
        for size in BlockSize.all {
            while let block = unsafe pop(size) { unsafe block.deallocate() }
        }
    }

    func take(_ size: BlockSize) -> UnsafeMutableRawPointer {
        if let block = unsafe pop(size) { return unsafe block }
        return .allocate(byteCount: size.byteCount, alignment: 16)
    }

    func give(_ block: UnsafeMutableRawPointer, _ size: BlockSize) {
        let shelf = unsafe shelves + size.rawValue
        guard unsafe shelf.pointee.count < size.spareMax else { return unsafe block.deallocate() }
        // SAFETY: nobody holds the block any more, and each has room for an address.
        unsafe block.storeBytes(of: shelf.pointee.first, as: UnsafeMutableRawPointer?.self)
        unsafe shelf.pointee.first = block
        unsafe shelf.pointee.count &+= 1
    }

    private func pop(_ size: BlockSize) -> UnsafeMutableRawPointer? {
        let shelf = unsafe shelves + size.rawValue
        guard let block = unsafe shelf.pointee.first else { return nil }
        unsafe shelf.pointee.first = block.load(as: UnsafeMutableRawPointer?.self)
        unsafe shelf.pointee.count &-= 1
        return unsafe block
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
