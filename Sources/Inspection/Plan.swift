import Synchronization

/// What to do with one kind of value: the signatures that look there, arranged by the steps they begin with alike.
///
/// The steps are a tree, written down in the order it is walked, so that what two signatures both want done is done
/// once. Each pattern comes with sets of bytes that it cannot do without, and is asked only where the value
/// has one of each.
final class Plan: Sendable {
    /// A step, or the root, and the patterns that are asked behind it.
    struct Node: BitwiseCopyable, Sendable {
        /// Nothing at the root.
        let step: Step?
        let depth: Int
        /// What the step says of values that it leaves alone, kept here since it is asked of every value.
        private var triggers = ByteSet.all
        private var alphabet = ByteSet.all
        /// Without one of these no pattern here is found.
        fileprivate(set) var gate = ByteSet()
        /// Whether a pattern here needs nothing at all, and so may be found in nothing.
        fileprivate(set) var asksOfNothing = false
        /// The patterns here, among all of the plan.
        fileprivate(set) var firstProbe = 0
        fileprivate(set) var probeCount = 0

        /// Whether any pattern here could be found in a text of these bytes.
        @inline(__always)
        func mayHold(_ present: ByteSet) -> Bool {
            gate.meets(present) || (asksOfNothing && present.isEmpty)
        }

        init(_ step: Step?, depth: Int) {
            self.step = step
            self.depth = depth
            guard let step else { return }
            triggers = step.triggers
            alphabet = step.alphabet
        }

        /// Whether the step certainly leaves a value of these bytes as it is.
        @inline(__always)
        func leaves(_ present: ByteSet) -> Bool {
            step != .length && !(triggers.meets(present) && present.isSubset(of: alphabet))
        }
    }

    struct Probe: Sendable {
        let signature: Int
        let pattern: Pattern
    }

    /// A signature that looks there: its number, its steps and its compiled patterns.
    typealias Member = (signature: Int, steps: [Step], patterns: [Pattern])

    /// Sets of bytes kept of each pattern.
    static let needCount = 4

    /// No other plan of the process has it, not even one that comes when this one is gone.
    let number: UInt64
    let nodes: [Node]
    let probes: [Probe]
    /// `needCount` for each probe, all bytes where there are fewer: any text has one of those, but no text at all.
    let needs: [ByteSet]
    /// For each node all its patterns at once, where that is worth it.
    let together: [PatternSet?]

    private static let plansMade = Atomic<UInt64>(0)

    init(_ members: [Member]) {
        number = Self.plansMade.add(1, ordering: .relaxed).newValue
        var layout = Layout()
        layout.grow(members, after: nil, depth: 0)
        let probes = layout.probes
        nodes = layout.nodes
        self.probes = probes
        needs = layout.needs
        together = layout.nodes.map { node in
            guard node.probeCount > 2 else { return nil }
            let range = node.firstProbe..<node.firstProbe + node.probeCount
            return PatternSet(probes[range].map(\.pattern))
        }
    }
}

extension Plan {
    /// A plan as it grows, branch by branch.
    private struct Layout {
        var nodes: [Node] = []
        var probes: [Probe] = []
        var needs: [ByteSet] = []

        /// Adds the step that `members` all take at this depth, and what they take behind it; no deeper than steps go.
        mutating func grow(_ members: [Member], after step: Step?, depth: Int) {
            var node = Node(step, depth: depth)
            node.firstProbe = probes.count
            for member in members where member.steps.count == depth {
                for pattern in member.patterns {
                    probes.append(Probe(signature: member.signature, pattern: pattern))
                    let kept = pattern.needs.prefix(Plan.needCount)
                    needs += kept + Array(repeating: .all, count: Plan.needCount - kept.count)
                    node.gate.formUnion(kept.first ?? .all)
                    if kept.isEmpty { node.asksOfNothing = true }
                }
            }
            node.probeCount = probes.count - node.firstProbe
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
}
