import Inspection
import Policy
import Vocabulary

/// Decides promises for every request there can be.
///
/// Hosts, methods and the paths of routes divide all requests into cells, and clients fall into finitely
/// many kinds; within a cell and a kind the evaluator does the same with all. So a promise is asked of
/// each cell once. It is the compiled policy that is asked, what traffic is judged by, and not the text:
/// a promise cannot hold of rules that mean something else when they run.
///
/// Exceptions only ever end, and every end makes the rules stricter, so what holds now, with all the
/// exceptions there are, holds ever after.
struct Prover {
    let policy: Policy
    let now: Int64
    let clients: Clients
    /// A path for each route; nil for a route that no request reaches.
    private let paths: [String?]
    private let cells: Cells

    init(_ policy: Policy, now: Int64) {
        self.policy = policy
        self.now = now
        clients = Clients(policy, now: now)
        let cells = Cells(policy)
        self.cells = cells
        paths = policy.routes.indices.map { cells.path(of: $0) }
    }

    /// What breaks a promise: at most one request for each cell, none where it is kept.
    func breaches(of claim: Claim) -> [Breach] {
        switch claim {
        case .closed(let pattern):
            return policy.routes.indices.compactMap { served($0, within: pattern) }
        case .token(let methods, let except):
            return cells(methods, except).compactMap { openness(of: $0, for: $1) }
        case .limit(let methods, let except):
            return cells(methods, except).compactMap { excess(of: $0, for: $1) }
        case .inspect(let name, let except):
            return disregard(of: name, except: except)
        }
    }

    /// The cells of some methods that any request reaches.
    private func cells(_ methods: MethodSet, _ except: Set<String>) -> [(route: Int, Method)] {
        policy.routes.indices.flatMap { number -> [(Int, Method)] in
            let route = policy.routes[number]
            guard paths[number] != nil, !except.contains(route.name) else { return [] }
            return route.methods.intersection(methods).single.map { (number, $0) }
        }
    }

    func path(of route: Int) -> String { paths[route] ?? "" }

    func isReached(_ route: Int) -> Bool { paths[route] != nil }

    // MARK: Closed

    private func served(_ number: Int, within pattern: PathPattern) -> Breach? {
        let route = policy.routes[number]
        guard let path = cells.path(of: number, within: pattern) else { return nil }
        for method in route.methods.single {
            for client in clients.kinds(on: route) {
                guard let caller = callers(of: route, method, client).first else { continue }
                return Breach(
                    cause: .served,
                    route: number,
                    method: method,
                    path: path,
                    caller: caller,
                    client: client
                )
            }
        }
        return nil
    }

    // MARK: Token

    private func openness(of number: Int, for method: Method) -> Breach? {
        let route = policy.routes[number]
        guard route.openness != nil else { return nil }
        for client in clients.kinds(on: route)
        where callers(of: route, method, client).contains(.stranger) {
            return Breach(
                cause: .open,
                route: number,
                method: method,
                path: path(of: number),
                caller: .stranger,
                client: client
            )
        }
        return nil
    }

    // MARK: Who gets through

    /// Those who may come as far as the upstream, each the plainest of its kind.
    func callers(of route: Route, _ method: Method, _ client: Clients.Kind) -> [Breach.Caller] {
        let allowed = clients.allowances(of: route, for: client)
        let foresight = Foresight(
            policy: policy,
            client: client,
            method: method,
            route: route,
            now: now
        )
        var found: [Breach.Caller] = []
        if let open = route.openness, now < open.until, open.methods.contains(method),
            route.roles.isEmpty, !foresight.refuses(allowed: allowed, hasToken: false)
        {
            found.append(.stranger)
        }
        if !foresight.refuses(allowed: allowed, hasToken: true) { found += [.user, .nobody] }
        return found
    }
}

extension MethodSet {
    /// The methods rules can name, one by one; a preflight reaches no route.
    var single: [Method] {
        let all: [Method] = [.get, .head, .post, .put, .patch, .delete]
        return all.filter(contains)
    }
}
