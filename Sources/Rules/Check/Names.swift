import Policy
import Vocabulary

/// Everything that has a name, and where it was given.
struct Names {
    /// Things of one kind share no name.
    enum Kind: String {
        case list, upstream, route, limit, admit, block, signature, guardrails, `class`, value
    }

    private var places: [Kind: [String: SourceRange]] = [:]
    /// Lists that something refers to.
    var usedLists: Set<String> = []
    /// Lists of addresses that somebody trusts, as far as they were looked at.
    var checkedLists: Set<String> = []

    mutating func add(_ name: Name, as kind: Kind) -> SourceRange? {
        if let earlier = places[kind]?[name.value] { return earlier }
        places[kind, default: [:]][name.value] = name.at
        return nil
    }

    func place(_ name: String, of kind: Kind) -> SourceRange? { places[kind]?[name] }
    func all(_ kind: Kind) -> [String] { (places[kind] ?? [:]).keys.sorted() }
}

extension Checker {
    /// Classes that need no declaration.
    static let shippedClasses = [
        "sqli", "xss", "rce", "lfi", "rfi", "ssrf", "ssti", "php", "java", "node", "nosql", "ldap",
        "xpath",
        "xxe", "graphql", "protocol", "session", "scanner", "traversal", "redirect", "exploit",
        "learned",
    ]

    mutating func collectNames() {
        for list in program.lists { add(list.name, as: .list, "list") }
        for upstream in program.upstreams { add(upstream.name, as: .upstream, "upstream") }
        for (_, route) in routes { add(route.name, as: .route, "route") }
        for signature in program.signatures { add(signature.id, as: .signature, "signature") }
        for item in program.guardrails { add(item.name, as: .guardrails, "set of guardrails") }
        for item in program.classes { add(item.name, as: .class, "class") }
        for item in program.lets { add(item.name, as: .value, "value") }
        for (scope, _, _) in scopes {
            for limit in scope.limits { addRule(limit.name, as: .limit, "limit") }
            for admit in scope.admits { addRule(admit.name, as: .admit, "`admit`") }
            for block in scope.blocks { addRule(block.name, as: .block, "`block`") }
        }
    }

    private mutating func add(_ name: Name, as kind: Names.Kind, _ noun: String) {
        guard let earlier = names.add(name, as: kind) else { return }
        sayTwice(name, earlier, "this \(noun) already has the name")
    }

    /// Limits, admits and blocks are named by `skip` and `refused by` alike.
    private mutating func addRule(_ name: Name, as kind: Names.Kind, _ noun: String) {
        for other in [Names.Kind.limit, .admit, .block] where other != kind {
            guard let earlier = names.place(name.value, of: other) else { continue }
            sayTwice(name, earlier, "this `\(other.rawValue)` already has the name")
            return
        }
        if Self.reserved.contains(name.value) {
            say(
                Diagnostic(
                    .duplicateName,
                    "`\(name.value)` is a word of the language",
                    at: name.at,
                    "a rule of this name could not be told from it"
                )
                .help("call it something else")
            )
            return
        }
        add(name, as: kind, noun)
    }

    /// Words that mean something after `skip` or `refused by`.
    static let reserved: Set<String> = [
        "host", "protocol", "closed", "cors", "maintenance", "route", "auth", "roles", "accept",
        "access",
        "limits", "blocking", "inspection",
    ]

    private mutating func sayTwice(_ name: Name, _ earlier: SourceRange, _ label: String) {
        say(
            Diagnostic(
                .duplicateName,
                "`\(name.value)` is declared twice",
                at: name.at,
                "again here"
            )
            .related(earlier, label)
            .help("names are unique across all files")
        )
    }

    // MARK: References

    mutating func checkReferences() {
        for (scope, _, _) in scopes {
            if let send = scope.send { require(send, .upstream, "upstream") }
            for limit in scope.limits { requireRoutes(limit.routes) }
            for exclusion in scope.exclusions { requireRoutes(exclusion.routes) }
            for allowance in scope.allowances {
                requireRoutes(allowance.routes)
                if case .lists(let lists) = allowance.subject {
                    for list in lists { requireAddresses(list) }
                }
            }
        }
        for trust in program.trusts { requireAddresses(trust.list) }
        for listen in program.listens { if let list = listen.proxyFrom { requireAddresses(list) } }
        for gate in program.gates { for list in gate.lists { requireAddresses(list) } }
        for canary in program.canaries {
            for upstream in [canary.upstream, canary.stable] {
                if let upstream { require(upstream, .upstream, "upstream") }
            }
        }
        for site in program.sites {
            for cors in site.cors {
                for origin in cors.origins where origin.kind == .word && origin.text != "null" {
                    requireList(Said(origin.text, at: origin.at))
                }
            }
        }
        for promise in program.promises {
            switch promise.claim {
            case .token(_, let except), .limit(_, let except): requireRoutes(except)
            case .closed, .inspect: break
            }
        }
    }

    /// Says where a list is meant that does not exist; every list that is named counts as used.
    mutating func requireList(_ name: Name) {
        names.usedLists.insert(name.value)
        guard names.place(name.value, of: .list) == nil, !mayBeUnread(name.value) else { return }
        say(
            Diagnostic(
                .unknownList,
                "there is no list `\(name.value)`",
                at: name.at,
                hint(name.value, .list)
            )
            .help("declare it: `list \(name.value) of ip { … }`")
        )
    }

    /// The same where only a list of addresses says who is meant.
    private mutating func requireAddresses(_ name: Name) {
        requireList(name)
        guard let list = declared.list(name.value) else { return }
        guard list.kind.value != .ip else {
            guard names.checkedLists.insert(name.value).inserted else { return }
            for entry in list.entries { checkIsNotEverybody(entry.value) }
            return
        }
        say(
            Diagnostic(
                .wrongType,
                "`\(name.value)` is a list of \(list.kind.value.rawValue), and addresses are wanted",
                at: name.at,
                "nobody's address is in it"
            )
            .related(list.kind.at, "declared here")
        )
    }

    mutating func requireRoutes(_ routes: [Name]?) {
        for route in routes ?? [] { require(route, .route, "route") }
    }

    private mutating func require(_ name: Name, _ kind: Names.Kind, _ noun: String) {
        guard names.place(name.value, of: kind) == nil, !mayBeUnread(name.value) else { return }
        let known = names.all(kind).map { "`\($0)`" }.joined(separator: ", ")
        say(
            Diagnostic(
                .unknownName,
                "there is no \(noun) `\(name.value)`",
                at: name.at,
                hint(name.value, kind)
            )
            .help(known.isEmpty ? "no \(noun) is declared yet" : "declared are \(known)")
        )
    }

    private func hint(_ word: String, _ kind: Names.Kind) -> String {
        Nearest.to(word, among: names.all(kind)).map { "did you mean `\($0)`?" } ?? ""
    }

    mutating func checkUnusedLists() {
        for list in program.lists
        where !names.usedLists.contains(list.name.value) && !mayBeUnread(list.name.value) {
            say(
                Diagnostic(
                    .unusedList,
                    "list `\(list.name.value)` is never used",
                    at: list.name.at,
                    "nothing refers to it"
                )
                .help("delete it, or use it: an allow-list nobody reads looks like protection")
            )
        }
    }
}
