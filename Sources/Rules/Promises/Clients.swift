import Policy
import Vocabulary

/// The clients that a policy can tell apart by where they come from and what they have proved to be.
///
/// Addresses fall into finitely many kinds: those that are in just the same lists. What a file holds may
/// change without a reload, so a list that is read from one may hold anybody, or nobody.
struct Clients {
    /// Clients that no rule tells from each other.
    struct Kind {
        /// Lists it is in now.
        var lists: Set<Int> = []
        /// Those it stays in: the rest end.
        var lasting: Set<Int> = []
        /// It is in every list that is read from a file.
        var isInFiles = false
        var crawler = Crawler.none
        var address: IPAddress?
    }

    let policy: Policy
    let now: Int64
    /// Kinds by their addresses, nobody's crawler; the first is in as few lists as can be.
    let addresses: [Kind]
    /// Crawlers that questions can tell from others, if any does.
    private let asked: [Crawler]

    init(_ policy: Policy, now: Int64) {
        self.policy = policy
        self.now = now
        let told = Self.told(policy).filter { policy.lists[$0].file == nil }.sorted()
        var edges = [IPAddress(v4: 0), IPAddress(high: 0, low: 0)]
        for list in told { edges += policy.lists[list].addresses.edges }
        addresses = Self.kinds(of: edges, told: told, policy, now)
        asked = Self.asked(policy)
    }

    private static func asked(_ policy: Policy) -> [Crawler] {
        let tests = policy.questions.tests.filter { $0.source == .bot }
        guard !tests.isEmpty else { return [] }
        let names = tests.filter { $0.comparison == .isIn && $0.operand >= 0 }
            .flatMap { policy.lists[Int($0.operand)].texts.all }
        let known: Set<String> = [Crawler.none.name, Crawler.impostor.name]
        // One that is verified under a name no rule has is a crawler too.
        return [.impostor, .verified("another")]
            + Set(names).subtracting(known).sorted().map { .verified($0) }
    }

    /// Divides the addresses by each list in turn, and keeps the least of each kind: the same files give
    /// the same witness.
    private static func kinds(
        of edges: [IPAddress],
        told: [Int],
        _ policy: Policy,
        _ now: Int64
    ) -> [Kind] {
        var numbers = [Int](repeating: 0, count: edges.count)
        for list in told {
            let set = policy.lists[list].addresses
            var divided: [Int: Int] = [:]
            for index in edges.indices {
                let isIn = set.contains(edges[index], at: now)
                let stays = isIn && set.contains(edges[index], at: .max - 1)
                let part = numbers[index] * 3 + (stays ? 2 : isIn ? 1 : 0)
                let next = divided.count
                numbers[index] = divided[part, default: next]
                if numbers[index] == next { divided[part] = next }
            }
        }
        var least: [Int: IPAddress] = [:]
        for (number, address) in zip(numbers, edges) {
            if let known = least[number], !address.isBefore(known) { continue }
            least[number] = address
        }
        let kinds = least.values.map { address in
            let isIn = told.filter { policy.lists[$0].addresses.contains(address, at: now) }
            let stays = isIn.filter { policy.lists[$0].addresses.contains(address, at: .max - 1) }
            return Kind(lists: Set(isIn), lasting: Set(stays), address: address)
        }
        return kinds.sorted { one, two in
            guard let a = one.address, let b = two.address else { return false }
            return one.lists.count == two.lists.count
                ? a.isBefore(b) : one.lists.count < two.lists.count
        }
    }

    /// Everybody who may matter on a route: of each kind of address, as whatever its rules know.
    func kinds(on route: Route) -> [Kind] {
        var crawlers = [Crawler.none] + asked
        for allowance in route.allowances {
            for case .verified(let name) in allowance.subjects
            where !crawlers.contains(.verified(name)) {
                crawlers.append(.verified(name))
            }
        }
        let asksFiles = route.allowances.contains { allowance in
            allowance.subjects.contains {
                if case .list(let number) = $0 { policy.lists[number].file != nil } else { false }
            }
        }
        var found: [Kind] = []
        for isInFiles in asksFiles ? [false, true] : [false] {
            for crawler in crawlers {
                for kind in addresses {
                    var kind = kind
                    kind.isInFiles = isInFiles
                    kind.crawler = crawler
                    found.append(kind)
                }
            }
        }
        return found
    }

    /// Which of a route's allowances hold for a client, as bits.
    func allowances(of route: Route, for client: Kind) -> UInt64 {
        var found: UInt64 = 0
        for (index, allowance) in route.allowances.prefix(PolicyBounds.allowanceMax).enumerated()
        where now < allowance.until {
            let isSubject = allowance.subjects.contains { subject in
                switch subject {
                case .list(let number):
                    policy.lists[number].file == nil
                        ? client.lists.contains(number) : client.isInFiles
                case .verified(let name): client.crawler == .verified(name)
                }
            }
            if isSubject { found |= 1 << UInt64(index) }
        }
        return found
    }

    /// Lists by whose addresses some rule of a route decides.
    private static func told(_ policy: Policy) -> Set<Int> {
        var found: Set<Int> = []
        for route in policy.routes {
            for allowance in route.allowances {
                for case .list(let number) in allowance.subjects { found.insert(number) }
            }
        }
        for test in policy.questions.tests where test.source == .address && test.comparison == .isIn
        {
            found.insert(Int(test.operand))
        }
        return found
    }
}

extension IPAddress {
    fileprivate func isBefore(_ other: IPAddress) -> Bool { (high, low) < (other.high, other.low) }
}
