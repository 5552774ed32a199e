import HTTPWire
import Vocabulary

/// Stages 9 and 10: who asks, and whether that is enough.
extension Judgement {
    /// Stage 9: a token is verified wherever there is one, and needed wherever nothing is said of it.
    ///
    /// Where the rules know of no tokens at all, credentials are between the client and the application.
    mutating func signIn(_ head: borrowing RequestHead, _ policy: borrowing Policy) -> Need? {
        let route = policy.routes[route]
        let isOurs = !policy.auths.isEmpty || openness(of: route, to: head.method) == nil
        if isOurs, head.section.fields.has(.authorization), !hasToken {
            hasToken = true
            return .token
        }
        if hasToken, !tokenWasValid {
            return refuse(
                Refusal(.signIn, .tokenInvalid, at: policy.auths.first?.place ?? route.place),
                under: policy
            )
        }
        if !hasToken {
            guard let open = openness(of: route, to: head.method) else {
                return refuse(Refusal(.signIn, .tokenMissing, at: route.place), under: policy)
            }
            trace?.say(.signIn, "not needed: \"\(open.reason)\"", open.place)
        } else {
            trace?.say(.signIn, "the token is valid", policy.auths.first?.place ?? .none)
        }
        if !route.roles.isEmpty, !(claims?.roles.contains(where: route.roles.contains) ?? false) {
            return refuse(
                Refusal(.signIn, .roleMissing, by: "roles", at: route.place),
                under: policy
            )
        }
        step = .authorize
        return nil
    }

    private func openness(of route: Route, to method: Method) -> Openness? {
        guard let open = route.openness, circumstances.now < open.until,
            open.methods.contains(method)
        else { return nil }
        return open
    }

    /// Stage 10: every `admit` says yes; those that read a token do not apply where none is needed.
    mutating func authorize(
        _ head: borrowing RequestHead,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> Need? {
        if let need = judgeBlocks(at: .signIn, head, body: RawSpan(), policy, &desk) { return need }
        step = .chargeUser
        return judgeAdmits(upTo: .admit, head, RawSpan(), policy, &desk)
    }

    mutating func judgeAdmits(
        upTo stage: Stage,
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> Need? {
        let route = policy.routes[route]
        for index in route.admits.indices {
            let question = route.admits[index].question
            guard (question.stage == .accept) == (stage == .accept) else { continue }
            if question.readsToken, !hasToken { continue }
            if holds(question, head, body, policy, &desk) { continue }
            let admit = route.admits[index]
            if allowed != 0, let allowance = skip(route, { $0.admits.contains(admit.name) }) {
                trace?.say(.admit, "\(admit.name): skipped", allowance.place)
                continue
            }
            return refuse(
                Refusal(
                    .admit,
                    .notAdmitted,
                    by: admit.name,
                    at: admit.place,
                    answer: admit.answer
                ),
                under: policy
            )
        }
        return nil
    }
}
