import Inspection
import JSON
import Policy
import TestSupport
import Vocabulary

/// A small policy by chance, with everything promises look at.
///
/// Few words and few addresses, so that patterns, lists and exceptions meet as often as they can.
struct RandomPolicy {
    static let now: Int64 = 1000
    static let words = ["a", "b1"]
    static let paths = Self.allPaths()
    static let addresses = [
        "10.0.0.1", "10.1.0.1", "192.0.2.1", "203.0.113.1", "2001:db8::1", "2001:db9::1",
    ]

    private var random: SeededRandom
    private(set) var policy = Policy()
    /// The list whose content is a file's, and anybody's guess.
    private var fileList = -1

    init(_ random: inout SeededRandom) {
        self.random = random
        addLists()
        addLimits()
        let patterns = unambiguous()
        policy.closed = ClosedPaths((0..<self.random.below(3)).map { _ in pattern() })
        policy.sites = [
            Site(
                hosts: ["a.test"],
                routes: RouteTable(patterns.enumerated().map { ($0.element, $0.offset) }),
                cors: nil,
                headers: HeaderRules(),
                ownOrigins: TextSet(),
                place: .none
            )
        ]
        policy.hosts = HostTable([("a.test", 0)])
        policy.auths = [
            AuthTerms(
                issuer: nil,
                audience: nil,
                keys: nil,
                refreshSeconds: nil,
                secret: nil,
                algorithms: [],
                user: "sub",
                role: "role",
                place: .none
            )
        ]
        for (index, pattern) in patterns.enumerated() { addRoute(index, pattern) }
        random = self.random
    }

    /// The same policy with everybody, or nobody, in the list that is read from a file.
    func policies() -> [Policy] {
        guard fileList >= 0 else { return [policy] }
        return [[], ["0.0.0.0/0", "::/0"]].map { networks in
            var other = policy
            other.lists[fileList] = NamedList(
                name: "file",
                addresses: AddressSet(networks.map { .init(Self.block($0)) }),
                file: "lists/file.txt"
            )
            return other
        }
    }

    mutating func claim() -> (methods: MethodSet, except: Set<String>) {
        let methods: [Method] = [.get, .head, .post]
        let wanted = methods.filter { _ in !random.once(in: 3) }
        return (MethodSet(wanted), random.once(in: 3) ? ["r\(random.below(3))"] : [])
    }

    mutating func promisedPath() -> PathPattern { pattern() }

    // MARK: Parts

    private mutating func addLists() {
        for number in 0..<3 {
            if number == 2, random.once(in: 2) {
                fileList = number
                policy.lists.append(NamedList(name: "file", file: "lists/file.txt"))
                continue
            }
            let networks = [
                "10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24", "0.0.0.0/0", "2001:db8::/32",
            ]
            let entries = (0..<random.below(3)).map { _ in
                AddressSet.Entry(
                    Self.block(random.pick(networks)),
                    // Whether an entry that ends is still there is left open where a question asks.
                    until: number < 2 ? .max : random.pick([500, 2000, .max])
                )
            }
            policy.lists.append(NamedList(name: "l\(number)", addresses: AddressSet(entries)))
        }
        // The texts that tests on methods and routes compare with.
        policy.lists.append(NamedList(name: "", texts: TextSet(["POST"])))
        policy.lists.append(NamedList(name: "", texts: TextSet(["r0", "r1"])))
        policy.lists.append(NamedList(name: "", texts: TextSet(["goodbot"])))
    }

    private mutating func addLimits() {
        let keys: [[LimitKey]] = [
            [.address], [.user], [.user, .address], [.everyone], [.field(.json("email"))],
            [.field(.segment("id"))], [.field(.header("x-key"))], [.field(.host)],
        ]
        for number in 0..<3 {
            policy.limits.append(
                Limit(
                    name: "limit\(number)",
                    counted: random.pick([.requests, .requests, .failures, .blocks]),
                    fallback: .refuse,
                    isOnTrial: random.once(in: 6),
                    shutOutSeconds: 0,
                    place: .none
                )
            )
            for _ in 0...random.below(2) {
                let key = random.pick(keys)
                policy.limitLines.append(
                    LimitLine(
                        limit: number,
                        terms: Bucket.Terms(count: 5, milliseconds: 1000),
                        text: "5/s",
                        keys: key,
                        salt: 0,
                        stage: Self.stage(key),
                        place: .none
                    )
                )
            }
        }
    }

    private static func stage(_ keys: [LimitKey]) -> Stage {
        var stage = Stage.addressLimits
        for key in keys {
            if case .user = key { stage = max(stage, .userLimits) }
            if case .field(.json) = key { stage = .accept }
        }
        return stage
    }

