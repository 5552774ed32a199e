import Policy
import Vocabulary

/// Which requests belong to a route, and to no other: one cell of all that there can be.
///
/// A route owns its pattern without the more specific ones, and without what is closed. That difference
/// of sets is not computed: it is asked for one path, and the answer is a path that the policy's own
/// tables, the ones that judge traffic, say is the route's. So no promise is called broken by a request
/// that cannot reach the route.
///
/// A segment no pattern spells falls out of as many more specific patterns as any segment can, so one
/// such stranger stands wherever a pattern leaves a choice; only the length of a path, a slash at its
/// end and the case of its letters have to be tried.
struct Cells {
    private let policy: Policy
    /// Spelt by no pattern, in any case.
    private let stranger: String
    /// As they are spelt in routes: paths keep their case there.
    private var literals: Set<String> = []
    /// No pattern has more segments.
    private var depthMax = 0

    /// Paths tried for one route and one promise, before the plainest of them counts as reachable.
    static let trialMax = 4096

    init(_ policy: Policy) {
        self.policy = policy
        var spelt: Set<String> = []
        for pattern in policy.routes.map(\.pattern) + policy.closed.patterns {
            depthMax = max(depthMax, pattern.segments.count)
            for case .literal(let text) in pattern.segments { spelt.insert(text.lowercased()) }
        }
        for route in policy.routes {
            for case .literal(let text) in route.pattern.segments { literals.insert(text) }
        }
        var name = "x"
        var number = 0
        while spelt.contains(name) {
            number += 1
            name = "x\(number)"
        }
        stranger = name
    }

    /// A path that the route owns and nobody has closed; nil where there is none.
    ///
    /// - promised: it belongs to this pattern too, compared as closed paths are: without regard to case,
    ///   with or without a slash at the end.
    func path(of number: Int, within promised: PathPattern? = nil) -> String? {
        let route = policy.routes[number]
        guard !policy.sites[route.site].hosts.isEmpty else { return nil }
        let least = max(route.pattern.trimmed.count, promised?.trimmed.count ?? 0)
        let most = route.pattern.isOpen ? max(least, depthMax) + 1 : least
        for count in least...most {
            for endsInSlash in [false, true] {
                let choices = choices(route.pattern, promised, count, endsInSlash)
                guard let choices else { continue }
                if let path = first(of: choices, ownedBy: number) { return path }
            }
        }
        return nil
    }

    // MARK: What may stand in each segment

    /// The spellings worth trying, segment by segment; nil where no path of this length is in both.
    ///
    /// - count: segments without the empty one behind a slash at the end.
    private func choices(
        _ pattern: PathPattern,
        _ promised: PathPattern?,
        _ count: Int,
        _ endsInSlash: Bool
    ) -> [[String]]? {
        let own = Array(pattern.trimmed)
        if own.count < pattern.segments.count {
            guard count == own.count, endsInSlash || count == 0 else { return nil }
        } else if pattern.isOpen {
            guard count >= own.count, count > 0 || !endsInSlash else { return nil }
        } else {
            guard count == own.count, !endsInSlash else { return nil }
        }
        if let promised, !promised.isOpen, promised.trimmed.count != count { return nil }
        var found: [[String]] = []
        for index in 0..<count {
            let ours = index < own.count ? own[index] : nil
            let theirs = promised.flatMap { index < $0.trimmed.count ? $0.trimmed[index] : nil }
            switch (ours, theirs) {
            case (.literal(let text), .literal(let wanted)):
                guard text.lowercased() == wanted.lowercased() else { return nil }
                found.append([text])
            case (.literal(let text), _): found.append([text])
            case (_, .literal(let wanted)): found.append(spellings(of: wanted))
            default: found.append([stranger])
            }
        }
        if endsInSlash { found.append([""]) }
        return found
    }

    /// A word as it stands, and in the cases of its letters that no route spells.
    ///
    /// One that no route spells is in no more patterns than any other; where all are spelt, each counts.
    private func spellings(of word: String) -> [String] {
        var found = [word]
        let letters = word.indices.filter { word[$0].isLetter }.suffix(16)
        for bits in 1..<(1 << letters.count) {
            var characters = Array(word.lowercased())
            for (position, index) in letters.enumerated() where bits & 1 << position != 0 {
                let offset = word.distance(from: word.startIndex, to: index)
                characters[offset] = Character(characters[offset].uppercased())
            }
            let spelling = String(characters)
            if !literals.contains(spelling) { return [word, spelling] }
            found.append(spelling)
        }
        if !found.contains(word.lowercased()) { found.append(word.lowercased()) }
        return found
    }

    // MARK: Trying

    private func first(of choices: [[String]], ownedBy number: Int) -> String? {
        var picks = [Int](repeating: 0, count: choices.count)
        for _ in 0..<Self.trialMax {
            let segments = zip(choices, picks).map { $0[$1] }
            let path = "/" + segments.joined(separator: "/")
            if isOwned(path, by: number) { return path }
            guard let next = picks.indices.last(where: { picks[$0] + 1 < choices[$0].count }) else {
                return nil
            }
            picks[next] += 1
            for index in picks.indices where index > next { picks[index] = 0 }
        }
        // Nobody writes such patterns by hand; a promise is not kept because it is hard to decide.
        return "/" + choices.map { $0[0] }.joined(separator: "/")
    }

    private func isOwned(_ path: String, by number: Int) -> Bool {
        let bytes = Array(path.utf8)
        let site = policy.routes[number].site
        return unsafe policy.closed.pattern(closing: bytes.span.bytes) == nil
            && policy.sites[site].routes.route(for: bytes.span.bytes) == number
    }
}

extension PathPattern {
    /// Without the empty segment behind a slash at the end; the root has none.
    fileprivate var trimmed: ArraySlice<Segment> {
        if case .literal("")? = segments.last { return segments.dropLast() }
        return segments[...]
    }
}
