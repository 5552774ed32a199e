import Policy
import Vocabulary

/// Who may skip what: named things only, never what proves who somebody is.
extension Checker {
    mutating func checkAllowances() {
        for (scope, site, route) in scopes {
            for allowance in scope.allowances {
                if !allowance.tail.saysWhy { sayNoReason(allowance.at, "`allow`") }
                if allowance.tail.until == nil, !allowance.tail.isBroken { sayNoEnd(allowance) }
                checkSubject(of: allowance)
                for skip in allowance.skips { checkSkip(skip, of: allowance, site, route) }
                checkBlocked(allowance)
            }
        }
    }

    private mutating func checkSubject(of allowance: AllowanceItem) {
        switch allowance.subject {
        case .lists: return
        case .addresses(let addresses):
            for address in addresses where !checkHostBits(address) { checkIsNotEverybody(address) }
        case .verified(let names): for name in names { checkCrawler(name, among: Crawlers.names) }
        }
    }

    /// An address that is believed, or let through, is somebody's.
    mutating func checkIsNotEverybody(_ address: Token) {
        guard let block = AddressBlock(text: declared.literal(address).text), block.isMostOfAll
        else { return }
        say(
            Diagnostic(
                .wrongType,
                "`\(address.text)` is nobody in particular",
                at: address.at,
                AddressBlock.mostOfAll
            )
            .help("name the networks that are meant")
        )
    }

    mutating func sayNoReason(_ at: SourceRange, _ noun: String) {
        say(
            Diagnostic(
                .noReason,
                "this \(noun) does not say why",
                at: at,
                "an exception without a reason"
            )
            .help("add `because \"…\"`: whoever reads this in a year will want to know")
        )
    }

    private mutating func sayNoEnd(_ allowance: AllowanceItem) {
        let latest = Day(holding: now).advanced(byDays: 90)
        say(
            Diagnostic(
                .noEnd,
                "this `allow` never ends",
                at: allowance.at,
                "an allowance has an end"
            )
            .help("add `until \(latest.text)`, or another day on which somebody looks at it again")
        )
    }

    private mutating func checkSkip(
        _ skip: Name,
        of allowance: AllowanceItem,
        _ site: SiteItem?,
        _ route: RouteItem?
    ) {
        switch skip.value {
        case "auth", "roles", "host", "protocol", "closed", "cors", "route", "accept", "inspection",
            "access":
            sayAbsolute(skip)
        case "limits":
            say(
                Diagnostic(
                    .skipsLimits,
                    "an allowance names the limits it skips",
                    at: skip.at,
                    "`limits` would skip those of tomorrow too"
                )
                .help("name them: \(list(names.all(.limit)))")
            )
        case "blocking", "maintenance": return
        default: checkNamedSkip(skip, of: allowance, site, route)
        }
    }

    private mutating func sayAbsolute(_ skip: Name) {
        let why =
            switch skip.value {
            case "auth", "roles", "access": "an address is not a proof of who is asking"
            case "inspection": "findings are always recorded"
            case _ where names.place(skip.value, of: .block) != nil: "a `block` beats every `allow`"
            default: "this is what every other rule stands on"
            }
        say(
            Diagnostic(.skipsAbsolute, "nobody may skip \(skip.value)", at: skip.at, why)
                .help(
                    "`skip` takes a limit, an `admit`, `maintenance` or `blocking` (which still records what it finds)"
                )
        )
    }

    private mutating func checkNamedSkip(
        _ skip: Name,
        of allowance: AllowanceItem,
        _ site: SiteItem?,
        _ route: RouteItem?
    ) {
        if let limit = declared.limit(skip.value) {
            if limit.counted?.value == .failures || limit.fallback?.value == .refuse {
                sayGuessing(skip, limit)
            } else {
                checkEffect(skip, limit, allowance, site, route)
            }
            return
        }
        if names.place(skip.value, of: .block) != nil {
            sayAbsolute(skip)
            return
        }
        guard names.place(skip.value, of: .admit) == nil, !mayBeUnread(skip.value) else { return }
        let known = names.all(.limit) + names.all(.admit)
        let hint = Nearest.to(skip.value, among: known + ["blocking", "maintenance"])
        say(
            Diagnostic(
                .skipsUnknown,
                "there is nothing called `\(skip.value)` to skip",
                at: skip.at,
                hint.map { "did you mean `\($0)`?" } ?? ""
            )
            .help("there are \(list(known + ["maintenance", "blocking"]))")
        )
    }