    private mutating func addRoute(_ index: Int, _ pattern: PathPattern) {
        let all: [Method] = [.get, .head, .post]
        let methods = MethodSet(all.filter { _ in random.once(in: 2) } + [random.pick(all)])
        let uses = policy.limitLines.indices.filter { _ in random.once(in: 2) }.map { line in
            LimitUse(
                line: line,
                stage: policy.limitLines[line].stage,
                methods: random.once(in: 3) ? MethodSet([.get, .post]) : .all
            )
        }
        policy.routes.append(
            Route(
                name: "r\(index)",
                site: 0,
                pattern: pattern,
                methods: methods,
                place: .none,
                destination: .redirect(location: "/", status: 308),
                openness: random.once(in: 2) ? openness() : nil,
                roles: random.once(in: 5) ? ["admin"] : [],
                blocks: random.once(in: 3) ? [gatekeeper("block")] : [],
                admits: random.once(in: 4) ? [gatekeeper("admit")] : [],
                limits: uses,
                allowances: (0..<random.below(4)).map { _ in allowance() }
            )
        )
    }

    private mutating func openness() -> Openness {
        Openness(
            methods: random.pick([.all, MethodSet([.get, .head]), MethodSet(.post)]),
            reason: "",
            until: random.pick([500, 2000, .max]),
            place: .none
        )
    }

    private mutating func allowance() -> Allowance {
        var skips = Allowance.Skips()
        skips.limits = [0, 1, 2].filter { _ in random.once(in: 2) }
        if random.once(in: 4) { skips.admits = ["admit"] }
        return Allowance(
            subjects: (0...random.below(2)).map { _ in
                random.once(in: 4) ? .verified("goodbot") : .list(random.below(3))
            },
            skips: skips,
            reason: "",
            until: random.pick([500, 2000, .max]),
            place: .none
        )
    }

    private mutating func gatekeeper(_ name: String) -> Gatekeeper {
        let start = policy.questions.nodes.count
        let kind = random.pick([QuestionTable.Node.Kind.test, .all, .any, .not])
        let partCount = kind == .test ? 0 : kind == .not ? 1 : 2
        if kind == .test {
            addTest()
        } else {
            policy.questions.nodes.append(.init(kind: kind, end: start + 1 + partCount))
            for _ in 0..<partCount { addTest() }
        }
        return Gatekeeper(
            name: name,
            question: Question(node: start, stage: .block),
            answer: nil,
            place: .none
        )
    }

    private mutating func addTest() {
        let (source, list): (QuestionTable.Test.Source, Int) = random.pick([
            (.address, 0), (.address, 1), (.address, 0), (.method, 3), (.route, 4), (.bot, 5),
        ])
        policy.questions.tests.append(
            .init(source: source, comparison: .isIn, isNegated: random.once(in: 2), operand: list)
        )
        let index = policy.questions.nodes.count
        policy.questions.nodes.append(
            .init(kind: .test, test: policy.questions.tests.count - 1, end: index + 1)
        )
    }

    // MARK: Paths

    private mutating func unambiguous() -> [PathPattern] {
        var patterns: [PathPattern] = []
        for _ in 0..<6 {
            let new = pattern()
            let isClear = patterns.allSatisfy {
                let relation = $0.relation(to: new)
                return relation != .overlapping && relation != .same
            }
            if isClear { patterns.append(new) }
        }
        return patterns
    }

    private mutating func pattern() -> PathPattern {
        var segments = (0..<random.below(4)).map { _ -> PathPattern.Segment in
            if random.once(in: 3) { return .any(name: "id") }
            let word = random.pick(Self.words)
            return .literal(random.once(in: 3) ? word.uppercased() : word)
        }
        let isOpen = random.once(in: 3)
        if !isOpen, !segments.isEmpty, random.once(in: 8) { segments.append(.literal("")) }
        return PathPattern(segments: segments, isOpen: isOpen)
    }

    /// Every path of the words, in both cases, and of one stranger, as deep as any pattern and deeper.
    private static func allPaths() -> [String] {
        let segments = words + words.map { $0.uppercased() } + ["zz"]
        var level = [""]
        var all = ["/"]
        for depth in 1...4 {
            // The fourth is below every pattern, where all words are strangers.
            level = level.flatMap { path in
                (depth == 4 ? ["zz"] : segments).map { path + "/" + $0 }
            }
            all += level + level.map { $0 + "/" }
        }
        return all
    }

    static func block(_ text: String) -> AddressBlock {
        let bytes = Array(text.utf8)
        return unsafe AddressBlock(bytes.span.bytes) ?? AddressBlock(only: IPAddress(v4: 0))
    }

    static func address(_ text: String) -> IPAddress {
        let bytes = Array(text.utf8)
        return unsafe IPAddress(bytes.span.bytes) ?? IPAddress(v4: 0)
    }
}
