import HTTPWire
import Policy
import Transport
import Vocabulary

/// One version of everything that decides about a request: the policy, and the upstreams it sends to.
///
/// It never changes. A request begins with one and ends with the same, whatever is installed meanwhile.
final class Edition: Sendable {
    /// Counted from one, for this process.
    let number: Int
    let policy: Policy
    /// By their numbers in `Policy.upstreams`.
    let upstreams: [Upstream]
    private let routeTerms: [AnswerTerms]
    private let siteTerms: [AnswerTerms]
    private let generalTerms: AnswerTerms

    /// nil where a route leads to an upstream that is not there.
    init?(_ number: Int, _ policy: Policy, _ upstreams: [Upstream]) {
        for route in policy.routes {
            guard case .upstream(let number) = route.destination else { continue }
            guard upstreams.indices.contains(number) else { return nil }
        }
        self.number = number
        self.policy = policy
        self.upstreams = upstreams
        routeTerms = policy.routes.map { AnswerTerms($0.headers, policy.sites[$0.site].cors) }
        siteTerms = policy.sites.map { AnswerTerms($0.headers, $0.cors) }
        generalTerms = AnswerTerms(policy.headers, nil)
    }

    /// What the rules put on an answer of the route, of the site where there is none, of nobody else.
    func terms(route: Int, site: Int) -> AnswerTerms {
        if route >= 0 { return routeTerms[route] }
        return site >= 0 ? siteTerms[site] : generalTerms
    }

    /// The class that the rules give a request, if they do.
    func rank(of head: borrowing RequestHead) -> RequestClass? {
        guard let site = policy.hosts.site(for: head.host),
            let route = policy.sites[site].routes.route(for: head.path)
        else { return nil }
        return policy.routes[route].rank
    }
}
