import Gateway
import Inspection
import Policy
import Transport
import Vocabulary

/// A policy by hand: a site where everything is open and nothing is read, until a test says otherwise.
struct PlainPolicy {
    var version = "r-1"
    var hosts = [
        "a", "b", "h", "a.test", "b.test", "app.test", "[::1]", "127.0.0.1", "localhost",
    ]
    /// Those of a second site, which is like the first.
    var otherHosts = ["other.test"]
    var pattern = "/**"
    var methods = MethodSet.all
    var isPublic = true
    var roles: [String] = []
    var kinds = AcceptTerms.Kinds.bytes
    var bodyByteMax = Bounds.bodyByteMax
    var allowsUpgrade = false
    var timeoutMilliseconds: Int?
    var destination = Route.Destination.upstream(0)
    /// Paths with a class of their own.
    var classes: [(RequestClass, String)] = []
    var headers: [(name: String, value: String)] = []
    var removed: [String] = []
    var cors: CORSTerms?
    var closed: [String] = []
    var limits: [(limit: Limit, terms: Bucket.Terms, keys: [LimitKey], stage: Stage)] = []
    /// Whose path contains this is blocked; who has no such header is not admitted.
    var blockedText: String?
    var blockedJSON: String?
    var admittedHeader: String?
    var admitAnswer: OwnAnswer?
    var upstreams = ["upstream"]
    var change: (inout Policy) -> Void = { _ in }

    var policy: Policy {
        var policy = Policy()
        policy.version = version
        let sites = [hosts, otherHosts]
        policy.hosts = HostTable(
            sites.enumerated().flatMap { site, hosts in hosts.map { ($0, site) } }
        )
        policy.closed = ClosedPaths(closed.map(PathPattern.init(reading:)))
        policy.upstreams = upstreams
        policy.headers = HeaderRules(set: [("x-scope", "general")])
        policy.limits = limits.map(\.limit)
        policy.limitLines = limits.indices.map(line)
        let gatekeepers = addQuestions(to: &policy)
        let patterns = [pattern] + classes.map(\.1)
        for site in sites.indices {
            let first = policy.routes.count
            for (number, pattern) in patterns.enumerated() {
                let rank = number == 0 ? nil : classes[number - 1].0
                policy.routes.append(route(pattern, of: site, rank, gatekeepers))
            }
            policy.sites.append(
                Site(
                    hosts: sites[site],
                    routes: RouteTable(
                        patterns.enumerated().map { (PathPattern(reading: $1), first + $0) }
                    ),
                    cors: cors,
                    headers: HeaderRules(set: headers, removed: removed),
                    ownOrigins: TextSet(["https://a", "http://a"]),
                    place: .none
                )
            )
        }
        change(&policy)
        return policy
    }

    private func line(_ index: Int) -> LimitLine {
        LimitLine(
            limit: index,
            terms: limits[index].terms,
            text: "",
            keys: limits[index].keys,
            salt: UInt64(index) << 8,
            stage: limits[index].stage,
            place: .none
        )
    }

    private func route(
        _ pattern: String,
        of site: Int,
        _ rank: RequestClass?,
        _ gatekeepers: (blocks: [Gatekeeper], admits: [Gatekeeper])
    ) -> Route {
        let open = Openness(methods: .all, reason: "a test", until: .max, place: .none)
        return Route(
            name: rank.map { "\($0)" } ?? "everything",
            site: site,
            pattern: PathPattern(reading: pattern),
            methods: methods,
            place: .none,
            destination: destination,
            openness: isPublic ? open : nil,
            roles: roles,
            accept: AcceptTerms(kinds: kinds, byteMax: bodyByteMax),
            headers: HeaderRules(set: headers, removed: removed),
            blocks: gatekeepers.blocks,
            admits: gatekeepers.admits,
            limits: limits.indices.map {
                LimitUse(line: $0, stage: limits[$0].stage, methods: .all)
            },
            timeoutMilliseconds: timeoutMilliseconds,
            allowsUpgrade: allowsUpgrade,
            rank: rank
        )
    }

    private func addQuestions(
        to policy: inout Policy
    ) -> (blocks: [Gatekeeper], admits: [Gatekeeper]) {
        var blocks: [Gatekeeper] = []
        var admits: [Gatekeeper] = []
        func ask(_ test: QuestionTable.Test, at stage: Stage) -> Question {
            let node = policy.questions.nodes.count
            policy.questions.nodes.append(
                QuestionTable.Node(
                    kind: .test,
                    test: policy.questions.tests.count,
                    end: node + 1
                )
            )
            policy.questions.tests.append(test)
            return Question(node: node, stage: stage)
        }
        func name(_ text: String) -> Int {
            policy.questions.names.append(Array(text.utf8))
            return policy.questions.names.count - 1
        }
        if let blockedText {
            policy.questions.texts.append(Array(blockedText.utf8))
            let test = QuestionTable.Test(
                source: .path,
                comparison: .contains,
                operand: policy.questions.texts.count - 1,
                operandCount: 1
            )
            blocks.append(
                Gatekeeper(
                    name: "no_entry",
                    question: ask(test, at: .block),
                    answer: nil,
                    place: .none
                )
            )
        }
        if let blockedJSON {
            let test = QuestionTable.Test(
                source: .json,
                comparison: .isPresent,
                name: name(blockedJSON)
            )
            blocks.append(
                Gatekeeper(
                    name: "no_such_field",
                    question: ask(test, at: .accept),
                    answer: nil,
                    place: .none
                )
            )
        }
        if let admittedHeader {
            let test = QuestionTable.Test(
                source: .header,
                comparison: .isPresent,
                name: name(admittedHeader)
            )
            admits.append(
                Gatekeeper(
                    name: "guests",
                    question: ask(test, at: .route),
                    answer: admitAnswer,
                    place: .none
                )
            )
        }
        return (blocks, admits)
    }
}

extension PathPattern {
    /// Reads what a rule would say: `/v1/:id/**`.
    init(reading text: String) {
        var parts = text.split(separator: "/").map(String.init)
        let isOpen = parts.last == "**"
        if isOpen { parts.removeLast() }
        self.init(
            segments: parts.map {
                $0.hasPrefix(":") ? .any(name: String($0.dropFirst())) : .literal($0)
            },
            isOpen: isOpen
        )
    }
}

extension Limit {
    /// One that lets nobody through while nobody can count.
    init(
        _ name: String,
        counted: Counted = .requests,
        isOnTrial: Bool = false,
        shutOutSeconds: Int = 0
    ) {
        self.init(
            name: name,
            counted: counted,
            fallback: .refuse,
            isOnTrial: isOnTrial,
            shutOutSeconds: shutOutSeconds,
            place: .none
        )
    }
}

extension Settings {
    /// The one upstream of most tests.
    var upstream: UpstreamSettings {
        get { upstreams[0] }
        set { upstreams[0] = newValue }
    }

    /// Has everything judged by a plain policy, but for what is changed here.
    mutating func rule(_ change: (inout PlainPolicy) -> Void) {
        var plain = PlainPolicy()
        change(&plain)
        policy = plain.policy
    }
}

extension Gateway {
    /// The one upstream of most tests.
    var upstream: Upstream { upstreams[0] }
}
