import Inspection
import Policy

/// Who may skip what, with the things that are skipped as numbers.
extension Lowering {
    mutating func lower(_ item: AllowanceItem) -> Allowance {
        let subjects: [Allowance.Subject] =
            switch item.subject {
            case .lists(let lists): lists.compactMap { listNumbers[$0.value].map { .list($0) } }
            case .addresses(let addresses): [.list(valueList(ofAddresses: addresses))]
            case .verified(let names): names.map { .verified($0.value) }
            }
        return Allowance(
            subjects: subjects,
            skips: skips(of: item),
            reason: item.tail.because?.value ?? "",
            until: Self.end(of: item.tail),
            place: place(item.at)
        )
    }

    private func skips(of item: AllowanceItem) -> Allowance.Skips {
        var skips = Allowance.Skips()
        for name in item.skips.map(\.value).sorted() {
            switch name {
            case "blocking": skips.skipsBlocking = true
            case "maintenance": skips.skipsMaintenance = true
            default:
                if let limit = limitNumbers[name] {
                    skips.limits.append(limit)
                } else {
                    skips.admits.append(name)
                }
            }
        }
        return skips
    }

    /// A request remembers which allowances hold for it as bits, and there are only so many.
    mutating func checkAllowances(_ given: Bestowal, of route: RouteItem) {
        guard given.allowances.count > PolicyBounds.allowanceMax else { return }
        say(
            Diagnostic(
                .tooLarge,
                "\(given.allowances.count) allowances hold on `\(route.name.value)`",
                at: route.name.at,
                "a route may have \(PolicyBounds.allowanceMax)"
            )
            .help("put the addresses of several into one list")
        )
    }

    // MARK: Exclusions

    /// A class covers all its signatures, whoever wrote them.
    func lower(_ item: ExclusionItem) -> ExclusionTable.Exclusion {
        let subjects = Set(item.subjects.map(\.value))
        let signatures = policy.signatures.signatures
        return ExclusionTable.Exclusion(
            signatures: signatures.indices.filter { number in
                subjects.contains(signatures[number].id)
                    || subjects.contains(signatures[number].attackClass)
            },
            count: signatures.count,
            until: Self.end(of: item.tail),
            reason: item.tail.because?.value ?? "",
            place: place(item.at)
        )
    }
}
