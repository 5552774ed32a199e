import Policy
import Vocabulary

/// What happens when nobody can count, and whether strangers can guess.
extension Checker {
    mutating func checkLimits() {
        for (scope, site, route) in scopes {
            for limit in scope.limits where !limit.isBroken { check(limit, site, route) }
        }
        for (site, route) in routes { checkGuarded(route, of: site) }
    }

    private mutating func check(_ limit: LimitItem, _ site: SiteItem?, _ route: RouteItem?) {
        let name = limit.name.value
        if limit.lines.isEmpty {
            say(
                Diagnostic(
                    .emptyLimit,
                    "limit `\(name)` does not say how much",
                    at: limit.name.at,
                    "nothing is limited by this"
                )
                .help("add a line such as `at most 60/m per user or ip`")
            )
        }
        if limit.counted?.value == .blocks, limit.shutOut == nil {
            say(
                Diagnostic(
                    .incompleteStatement,
                    "limit `\(name)` does not say for how long",
                    at: limit.counted?.at ?? limit.name.at,
                    "whoever keeps being blocked is shut out for a while"
                )
                .help("add `shut out for 15m`")
            )
        }
        for line in limit.lines { for key in line.keys { checkKey(key) } }
        guard let fallback = limit.fallback else {
            sayNoFallback(limit, mayPass: !covered(limit, site, route).contains(where: \.writes))
            return
        }
        guard fallback.value == .letThrough else { return }
        let writes = covered(limit, site, route).filter(\.writes)
        guard !writes.isEmpty else { return }
        say(
            Diagnostic(
                .writesFailOpen,
                "limit `\(name)` lets \(Self.list(writes)) through when Redis is down",
                at: fallback.at,
                "writes must not fail open"
            )
            .help("write `refuse`, or `at most \(Self.spareRate(limit)) on each node`")
        )
    }

    private mutating func sayNoFallback(_ limit: LimitItem, mayPass: Bool) {
        var choices = ["refuse", "at most \(Self.spareRate(limit)) on each node"]
        if mayPass { choices.append("let through") }
        let lines = choices.map { "\nif redis is down \($0)" }.joined()
        say(
            Diagnostic(
                .limitWithoutFallback,
                "limit `\(limit.name.value)` does not say what happens without Redis",
                at: limit.name.at,
                "half of every outage is decided by this line"
            )
            .help("add one of:" + lines)
        )
    }

    /// A rate to suggest for each node: well below what all of them share.
    private static func spareRate(_ limit: LimitItem) -> String {
        limit.lines.first.map { "\(max($0.rate.value.count / 6, 1))/m" } ?? "10/m"
    }

    /// By what requests are told apart.
    mutating func checkKey(_ key: Name) {
        if ["ip", "user", "everyone"].contains(key.value) { return }
        guard let field = Field(key.value) else {
            let words = ["ip", "user", "everyone", "json.email"]
            say(
                Diagnostic(
                    .unknownField,
                    "there is no field `\(key.value)`",
                    at: key.at,
                    Nearest.to(key.value, among: words).map { "did you mean `\($0)`?" } ?? ""
                )
                .help("a key is `ip`, `user`, `everyone`, or a field such as `json.email`")
            )
            return
        }
        guard field.stage >= 16 else { return }
        say(
            Diagnostic(
                .wrongType,
                "`\(key.value)` is known only after the answer",
                at: key.at,
                "requests are told apart before it"
            )
        )
    }

    /// The methods a limit is for: those it names, or those of its routes.
    private func covered(
        _ limit: LimitItem,
        _ site: SiteItem?,
        _ route: RouteItem?
    ) -> Set<RuleMethod> {
        if !limit.methods.isEmpty { return Set(limit.methods.map(\.value)) }
        var methods: Set<RuleMethod> = []
        for (_, route) in routes(named: limit.routes, in: site, route) {
            methods.formUnion(Self.answered(route))
        }
        return methods
    }

    /// The limits that hold for a route.
    func limits(of route: RouteItem, in site: SiteItem) -> [LimitItem] {
        let all = program.everywhere.limits + site.scope.limits + route.scope.limits
        return all.filter { $0.routes == nil } + declared.limits(on: route.name.value)
    }

    /// A route that strangers write to has a limit that holds when Redis is away.
    private mutating func checkGuarded(_ route: RouteItem, of site: SiteItem) {
        guard let open = route.open, !mayBeUnread("limit") else { return }
        guard case .success(let pattern) = PathSyntax.read(route.path) else { return }
        let limits = limits(of: route, in: site).filter {
            Self.holdsForStrangers($0, on: pattern)
        }
        let taken = Set(route.methods.map(\.value))
        let unguarded = taken.intersection(open.including.map(\.value)).filter { method in
            method.writes
                && !limits.contains { limit in
                    limit.methods.isEmpty || limit.methods.contains { $0.value == method }
                }
        }
        guard !unguarded.isEmpty else { return }
        say(
            Diagnostic(
                .publicWriteUnguarded,
                "strangers may write to `\(route.name.value)`, and nothing stops guessing when Redis is down",
                at: route.name.at,
                "no limit on \(Self.list(unguarded)) here holds for them then"
            )
            .help(
                "add a limit on \(route.name.value) with `at most 5/m per ip` and `if redis is down refuse`"
            )
        )
    }

    /// Whether a limit counts those who have no token, whatever they send or leave out.
    ///
    /// A field of the request is no such key: who leaves it out is not counted, and who changes it has
    /// another bucket. What the limit does without Redis, or that it says no rate, is said of itself.
    private static func holdsForStrangers(_ limit: LimitItem, on pattern: PathPattern) -> Bool {
        if limit.isBroken || limit.lines.isEmpty { return true }
        return limit.trial == nil && limit.counted?.value != .blocks
            && limit.lines.contains { line in
                let key = line.keys.first { $0.value != "user" && Field($0.value)?.stage != 9 }
                return key.map { isCertain($0.value, on: pattern) } ?? false
            }
    }

    private static func isCertain(_ key: String, on pattern: PathPattern) -> Bool {
        if ["ip", "everyone"].contains(key) { return true }
        guard let field = Field(key) else { return false }
        return field == .clientAddress || LimitKey.field(field).isCertain(on: pattern)
    }
}
