import Vocabulary

/// Which route of a site a path belongs to: the most specific one.
///
/// A tree of segments, laid flat: one hash table holds the children of all nodes, so a step costs the
/// same in a site of ten routes and of ten thousand. Patterns that would leave the choice open do not
/// come this far.
///
/// Segments are compared by what they mean: an escape that canonical paths keep, as in `%40me`, is the
/// byte it stands for, since it is that to whoever is behind the gateway.
public struct RouteTable: Sendable {
    private struct Node {
        var any: Int32 = -1
        /// The route that ends here.
        var route: Int32 = -1
        /// The route that holds everything from here on.
        var open: Int32 = -1
    }

    /// A child of a node: its name stands in `names`.
    private struct Slot {
        var node: Int32 = -1
        var hash: UInt32 = 0
        var child: Int32 = -1
        var start: UInt32 = 0
        var count: UInt32 = 0
    }

    /// Deeper paths belong to no route, unless one is open above.
    public static let depthMax = 64

    private var nodes = [Node()]
    private var slots: [Slot] = []
    private var names: [UInt8] = []
    private var mask = 0
    private let ignoresCase: Bool

    /// - patterns: each with the number of its route.
    /// - ignoringCase: the patterns are in small letters, and paths may be in any.
    public init(_ patterns: [(pattern: PathPattern, route: Int)], ignoringCase: Bool = false) {
        ignoresCase = ignoringCase
        let count = patterns.reduce(0) { $0 + $1.pattern.segments.count }
        var size = 16
        while size < count * 2 { size *= 2 }
        slots = [Slot](repeating: Slot(), count: size)
        mask = size - 1
        for (pattern, route) in patterns { insert(pattern, route) }
    }

    /// The number of the route that owns `path`; nil where none does.
    public func route(for path: RawSpan) -> Int? {
        var best: Int32 = -1
        let found = find(path, from: 1, node: 0, depth: 0, &best)
        let route = found >= 0 ? found : best
        return route >= 0 ? Int(route) : nil
    }

    /// Literal before any; what is open above holds when nothing below does.
    private func find(
        _ path: RawSpan,
        from start: Int,
        node: Int32,
        depth: Int,
        _ best: inout Int32
    ) -> Int32 {
        let here = nodes[Int(node)]
        if here.open >= 0 { best = here.open }
        // `/p` has one segment, and the root none.
        if start > path.byteCount || (depth == 0 && path.byteCount <= 1) {
            return here.route
        }
        guard depth < Self.depthMax else { return -1 }
        var hash: UInt32 = 2_166_136_261
        var end = start
        while end < path.byteCount, path[end] != 0x2f {
            hash = (hash ^ UInt32(folded(path.meaning(at: &end)))) &* 16_777_619
        }
        let child = child(of: node, hash, path, start..<end)
        if child >= 0 {
            let before = best
            let found = find(path, from: end &+ 1, node: child, depth: depth + 1, &best)
            if found >= 0 { return found }
            // What is open below the literal is more specific than anything under `any`.
            if best != before { return best }
        }
        if here.any >= 0, end > start {
            let found = find(path, from: end &+ 1, node: here.any, depth: depth + 1, &best)
            if found >= 0 { return found }
        }
        return -1
    }

    private func child(
        of node: Int32,
        _ hash: UInt32,
        _ path: RawSpan,
        _ range: Range<Int>
    ) -> Int32 {
        var index = place(node, hash)
        while true {
            let slot = slots[index]
            if slot.child < 0 { return -1 }
            if slot.node == node, slot.hash == hash, isSame(slot, path, range) { return slot.child }
            index = (index &+ 1) & mask
        }
    }

    private func isSame(_ slot: Slot, _ path: RawSpan, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        for offset in 0..<Int(slot.count) {
            guard index < range.upperBound,
                names[Int(slot.start) &+ offset] == folded(path.meaning(at: &index))
            else { return false }
        }
        return index == range.upperBound
    }

    private func folded(_ byte: UInt8) -> UInt8 { ignoresCase ? byte.lowercased : byte }

    private func place(_ node: Int32, _ hash: UInt32) -> Int {
        let mixed = (hash ^ UInt32(bitPattern: node) &* 0x9e37_79b9) &* 0x85eb_ca6b
        return Int(mixed ^ mixed >> 15) & mask
    }

    // MARK: Building

    private mutating func insert(_ pattern: PathPattern, _ route: Int) {
        var node: Int32 = 0
        for segment in pattern.segments {
            switch segment {
            case .literal(let text): node = makeChild(of: node, Array(text.utf8))
            case .any:
                if nodes[Int(node)].any < 0 {
                    nodes.append(Node())
                    nodes[Int(node)].any = Int32(nodes.count - 1)
                }
                node = nodes[Int(node)].any
            }
        }
        if pattern.isOpen {
            nodes[Int(node)].open = Int32(route)
        } else {
            nodes[Int(node)].route = Int32(route)
        }
    }

    private mutating func makeChild(of node: Int32, _ name: [UInt8]) -> Int32 {
        var hash: UInt32 = 2_166_136_261
        for byte in name { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        let found = unsafe child(of: node, hash, name.span.bytes, 0..<name.count)
        if found >= 0 { return found }
        nodes.append(Node())
        let child = Int32(nodes.count - 1)
        var index = place(node, hash)
        while slots[index].child >= 0 { index = (index + 1) & mask }
        slots[index] = Slot(
            node: node,
            hash: hash,
            child: child,
            start: UInt32(names.count),
            count: UInt32(name.count)
        )
        names += name
        return child
    }
}

extension RawSpan {
    /// The byte that stands at `index` or is escaped there; goes on behind it.
    @inline(__always)
    func meaning(at index: inout Int) -> UInt8 {
        let byte = self[index]
        index &+= 1
        guard byte == 0x25, index &+ 1 < byteCount, let high = self[index].hexadecimalValue,
            let low = self[index &+ 1].hexadecimalValue
        else { return byte }
        index &+= 2
        return high << 4 | low
    }
}
