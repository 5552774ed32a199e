import Policy

/// What the files declare, found by its name, with every path read.
///
/// It is made once, for those who judge the files and for those who turn them into a policy: both resolve
/// a name in the same way.
struct Declarations {
    typealias Scope = (scope: ScopeItem, site: SiteItem?, route: RouteItem?)
    typealias Placed = (site: SiteItem, route: RouteItem)

    /// A route with its path read.
    struct Way {
        let site: SiteItem
        let route: RouteItem
        let pattern: PathPattern

        /// GET answers HEAD too.
        var methods: Set<RuleMethod> { RuleMethod.answered(by: route.methods) }
    }

    /// Every scope, with the site and the route it belongs to, if any.
    let scopes: [Scope]
    /// Every route with the site it belongs to.
    let routes: [Placed]
    /// Each site's routes, as far as their paths can be read.
    let waysBySite: [[Way]]
    private let lists: [String: ListItem]
    private let values: [String: Token]
    private let routesByName: [String: [Placed]]
    /// Lists whose addresses some `block` refuses.
    let blockingLists: [ListItem]
    /// Lists whose addresses are believed, or let through.
    let trustedLists: Set<String>
    private let limits: [String: LimitItem]
    /// Limits that name a route they hold on.
    private let limitsByRoute: [String: [LimitItem]]

    init(_ program: Program) {
        var scopes: [Scope] = [(program.everywhere, nil, nil)]
        var routes: [Placed] = []
        var ways: [[Way]] = []
        for site in program.sites {
            scopes.append((site.scope, site, nil))
            ways.append([])
            for route in site.routes {
                scopes.append((route.scope, site, route))
                routes.append((site, route))
                guard case .success(let pattern) = PathSyntax.read(route.path) else { continue }
                ways[ways.count - 1].append(Way(site: site, route: route, pattern: pattern))
            }
        }
        (self.scopes, self.routes, waysBySite) = (scopes, routes, ways)
        lists = Dictionary(program.lists.map { ($0.name.value, $0) }) { first, _ in first }
        values = Dictionary(program.lets.map { ($0.name.value, $0.value) }) { first, _ in first }
        routesByName = Dictionary(grouping: routes) { $0.route.name.value }
        let limits = scopes.flatMap(\.scope.limits)
        self.limits = Dictionary(limits.map { ($0.name.value, $0) }) { first, _ in first }
        var limitsByRoute: [String: [LimitItem]] = [:]
        for limit in limits {
            for name in Set((limit.routes ?? []).map(\.value)) {
                limitsByRoute[name, default: []].append(limit)
            }
        }
        self.limitsByRoute = limitsByRoute
        let blocking = Set(scopes.flatMap(\.scope.blocks).flatMap(\.condition.addressLists))
        blockingLists = program.lists.filter { blocking.contains($0.name.value) }
        trustedLists = Self.trusted(program, scopes)
    }

    private static func trusted(_ program: Program, _ scopes: [Scope]) -> Set<String> {
        var names = program.trusts.map(\.list) + program.listens.compactMap(\.proxyFrom)
        names += program.gates.flatMap(\.lists)
        for allowance in scopes.lazy.flatMap(\.scope.allowances) {
            if case .lists(let lists) = allowance.subject { names += lists }
        }
        return Set(names.map(\.value))
    }

    func list(_ name: String) -> ListItem? { lists[name] }
    func limit(_ name: String) -> LimitItem? { limits[name] }
    func limits(on route: String) -> [LimitItem] { limitsByRoute[route] ?? [] }

    /// What a name given with `let` stands for.
    func value(_ name: String) -> Token? { values[name] }

    /// A literal, or what the name in its place stands for.
    func literal(_ token: Token) -> Token {
        token.kind == .word ? values[token.text] ?? token : token
    }

    /// The routes a rule applies to: those it names, or its scope's.
    func routes(named names: [Name]?, in site: SiteItem?, _ route: RouteItem?) -> [Placed] {
        if let names {
            var seen: Set<String> = []
            return names.filter { seen.insert($0.value).inserted }
                .flatMap { routesByName[$0.value] ?? [] }
        }
        if let route, let site { return [(site, route)] }
        if let site { return site.routes.map { (site, $0) } }
        return routes
    }
}

extension Condition {
    /// Lists by which it says yes to an address.
    fileprivate var addressLists: [String] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.addressLists)
        case .not: []
        case .test(let test):
            test.field.value == "client.ip" && test.op.value == .isIn
                ? test.values.filter { $0.kind == .word }.map(\.text) : []
        }
    }
}

extension RuleMethod {
    /// What somebody answers who takes these methods: GET brings HEAD with it.
    static func answered(by methods: [Said<RuleMethod>]) -> Set<RuleMethod> {
        var all = Set(methods.map(\.value))
        if all.contains(.get) { all.insert(.head) }
        return all
    }
}
