import Vocabulary

/// What this client may skip.
extension Judgement {
    func isClient(in list: NamedList) -> Bool {
        guard let client = circumstances.client else { return false }
        return list.addresses.contains(client, at: circumstances.now)
    }

    /// Which of a route's allowances hold for this client now, as bits.
    func allowances(of route: Route, _ policy: borrowing Policy) -> UInt64 {
        var found: UInt64 = 0
        for index in route.allowances.indices.prefix(64)
        where circumstances.now < route.allowances[index].until {
            if isSubject(of: route.allowances[index], policy) { found |= 1 << UInt64(index) }
        }
        return found
    }

    private func isSubject(of allowance: Allowance, _ policy: borrowing Policy) -> Bool {
        for subject in allowance.subjects {
            switch subject {
            case .list(let number): if isClient(in: policy.lists[number]) { return true }
            case .verified(let name): if circumstances.crawler == .verified(name) { return true }
            }
        }
        return false
    }

    /// The allowance that lets this client skip something, if one does.
    func skip(_ route: Route, _ isMeant: (Allowance.Skips) -> Bool) -> Allowance? {
        var rest = allowed
        while rest != 0 {
            let index = rest.trailingZeroBitCount
            rest &= rest - 1
            if isMeant(route.allowances[index].skips) { return route.allowances[index] }
        }
        return nil
    }

    func allowance(skipping block: String, _ route: Route) -> Allowance? {
        allowed == 0 ? nil : skip(route) { $0.blocks.contains(block) }
    }

    /// What lets this client in although maintenance is on.
    func maintenanceAllowance(of route: Route, _ policy: borrowing Policy) -> Allowance? {
        var asked = self
        asked.allowed = allowances(of: route, policy)
        return asked.skip(route) { $0.skipsMaintenance }
    }
}
