/// A run of bytes within the text of one message head.
///
/// Sixteen bits each, because a head is bounded far below 64 KiB: a table of a hundred fields then
/// fits in one kibibyte, and an absent value needs no optional.
public struct ByteRange: BitwiseCopyable, Sendable, Equatable {
    public let start: UInt16
    public let count: UInt16

    public static let none = ByteRange(0, 0)

    @inlinable
    public init(_ start: Int, _ count: Int) {
        self.start = UInt16(start)
        self.count = UInt16(count)
    }

    @inlinable public var lowerBound: Int { Int(start) }
    @inlinable public var upperBound: Int { Int(start) &+ Int(count) }
    @inlinable public var isEmpty: Bool { count == 0 }
    @inlinable public var bounds: Range<Int> { lowerBound..<upperBound }
}
