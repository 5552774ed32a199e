import Policy
import TestSupport
import Testing
import Vocabulary

@testable import Rules

/// A promise is broken exactly where some request breaks it: the proof against brute force.
struct ProverTests {
    private static let caseCount = 700

    /// What the judgement says of every request in a grid, for one policy.
    private struct Grid {
        struct Entry {
            let request: OneRequest
            let caller: Breach.Caller
            let outcome: OneRequest.Outcome
        }

        var entries: [Entry] = []

        /// All that matters of a path is whose it is: one for each route, and for each promise.
        init(_ random: RandomPolicy, within pattern: PathPattern?) throws {
            var desk = Desk()
            for policy in random.policies() {
                for path in try Self.paths(policy, pattern, &desk) {
                    try add(path, policy, &desk)
                }
            }
        }

        private mutating func add(_ path: String, _ policy: Policy, _ desk: inout Desk) throws {
            for method in ["GET", "HEAD", "POST"] {
                for caller in [Breach.Caller.stranger, .nobody, .user] {
                    let request = OneRequest(method: method, path: path, token: caller.token)
                    let all = Self.clients.map { client, crawler, now in
                        var request = request
                        (request.client, request.crawler, request.now) = (client, crawler, now)
                        return request
                    }
                    let outcomes = try request.judged(
                        as: all.map(\.circumstances),
                        under: policy,
                        with: &desk
                    )
                    entries += zip(all, outcomes).map {
                        Entry(request: $0, caller: caller, outcome: $1)
                    }
                }
            }
        }

        private static let clients: [(IPAddress, Crawler, Int64)] =
            RandomPolicy.addresses.flatMap { address in
                [Crawler.none, .impostor, .verified("goodbot")].flatMap { crawler in
                    [RandomPolicy.now, 2500].map { now in
                        (RandomPolicy.address(address), crawler, now)
                    }
                }
            }

        private static func paths(
            _ policy: Policy,
            _ pattern: PathPattern?,
            _ desk: inout Desk
        ) throws -> [String] {
            var found: [Int: String] = [:]
            for path in RandomPolicy.paths {
                if let pattern, !Self.isIn(path, pattern) { continue }
                let request = OneRequest(path: path, client: IPAddress(v4: 0), now: 0)
                let route = try request.judged(under: policy, with: &desk).route
                if route >= 0, found[route] == nil { found[route] = path }
            }
            return found.values.sorted()
        }

        /// As closed paths are compared.
        private static func isIn(_ path: String, _ pattern: PathPattern) -> Bool {
            var small = path.lowercased()
            if small.count > 1, small.hasSuffix("/") { small.removeLast() }
            let parts = small.split(separator: "/").map { PathPattern.Segment.literal(String($0)) }
            var wanted = pattern.lowercased.segments
            if wanted.last == .literal("") { wanted.removeLast() }
            return PathPattern(segments: wanted, isOpen: pattern.isOpen)
                .holds(PathPattern(segments: parts, isOpen: false))
        }
    }

    private func compare(
        _ name: String,
        _ claim: (inout RandomPolicy) -> Claim,
        within: (Claim) -> PathPattern?,
        breaks: (Claim, Grid.Entry, Policy) -> Bool
    ) throws {
        var random = SeededRandom(23)
        var brokenCount = 0
        for _ in 0..<Self.caseCount {
            var policy = RandomPolicy(&random)
            let claim = claim(&policy)
            let proof = Prover(policy.policy, now: RandomPolicy.now).breaches(of: claim)
            let grid = try Grid(policy, within: within(claim))
            let counter = grid.entries.first { breaks(claim, $0, policy.policy) }
            if counter != nil { brokenCount += 1 }

            #expect(
                proof.isEmpty == (counter == nil),
                "seed \(random.seed): \(claim), found \(proof.first as Any), tried \(counter as Any)"
            )
            try confirm(proof, claim, policy, breaks)
        }
        #expect(brokenCount > Self.caseCount / 10, "\(name): hardly any promise was broken")
        #expect(brokenCount < Self.caseCount * 9 / 10, "\(name): hardly any promise was kept")
    }

    /// Every request a breach names is judged, and does what the promise forbids.
    private func confirm(
        _ breaches: [Breach],
        _ claim: Claim,
        _ random: RandomPolicy,
        _ breaks: (Claim, Grid.Entry, Policy) -> Bool
    ) throws {
        var desk = Desk()
        for breach in breaches {
            var request = OneRequest(method: breach.method.word ?? "", path: breach.path)
            request.client = breach.client?.address
            request.crawler = breach.client?.crawler ?? .none
            request.now = RandomPolicy.now
            request.token = breach.caller.token
            let isReal = try random.policies().contains { policy in
                let outcome = try request.judged(under: policy, with: &desk)
                let entry = Grid.Entry(request: request, caller: breach.caller, outcome: outcome)
                return outcome.route == breach.route && breaks(claim, entry, policy)
            }
            #expect(isReal, "\(breach)")
        }
    }

    @Test func `a token is promised exactly where nobody passes without one`() throws {
        try compare("token") { policy in
            let (methods, except) = policy.claim()
            return .token(methods, except: except)
        } within: { _ in
            nil
        } breaks: { claim, entry, policy in
            guard case .token(let methods, let except) = claim, entry.outcome.passes,
                entry.caller == .stranger
            else { return false }
            return Self.isMeant(entry, methods, except, policy)
        }
    }

    @Test func `a limit is promised exactly where every request is counted`() throws {
        try compare("limit") { policy in
            let (methods, except) = policy.claim()
            return .limit(methods, except: except)
        } within: { _ in
            nil
        } breaks: { claim, entry, policy in
            guard case .limit(let methods, let except) = claim, entry.outcome.passes else {
                return false
            }
            let isCounted = entry.outcome.lines.contains { line in
                let limit = policy.limits[policy.limitLines[line].limit]
                if limit.isOnTrial { return false }
                if case .blocks = limit.counted { return false }
                return true
            }
            return !isCounted && Self.isMeant(entry, methods, except, policy)
        }
    }

    @Test func `a path is promised closed exactly where no request reaches it`() throws {
        try compare("closed") { policy in
            .closed(policy.promisedPath())
        } within: { claim in
            if case .closed(let pattern) = claim { pattern } else { nil }
        } breaks: { _, entry, _ in
            entry.outcome.passes
        }
    }

    private static func isMeant(
        _ entry: Grid.Entry,
        _ methods: MethodSet,
        _ except: Set<String>,
        _ policy: Policy
    ) -> Bool {
        methods.names.contains(entry.request.method)
            && !except.contains(policy.routes[entry.outcome.route].name)
    }
}

extension Breach.Caller {
    /// What its token says; nil for one without.
    var token: String? {
        switch self {
        case .stranger: nil
        case .user: "{\"sub\":\"7\",\"role\":\"admin\"}"
        case .nobody: "{\"role\":\"admin\"}"
        }
    }
}
