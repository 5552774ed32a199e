import Policy
import Vocabulary

/// Whether every request is counted by some limit.
///
/// A limit counts where it is for the method, is not on trial, is not skipped, and has a key that the
/// request cannot leave out. One that counts only what is blocked limits nobody before that.
extension Prover {
    func excess(of number: Int, for method: Method) -> Breach? {
        let route = policy.routes[number]
        let lines = lines(of: route, for: method)
        // Most routes have a limit by address that nobody may skip, and are done here.
        let skippable = Set(route.allowances.flatMap(\.skips.limits))
        let isCertain = lines.contains { line in
            let limit = policy.limitLines[line].limit
            return !skippable.contains(limit) && counts(line, .stranger, route)
        }
        if isCertain { return nil }
        for client in clients.kinds(on: route) {
            let allowed = clients.allowances(of: route, for: client)
            for caller in callers(of: route, method, client) {
                guard let cause = cause(route, lines, caller, allowed) else { continue }
                return Breach(
                    cause: cause,
                    route: number,
                    method: method,
                    path: path(of: number),
                    caller: caller,
                    client: client
                )
            }
        }
        return nil
    }

    private func lines(of route: Route, for method: Method) -> [Int] {
        route.limits.compactMap { use in
            let limit = policy.limits[policy.limitLines[Int(use.line)].limit]
            if limit.isOnTrial || !use.methods.contains(method) { return nil }
            if case .blocks = limit.counted { return nil }
            return Int(use.line)
        }
    }

    /// Why nothing counts a request; nil where something does.
    private func cause(
        _ route: Route,
        _ lines: [Int],
        _ caller: Breach.Caller,
        _ allowed: UInt64
    ) -> Breach.Cause? {
        guard !lines.isEmpty else { return .unlimited }
        let counting = lines.filter { counts($0, caller, route) }
        guard let last = counting.last else { return .uncounted(line: lines[0]) }
        var holding = route.allowances.indices.prefix(PolicyBounds.allowanceMax)
            .filter { allowed & 1 << UInt64($0) != 0 }
        guard !remains(of: counting, holding, route) else { return nil }
        // No more allowances are named than it takes.
        for index in holding {
            let fewer = holding.filter { $0 != index }
            if !remains(of: counting, fewer, route) { holding = fewer }
        }
        return .skipped(allowances: holding, limit: policy.limitLines[last].limit)
    }

    private func remains(of lines: [Int], _ allowances: [Int], _ route: Route) -> Bool {
        lines.contains { line in
            let limit = policy.limitLines[line].limit
            return !allowances.contains { route.allowances[$0].skips.limits.contains(limit) }
        }
    }

    /// Whether a caller cannot help being counted by a line.
    private func counts(_ line: Int, _ caller: Breach.Caller, _ route: Route) -> Bool {
        policy.limitLines[line].keys.contains { key in
            key == .user ? caller == .user : key.isCertain(on: route.pattern)
        }
    }
}
