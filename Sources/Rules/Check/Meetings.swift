import Policy

/// Finds the patterns that share a path, without comparing each with all.
///
/// Patterns that differ in a literal segment never meet, so the set is divided segment by segment, and
/// only what stays together is paired. Ten thousand routes that are apart cost ten thousand steps.
struct Meetings {
    private let patterns: [PathPattern]
    private var found: [(Int, Int)] = []

    /// What a set of patterns looks like at one depth.
    private struct Division {
        var literals: [String: [Int]] = [:]
        var any: [Int] = []
        /// They end here.
        var ended: [Int] = []
        /// They hold everything from here on.
        var open: [Int] = []

        var deeper: [Int] { any + literals.values.joined() }
    }

    /// nil where there are too many of them.
    ///
    /// - patterns: each of them once.
    static func pairs(of patterns: [PathPattern]) -> [(Int, Int)]? {
        var meetings = Meetings(patterns: patterns)
        meetings.within(Array(patterns.indices), 0)
        guard meetings.found.count <= RulesBounds.meetingMax else { return nil }
        return meetings.found.map { (min($0.0, $0.1), max($0.0, $0.1)) }.sorted { $0 < $1 }
    }

    private init(patterns: [PathPattern]) {
        self.patterns = patterns
    }

    private mutating func within(_ set: [Int], _ depth: Int) {
        guard set.count > 1, found.count <= RulesBounds.meetingMax else { return }
        let parts = divide(set, depth)
        let ending = parts.ended + parts.open
        for (index, one) in ending.enumerated() {
            for two in ending[(index + 1)...] { found.append((one, two)) }
        }
        for one in parts.open { for two in parts.deeper { found.append((one, two)) } }
        within(parts.any, depth + 1)
        for group in parts.literals.values {
            within(group, depth + 1)
            between(group, parts.any, depth + 1)
        }
    }

    private mutating func between(_ left: [Int], _ right: [Int], _ depth: Int) {
        guard !left.isEmpty, !right.isEmpty, found.count <= RulesBounds.meetingMax else { return }
        let (ours, theirs) = (divide(left, depth), divide(right, depth))
        for one in ours.ended { for two in theirs.ended + theirs.open { found.append((one, two)) } }
        for one in ours.open { for two in right { found.append((one, two)) } }
        for two in theirs.open { for one in ours.deeper { found.append((one, two)) } }
        between(ours.any, theirs.any, depth + 1)
        for (text, group) in ours.literals {
            between(group, theirs.literals[text] ?? [], depth + 1)
            between(group, theirs.any, depth + 1)
        }
        for group in theirs.literals.values { between(ours.any, group, depth + 1) }
    }

    private func divide(_ set: [Int], _ depth: Int) -> Division {
        var parts = Division()
        for index in set {
            let pattern = patterns[index]
            if depth < pattern.segments.count {
                switch pattern.segments[depth] {
                case .literal(let text): parts.literals[text, default: []].append(index)
                case .any: parts.any.append(index)
                }
            } else if pattern.isOpen {
                parts.open.append(index)
            } else {
                parts.ended.append(index)
            }
        }
        return parts
    }
}
