/// What to do with one kind of value: the signatures that look there, arranged by the steps they begin with alike.
///
/// The steps are a tree, written down in the order it is walked, so that what two signatures both want done is done
/// once. Each pattern comes with sets of bytes that it cannot do without, and is asked only where the value
/// has one of each.
struct Plan: Sendable {
    struct Node: Sendable {
        /// Nothing at the root.
        var step: Step?
        var depth: Int
        /// The patterns that are asked here, among all of the plan.
        var probes = 0..<0
        /// Without one of these no pattern here is found.
        var gate = ByteSet()
        /// All patterns here at once, where that is worth it.
        var together: PatternSet?
    }

    struct Probe: Sendable {
        let signature: Int
        let pattern: Pattern
    }

    /// Sets of bytes kept of each pattern.
    static let needCount = 4

    private(set) var nodes: [Node] = []
    private(set) var probes: [Probe] = []
    /// `needCount` for each probe.
    private(set) var needs: [ByteSet] = []

    /// `members` are the signatures that look there: their numbers, steps and compiled patterns.
    init(_ members: [(signature: Int, steps: [Step], patterns: [Pattern])]) {
        grow(members, after: nil, depth: 0)
    }

    private mutating func grow(
        _ members: [(signature: Int, steps: [Step], patterns: [Pattern])],
        after step: Step?,
        depth: Int
    ) {
        var node = Node(step: step, depth: depth)
        let first = probes.count
        for member in members where member.steps.count == depth {
            for pattern in member.patterns {
                probes.append(Probe(signature: member.signature, pattern: pattern))
                let kept = pattern.needs.prefix(Self.needCount)
                needs += kept + Array(repeating: .all, count: Self.needCount - kept.count)
                node.gate.formUnion(kept.first ?? .all)
            }
        }
        node.probes = first..<probes.count
        if node.probes.count > 2 { node.together = PatternSet(probes[node.probes].map(\.pattern)) }
        nodes.append(node)
        var done: Set<Step> = []
        for member in members where member.steps.count > depth {
            let next = member.steps[depth]
            guard done.insert(next).inserted else { continue }
            let same = members.filter { $0.steps.count > depth && $0.steps[depth] == next }
            grow(same, after: next, depth: depth + 1)
        }
    }
}
