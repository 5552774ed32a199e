public import Vocabulary

/// A set of networks, some of which end on their own.
///
/// Kept as ranges that do not overlap, in order, with a first step by the leading bits: a lookup touches
/// a few cache lines whether there are ten networks or a hundred thousand.
public struct AddressSet: Sendable {
    /// A network, and the second since 1970 at which it stops counting.
    public struct Entry: Sendable {
        public let block: AddressBlock
        public let until: Int64

        public init(_ block: AddressBlock, until: Int64 = .max) {
            self.block = block
            self.until = until
        }
    }

    private struct Range {
        let firstHigh: UInt64
        let firstLow: UInt64
        let lastHigh: UInt64
        let lastLow: UInt64
        let until: Int64
    }

    /// Bits of an address by which the ranges are found; IPv4 has a set of its own.
    private static let indexBits: UInt64 = 12

    private var four = Half()
    private var six = Half()

    private struct Half {
        var ranges: [Range] = []
        /// Where the ranges begin that end at or behind each value of the leading bits.
        var starts: [UInt32] = []

        func contains(_ address: IPAddress, _ lead: Int, _ now: Int64) -> Bool {
            guard !ranges.isEmpty else { return false }
            var low = Int(starts[lead])
            var high = min(Int(starts[lead + 1]) + 1, ranges.count)
            // The first range that does not end before the address.
            while low < high {
                let middle = (low + high) / 2
                let lastHigh = ranges[middle].lastHigh
                let endsBefore =
                    lastHigh < address.high
                    || (lastHigh == address.high && ranges[middle].lastLow < address.low)
                if endsBefore { low = middle + 1 } else { high = middle }
            }
            guard low < ranges.count else { return false }
            let firstHigh = ranges[low].firstHigh
            let begins =
                firstHigh < address.high
                || (firstHigh == address.high && ranges[low].firstLow <= address.low)
            return begins && now < ranges[low].until
        }
    }

    public init(_ entries: [Entry] = []) {
        four = Self.half(
            entries.filter { $0.block.base.isV4 && $0.block.prefixBits >= 96 },
            isV4: true
        )
        six = Self.half(
            entries.filter { !($0.block.base.isV4 && $0.block.prefixBits >= 96) },
            isV4: false
        )
    }

    public var isEmpty: Bool { four.ranges.isEmpty && six.ranges.isEmpty }

    /// Whether `address` is in it at this moment.
    public func contains(_ address: IPAddress, at secondsSince1970: Int64) -> Bool {
        // Neither half is named alone first: that would be a copy of it, and two counts.
        address.isV4
            ? four.contains(address, Int(address.low >> 20 & 0xfff), secondsSince1970)
            : six.contains(address, Int(address.high >> 52), secondsSince1970)
    }

    /// The first address of every stretch that is all in the set or all out of it.
    public var edges: [IPAddress] {
        (four.ranges + six.ranges).flatMap { range in
            let last = IPAddress(high: range.lastHigh, low: range.lastLow)
            let first = IPAddress(high: range.firstHigh, low: range.firstLow)
            return last.isLastOfAll ? [first] : [first, last.next]
        }
    }

    // MARK: Building

    private static func half(_ entries: [Entry], isV4: Bool) -> Half {
        guard !entries.isEmpty else { return Half() }
        var half = Half()
        half.ranges = disjoint(entries)
        let count = 1 << Int(indexBits)
        half.starts = [UInt32](repeating: 0, count: count + 1)
        var index = 0
        for lead in 0..<count {
            while index < half.ranges.count, Self.lead(half.ranges[index], isV4) < lead {
                index += 1
            }
            half.starts[lead] = UInt32(index)
        }
        half.starts[count] = UInt32(half.ranges.count)
        return half
    }

    /// The leading bits of a range's last address.
    private static func lead(_ range: Range, _ isV4: Bool) -> Int {
        isV4 ? Int(range.lastLow >> 20 & 0xfff) : Int(range.lastHigh >> 52)
    }

    /// Networks are nested or apart, so the inner one of two cuts the outer into pieces at most.
    private static func disjoint(_ entries: [Entry]) -> [Range] {
        let sorted = entries.sorted { left, right in
            let (a, b) = (left.block, right.block)
            if a.base.high != b.base.high { return a.base.high < b.base.high }
            if a.base.low != b.base.low { return a.base.low < b.base.low }
            return a.prefixBits < b.prefixBits
        }
        var builder = RangeBuilder()
        for entry in sorted { builder.open(entry) }
        return builder.close().map {
            Range(
                firstHigh: $0.first.high,
                firstLow: $0.first.low,
                lastHigh: $0.last.high,
                lastLow: $0.last.low,
                until: $0.until
            )
        }
    }
}

/// Cuts nested networks into ranges that do not overlap; where several hold, the longest-lived counts.
private struct RangeBuilder {
    struct Piece {
        var first: IPAddress
        var last: IPAddress
        var until: Int64
    }

    private var pieces: [Piece] = []
    private var open: [(last: IPAddress, until: Int64)] = []
    private var position: IPAddress?

    mutating func open(_ entry: AddressSet.Entry) {
        let first = entry.block.base
        closeBefore(first)
        if let outer = open.last, let from = position, from != first {
            add(from, first.previous, outer.until)
        }
        open.append((entry.block.last, max(entry.until, open.last?.until ?? .min)))
        position = first
    }

    mutating func close() -> [Piece] {
        closeBefore(nil)
        return pieces
    }

    /// Ends every network that is over before `address`.
    private mutating func closeBefore(_ address: IPAddress?) {
        while let inner = open.last, address.map({ inner.last.isBefore($0) }) ?? true {
            open.removeLast()
            if let from = position, !inner.last.isBefore(from) {
                add(from, inner.last, inner.until)
            }
            position = inner.last.isLastOfAll ? nil : inner.last.next
        }
        if open.isEmpty { position = nil }
    }

    private mutating func add(_ first: IPAddress, _ last: IPAddress, _ until: Int64) {
        if let end = pieces.last, end.until == until, !end.last.isLastOfAll, end.last.next == first
        {
            pieces[pieces.count - 1].last = last
        } else {
            pieces.append(Piece(first: first, last: last, until: until))
        }
    }
}

extension IPAddress {
    fileprivate func isBefore(_ other: IPAddress) -> Bool {
        high < other.high || (high == other.high && low < other.low)
    }

    fileprivate var isLastOfAll: Bool { high == .max && low == .max }
    fileprivate var next: IPAddress {
        IPAddress(high: low == .max ? high &+ 1 : high, low: low &+ 1)
    }
    fileprivate var previous: IPAddress {
        IPAddress(high: low == 0 ? high &- 1 : high, low: low &- 1)
    }
}

extension AddressBlock {
    /// The last address of the network.
    var last: IPAddress {
        let bits = UInt64(prefixBits)
        let high = bits >= 64 ? base.high : base.high | (bits == 0 ? .max : ~0 >> bits)
        let low = bits <= 64 ? .max : base.low | (bits == 128 ? 0 : ~0 >> (bits - 64))
        return IPAddress(high: high, low: bits == 128 ? base.low : low)
    }
}
