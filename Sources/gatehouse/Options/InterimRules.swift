import Gateway
import Policy
import Vocabulary

/// The policy that flags can say, until the rules say all of it: this machine's own hosts, everything open.
struct InterimRules {
    typealias ClassRule = (rank: RequestClass, prefix: String)

    static let classMax = 64

    var allowsUpgrade = false
    var bodyByteMax = Bounds.bodyByteMax
    var classes: [ClassRule] = []

    var policy: Policy {
        var policy = Policy()
        let hosts = ["127.0.0.1", "localhost"]
        policy.version = "flags"
        policy.hosts = HostTable(hosts.map { ($0, 0) })
        policy.upstreams = ["upstream"]
        let patterns = [pattern("/")] + classes.map { pattern($0.prefix) }
        policy.routes = patterns.enumerated().map { number, pattern in
            route(pattern, number == 0 ? nil : classes[number - 1].rank)
        }
        policy.sites = [
            Site(
                hosts: hosts,
                routes: RouteTable(patterns.enumerated().map { ($1, $0) }),
                cors: nil,
                headers: HeaderRules(),
                ownOrigins: TextSet(),
                place: .none
            )
        ]
        return policy
    }

    private func pattern(_ prefix: String) -> PathPattern {
        PathPattern(
            segments: prefix.split(separator: "/").map { .literal(String($0)) },
            isOpen: true
        )
    }

    private func route(_ pattern: PathPattern, _ rank: RequestClass?) -> Route {
        Route(
            name: pattern.segments.isEmpty ? "all" : "class_\(rank.map { "\($0)" } ?? "")",
            site: 0,
            pattern: pattern,
            methods: .all,
            place: .none,
            destination: .upstream(0),
            openness: Openness(
                methods: .all,
                reason: "flags know no sign-in",
                until: .max,
                place: .none
            ),
            accept: AcceptTerms(kinds: .bytes, byteMax: bodyByteMax),
            allowsUpgrade: allowsUpgrade,
            rank: rank
        )
    }
}
