import Glibc

/// The content of a streamed body: at each offset one known byte.
///
/// Its period is a prime near 64 KiB, so that a piece that is lost, doubled or moved by any round
/// number of bytes is noticed.
struct Pattern: Sendable {
    private static let period = 65_521
    static let pieceMax = 64 << 10
    private let bytes: [UInt8]

    init() {
        var state: UInt32 = 2_463_534_242
        let once = (0..<Self.period).map { _ -> UInt8 in
            // Xorshift.
            state ^= state << 13
            state ^= state >> 17
            state ^= state << 5
            return UInt8(truncatingIfNeeded: state)
        }
        bytes = once + once + once
    }

    func piece(at offset: Int, length: Int) -> ArraySlice<UInt8> {
        let start = offset % Self.period
        return bytes[start..<start + length]
    }

    func matches(_ piece: ArraySlice<UInt8>, at offset: Int) -> Bool {
        var (rest, offset) = (piece, offset)
        while !rest.isEmpty {
            let part = rest.prefix(Self.pieceMax)
            let wanted = self.piece(at: offset, length: part.count)
            let isSame = part.withUnsafeBytes { found in
                wanted.withUnsafeBytes { wanted in
                    guard let found = found.baseAddress, let wanted = wanted.baseAddress else {
                        return true
                    }
                    return memcmp(found, wanted, part.count) == 0
                }
            }
            guard isSame else { return false }
            offset += part.count
            rest = rest.dropFirst(part.count)
        }
        return true
    }
}
