import HTTPWire
import Vocabulary

/// Stages 1 to 7: what the head alone decides. Cheap and absolute before anything else.
extension Judgement {
    mutating func judgeHead(
        _ head: borrowing RequestHead,
        _ serverName: RawSpan?,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> Need? {
        if let need = judgeHost(head, serverName, policy) { return need }
        trace?.say(.protocol, "one normal form")
        if let need = judgeClosed(head, policy) { return need }
        if let need = judgeOrigin(head, policy) { return need }
        if let need = judgeAccess(head, policy) { return need }
        if let need = judgeMaintenance(head, policy) { return need }
        if let need = judgeRoute(head, policy) { return need }
        step = .chargeAddress
        return judgeBlocks(at: .block, head, body: RawSpan(), policy, &desk)
    }

    /// Stage 1: the host names a site, and the name of the TLS handshake names the same.
    private mutating func judgeHost(
        _ head: borrowing RequestHead,
        _ serverName: RawSpan?,
        _ policy: borrowing Policy
    ) -> Need? {
        guard let found = policy.hosts.site(for: head.host) else {
            return refuse(Refusal(.host, .unknownHost), under: policy)
        }
        if let serverName, policy.hosts.site(for: serverName) != found {
            return refuse(Refusal(.host, .misdirected), under: policy)
        }
        site = found
        trace?.say(.host, "\(String(reading: head.host)) is served", policy.sites[found].place)
        return nil
    }

    /// Stage 3: closed whoever asks.
    private mutating func judgeClosed(
        _ head: borrowing RequestHead,
        _ policy: borrowing Policy
    ) -> Need? {
        guard policy.closed.pattern(closing: head.path) == nil else {
            return refuse(Refusal(.closed, .notFound), under: policy)
        }
        trace?.say(.closed, "no closed path matches")
        return nil
    }

    /// Stage 4: preflights are answered here, and writes from pages of other origins end here.
    private mutating func judgeOrigin(
        _ head: borrowing RequestHead,
        _ policy: borrowing Policy
    ) -> Need? {
        guard head.section.fields.has(.origin) else { return nil }
        let site = policy.sites[site]
        origin = standing(head, site, policy)
        if isPreflight(head) {
            guard origin == .listed, let cors = site.cors else {
                return refuse(Refusal(.cors, .originRefused), under: policy)
            }
            trace?.say(.cors, "preflight from a listed origin", cors.place)
            step = .over
            return .preflight
        }
        if origin == .foreign, MethodSet.writing.contains(head.method) {
            let place = site.cors?.place ?? site.place
            return refuse(Refusal(.cors, .originRefused, at: place), under: policy)
        }
        trace?.say(.cors, "the origin is \(origin)", site.cors?.place ?? .none)
        return nil
    }

    private func isPreflight(_ head: borrowing RequestHead) -> Bool {
        guard head.method == .options else { return false }
        return unsafe head.section.value(ofAny: Self.requestMethod.span.bytes) != nil
    }

    private static let requestMethod = Array("access-control-request-method".utf8)

    private func standing(
        _ head: borrowing RequestHead,
        _ site: Site,
        _ policy: borrowing Policy
    ) -> OriginStanding {
        // Two of them are no browser's, and nobody's word.
        guard let value = head.section.onlyValue(of: .origin) else { return .foreign }
        if let cors = site.cors {
            if cors.origins.contains(value) { return .listed }
            for list in cors.lists
            where policy.lists[list].texts.contains(value, at: circumstances.now) {
                return .listed
            }
        }
        return site.ownOrigins.contains(value) ? .own : .foreign
    }

    /// Stage 5, first half: who is not invited sees nothing of what is behind.
    private mutating func judgeAccess(
        _ head: borrowing RequestHead,
        _ policy: borrowing Policy
    ) -> Need? {
        guard let access = policy.access else { return nil }
        if access.open.contains(where: { $0.holds(head.method, head.path) }) {
            trace?.say(.maintenance, "still open without an invitation", access.place)
            return nil
        }
        let isListed = access.lists.contains { isClient(in: policy.lists[$0]) }
        let isCertified = access.admitsCertificates && circumstances.hasCertificate
        guard circumstances.isInvited || isListed || isCertified else {
            return refuse(
                Refusal(
                    .maintenance,
                    .notInvited,
                    by: "access",
                    at: access.place,
                    answer: access.answer
                ),
                under: policy
            )
        }
        trace?.say(.maintenance, "invited", access.place)
        return nil
    }

    /// Stage 5: closed for work, but for what stays open and who may skip it.
    private mutating func judgeMaintenance(
        _ head: borrowing RequestHead,
        _ policy: borrowing Policy
    ) -> Need? {
        guard circumstances.isUnderMaintenance, let terms = policy.maintenance else { return nil }
        if terms.open.contains(where: { $0.holds(head.method, head.path) }) {
            trace?.say(.maintenance, "still open", terms.place)
            return nil
        }
        if let number = policy.sites[site].routes.route(for: head.path),
            let allowance = maintenanceAllowance(of: policy.routes[number], policy)
        {
            trace?.say(.maintenance, "skipped: \"\(allowance.reason)\"", allowance.place)
            return nil
        }
        return refuse(
            Refusal(.maintenance, .maintenance, at: terms.place, answer: terms.answer),
            under: policy
        )
    }

    /// Stage 6: the most specific pattern owns the request, and its route lists the method.
    private mutating func judgeRoute(
        _ head: borrowing RequestHead,
        _ policy: borrowing Policy
    ) -> Need? {
        guard let number = policy.sites[site].routes.route(for: head.path) else {
            return refuse(Refusal(.route, .notFound), under: policy)
        }
        let found = policy.routes[number]
        route = number
        guard found.methods.contains(head.method) else {
            return refuse(Refusal(.route, .methodNotAllowed, at: found.place), under: policy)
        }
        trace?.say(.route, "\(found.name): \(found.pattern.text)", found.place)
        allowed = allowances(of: found, policy)
        return nil
    }

    /// Blocks whose questions can be answered at this stage and could not before.
    mutating func judgeBlocks(
        at stage: Stage,
        _ head: borrowing RequestHead,
        body: RawSpan,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> Need? {
        let route = policy.routes[route]
        for index in route.blocks.indices where route.blocks[index].question.stage == stage {
            let question = route.blocks[index].question
            guard holds(question, head, body, policy, &desk) else { continue }
            let block = route.blocks[index]
            if let allowance = allowance(skipping: block.name, route) {
                trace?.say(.block, "\(block.name): skipped", allowance.place)
                continue
            }
            return refuse(
                Refusal(.block, .blocked, by: block.name, at: block.place),
                under: policy
            )
        }
        return nil
    }
}
