import Policy
import Vocabulary

/// Names what breaks a promise, and the request that shows it.
extension PromiseChecks {
    func name(_ breach: Breach) -> String { policy.routes[breach.route].name }

    func words(_ breach: Breach) -> String { "\(breach.method.word ?? "GET") \(breach.path)" }

    func place(of breach: Breach) -> SourceRange {
        let name = name(breach)
        return declared.route(name)?.path.at ?? SourceRange(file: 0, 0..<0)
    }

    /// `for example: POST https://api.example.com/v1/export from an address in qa_ranges`.
    func example(_ breach: Breach, _ allowances: [Allowance] = []) -> String {
        let site = policy.sites[policy.routes[breach.route].site]
        let host = site.hosts.sorted().first ?? ""
        var text = "for example: \(breach.method.word ?? "GET") https://\(host)\(breach.path)"
        var lists: [String] = []
        var isByAddress = false
        for allowance in allowances {
            switch holding(allowance, breach) {
            case .list(let number)?:
                let name = policy.lists[number].name
                if name.isEmpty { isByAddress = true } else { lists.append(name) }
            case .verified(let name)?: text += " from verified \(name)"
            case nil: break
            }
        }
        if isByAddress || (allowances.isEmpty && breach.client?.lists.isEmpty == false) {
            if let address = breach.client?.address { text += " from \(address)" }
        } else if !lists.isEmpty {
            text += " from an address in \(lists.joined(separator: " and "))"
        }
        return text
    }

    /// Whom an allowance means, as far as the request is one of them.
    func subject(of allowance: Allowance, _ breach: Breach) -> String {
        switch holding(allowance, breach) {
        case .verified(let name)?: return "verified \(name)"
        case .list(let number)? where !policy.lists[number].name.isEmpty:
            return policy.lists[number].name
        default: return breach.client?.address.map { "\($0)" } ?? "somebody"
        }
    }

    private func holding(_ allowance: Allowance, _ breach: Breach) -> Allowance.Subject? {
        allowance.subjects.first { subject in
            switch subject {
            case .list(let number):
                policy.lists[number].file == nil
                    ? breach.client?.lists.contains(number) == true
                    : breach.client?.isInFiles == true
            case .verified(let name): breach.client?.crawler == .verified(name)
            }
        }
    }

    // MARK: In the text

    /// What an allowance of the policy skips, as its sentence says it.
    func skips(of allowance: Allowance) -> [Name] {
        for (scope, _, _) in declared.scopes {
            for item in scope.allowances
            where isAt(allowance.place, item.at) && item.tail.because?.value == allowance.reason {
                return item.skips
            }
        }
        return []
    }

    func exclusion(at place: SourcePlace) -> ExclusionItem? {
        for (scope, _, _) in declared.scopes {
            if let item = scope.exclusions.first(where: { isAt(place, $0.at) }) { return item }
        }
        return nil
    }

    /// Where a line of a limit stands, and the keys it counts by.
    func place(ofLine number: Int) -> (at: SourceRange, keys: String) {
        let line = policy.limitLines[number]
        let keys = line.keys.map { "`\($0.name)`" }.joined(separator: " or ")
        let item = declared.limit(policy.limits[line.limit].name)
        let said = item?.lines.first { isAt(line.place, $0.at) && $0.rate.value.text == line.text }
        return (said?.at ?? item?.name.at ?? SourceRange(file: 0, 0..<0), keys)
    }

    private func isAt(_ place: SourcePlace, _ range: SourceRange) -> Bool {
        Int(place.file) == range.file
            && Int(place.line) == sources[range.file].line(at: range.start) + 1
    }
}