    private mutating func sayGuessing(_ skip: Name, _ limit: LimitItem) {
        let why =
            limit.counted?.value == .failures
            ? (limit.fallback?.value == .refuse
                ? "it counts failures and fails closed" : "it counts failures")
            : "it fails closed"
        say(
            Diagnostic(
                .skipsGuessingLimit,
                "`\(skip.value)` stops password guessing and cannot be skipped",
                at: skip.at,
                "guessing from a trusted network is still guessing"
            )
            .related(limit.name.at, why)
        )
    }

    /// Skipping a limit that none of the routes has is a sign that something else was meant.
    private mutating func checkEffect(
        _ skip: Name,
        _ limit: LimitItem,
        _ allowance: AllowanceItem,
        _ site: SiteItem?,
        _ route: RouteItem?
    ) {
        guard !limit.methods.isEmpty else { return }
        let limited = Set(limit.methods.map(\.value))
        let reached = routes(named: allowance.routes, in: site, route)
        guard allowance.routes != nil || route != nil else { return }
        for (_, route) in reached {
            let methods = Self.answered(route)
            guard methods.isDisjoint(with: limited) else { continue }
            let (ours, theirs) = (Self.list(methods), Self.list(limited))
            say(
                Diagnostic(
                    .skipWithoutEffect,
                    "skipping `\(skip.value)` has no effect on \(route.name.value)",
                    at: skip.at,
                    "`\(skip.value)` is for \(theirs), \(route.name.value) is \(ours)"
                )
            )
        }
    }

    /// What a route answers: GET brings HEAD with it.
    static func answered(_ route: RouteItem) -> Set<RuleMethod> {
        RuleMethod.answered(by: route.methods)
    }

    static func list(_ methods: Set<RuleMethod>) -> String {
        methods.sorted().map(\.rawValue).joined(separator: " ")
    }

    private func list(_ words: [String]) -> String {
        words.map { "`\($0)`" }.joined(separator: ", ")
    }

    // MARK: Blocked all the same

    private mutating func checkBlocked(_ allowance: AllowanceItem) {
        guard case .lists(let lists) = allowance.subject else { return }
        for name in lists {
            guard let list = declared.list(name.value), list.kind.value == .ip else { continue }
            for other in declared.blockingLists { compare(list, with: other, allowance) }
        }
    }

    private mutating func compare(
        _ list: ListItem,
        with other: ListItem,
        _ allowance: AllowanceItem
    ) {
        let allowed = list.entries.map { AddressBlock(text: $0.value.text) }
        let blocked = other.entries.map { AddressBlock(text: $0.value.text) }
        let all = AddressSet(blocked.compactMap { $0 }.map { AddressSet.Entry($0) })
        let theirs = AddressSet(allowed.compactMap { $0 }.map { AddressSet.Entry($0) })
        let bases = blocked.compactMap { $0?.base }.filter { theirs.contains($0, at: 0) }
        var saidCount = 0
        for (entry, block) in zip(list.entries, allowed) where saidCount < RulesBounds.shownMax {
            guard let block else { continue }
            let meets = all.contains(block.base, at: 0) || bases.contains { block.contains($0) }
            guard meets,
                let meeting = zip(other.entries, blocked).first(where: { _, other in
                    other.map { $0.contains(block.base) || block.contains($0.base) } ?? false
                })?.0
            else { continue }
            saidCount += 1
            sayBlocked(entry, of: list, meeting, of: other, allowance)
        }
    }

    private mutating func sayBlocked(
        _ entry: ListItem.Entry,
        of list: ListItem,
        _ meeting: ListItem.Entry,
        of other: ListItem,
        _ allowance: AllowanceItem
    ) {
        let skips = allowance.skips.map(\.value).joined(separator: ", ")
        say(
            Diagnostic(
                .allowedAndBlocked,
                "\(entry.value.text) is both allowed and blocked",
                at: entry.value.at,
                "in `\(list.name.value)`, which may skip \(skips)"
            )
            .related(meeting.value.at, "in `\(other.name.value)`, which is blocked")
            .note("blocking wins, always; the allowance has no effect here")
        )
    }
}

extension AddressBlock {
    init?(text: String) {
        let bytes = Array(text.utf8)
        unsafe self.init(bytes.span.bytes)
    }
}
