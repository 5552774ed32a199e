import Vocabulary

/// Where one value is worked on: what each step made of it, step by step down the plan's tree.
///
/// A step whose outcome's bytes can be told without doing it is put off until a pattern below it might be found,
/// which for honest values is hardly ever.
struct Bench: ~Copyable, Sendable {
    /// What is known at one depth of the tree.
    private struct Level: BitwiseCopyable {
        /// Which bytes can occur.
        var present = ByteSet()
        /// The depth whose text this is; 0 for the value itself.
        var text = 0
        var step = Step.lowercase
        /// Whether that text has been written, where this depth is its own.
        var isMade = true
    }

    private var levels: [Level]
    private var texts: InlineArray<17, Scratch> = InlineArray { _ in Scratch() }
    /// The patterns of a node that might be found.
    private var asked: [Int32] = []
    /// Those that were.
    private var found: [Int32] = []
    private var plainness = Plainness()

    init() {
        levels = Array(repeating: Level(), count: InspectionBounds.stepCountMax + 1)
    }

    /// Holds `value` against every pattern of `plan`; what is found goes to `findings` under `name`.
    mutating func examine(
        _ value: RawSpan,
        by plan: Plan,
        in place: Place,
        named name: RawSpan,
        isSpelled: Bool,
        into findings: inout Findings
    ) {
        let bytes = ByteSet(in: value)
        if plainness.knows(bytes, for: plan.number) { return }
        if asked.count < plan.probes.count {
            asked = Array(repeating: 0, count: plan.probes.count)
            found = asked
        }
        levels[0].present = bytes
        var isPlain = true
        for index in plan.nodes.indices {
            let depth = plan.nodes[index].depth
            if let step = plan.nodes[index].step {
                let before = levels[depth &- 1]
                if plan.nodes[index].leaves(before.present) {
                    levels[depth] = Level(present: before.present, text: before.text)
                } else {
                    let isForetold = descend(to: depth, step, value)
                    isPlain = isPlain && isForetold
                }
            }
            let present = levels[depth].present
            guard plan.nodes[index].mayHold(present) else { continue }
            let count = select(plan.nodes[index], of: plan, present)
            guard count > 0 else { continue }
            isPlain = false
            let text = levels[depth].text
            make(text, of: value)
            let hits =
                text == 0
                ? ask(plan, index, count, value)
                : askOfText(text, plan, index, count)
            for hit in 0..<hits {
                let signature = plan.probes[Int(found[hit])].signature
                findings.add(signature, in: place, named: name, isSpelled: isSpelled)
            }
        }
        if isPlain { plainness.note(bytes, for: plan.number) }
    }

    // MARK: Steps

    /// Learns what `step` makes of the text one level up, and does it only if that is the only way.
    ///
    /// Whether the bytes afterwards follow from those before.
    private mutating func descend(to depth: Int, _ step: Step, _ value: RawSpan) -> Bool {
        let before = levels[depth &- 1]
        if let after = step.bytes(after: before.present) {
            levels[depth] = Level(present: after, text: depth, step: step, isMade: false)
            return true
        }
        make(before.text, of: value)
        if apply(step, to: before.text, into: depth, value) {
            levels[depth] = Level(present: ByteSet(in: texts[depth].bytes), text: depth)
        } else {
            levels[depth] = Level(present: before.present, text: before.text)
        }
        return false
    }

    /// Does what was put off, so that the text of `depth` is there.
    private mutating func make(_ depth: Int, of value: RawSpan) {
        guard depth > 0, !levels[depth].isMade else { return }
        let above = levels[depth &- 1].text
        make(above, of: value)
        if !apply(levels[depth].step, to: above, into: depth, value) {
            copy(above, to: depth, value)
        }
        levels[depth].isMade = true
    }

    private mutating func apply(
        _ step: Step,
        to above: Int,
        into depth: Int,
        _ value: RawSpan
    ) -> Bool {
        var target = Scratch()
        swap(&target, &texts[depth])
        let isChanged =
            above == 0
            ? step.apply(to: value, into: &target)
            : step.apply(to: texts[above].bytes, into: &target)
        swap(&target, &texts[depth])
        return isChanged
    }

    private mutating func copy(_ above: Int, to depth: Int, _ value: RawSpan) {
        var target = Scratch()
        swap(&target, &texts[depth])
        target.removeAll()
        if above == 0 { target.append(value) } else { target.append(texts[above].bytes) }
        swap(&target, &texts[depth])
    }

    // MARK: Patterns

    /// Notes the patterns that a text of these bytes could hold, and says how many they are.
    private mutating func select(
        _ node: Plan.Node,
        of plan: Plan,
        _ present: ByteSet
    ) -> Int {
        // Of no text at all those are asked that need nothing.
        let isNothing = present.isEmpty
        var count = 0
        for probe in node.firstProbe..<(node.firstProbe &+ node.probeCount) {
            let first = probe &* Plan.needCount
            var index = first
            while index < first &+ Plan.needCount, plan.needs[index].meets(present) { index &+= 1 }
            let isAsked = isNothing ? plan.needs[first] == .all : index == first &+ Plan.needCount
            guard isAsked else { continue }
            asked[count] = Int32(truncatingIfNeeded: probe)
            count &+= 1
        }
        return count
    }

    private mutating func askOfText(
        _ text: Int,
        _ plan: Plan,
        _ node: Int,
        _ count: Int
    ) -> Int {
        var source = Scratch()
        swap(&source, &texts[text])
        let hits = ask(plan, node, count, source.bytes)
        swap(&source, &texts[text])
        return hits
    }

    /// Asks the first `count` of those noted, together if they are many; how many were found.
    private mutating func ask(
        _ plan: Plan,
        _ node: Int,
        _ count: Int,
        _ text: RawSpan
    ) -> Int {
        if count > 2, let together = plan.together[node],
            let hits = together.matches(text, into: &found)
        {
            let first = Int32(truncatingIfNeeded: plan.nodes[node].firstProbe)
            for index in 0..<hits { found[index] &+= first }
            return hits
        }
        var hits = 0
        for index in 0..<count where plan.probes[Int(asked[index])].pattern.matches(text) {
            found[hits] = asked[index]
            hits &+= 1
        }
        return hits
    }
}
