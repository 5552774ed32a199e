import Policy
import Vocabulary

/// What can be said of a question before there is a request: yes, no, or that it depends.
///
/// Only what a cell settles is foreseen: the client's addresses, its crawler, the method and the route.
/// Whatever else a question asks may come out either way, so no promise is thought kept for its sake.
struct Foresight {
    let policy: Policy
    let client: Clients.Kind
    let method: Method
    let route: Route
    let now: Int64

    /// Whether every such request is refused by a `block` or an `admit`, for as long as the policy holds.
    func refuses(allowed: UInt64, hasToken: Bool) -> Bool {
        let skips = route.allowances.indices.prefix(PolicyBounds.allowanceMax)
            .filter { allowed & 1 << UInt64($0) != 0 }
            .map { route.allowances[$0].skips }
        for block in route.blocks where answer(to: block.question) == true {
            if !skips.contains(where: { $0.blocks.contains(block.name) }) { return true }
        }
        for admit in route.admits where answer(to: admit.question) == false {
            if admit.question.readsToken, !hasToken { continue }
            if !skips.contains(where: { $0.admits.contains(admit.name) }) { return true }
        }
        return false
    }

    func answer(to question: Question) -> Bool? { answer(node: Int(question.node)) }

    private func answer(node index: Int) -> Bool? {
        let node = policy.questions.nodes[index]
        if node.kind == .test {
            let test = policy.questions.tests[Int(node.test)]
            return answer(to: test).map { $0 != test.isNegated }
        }
        var parts: [Bool?] = []
        var part = index + 1
        while part < Int(node.end) {
            parts.append(answer(node: part))
            part = Int(policy.questions.nodes[part].end)
        }
        switch node.kind {
        case .all: return parts.contains(false) ? false : parts.contains(nil) ? nil : true
        case .any: return parts.contains(true) ? true : parts.contains(nil) ? nil : false
        case .not, .test: return parts.first.flatMap { $0 }.map { !$0 }
        }
    }

    private func answer(to test: QuestionTable.Test) -> Bool? {
        let operand = Int(test.operand)
        if operand < 0, test.comparison == .isIn { return nil }
        switch (test.source, test.comparison) {
        case (.address, .isPresent): return true
        case (.address, .isIn):
            guard policy.lists[operand].file == nil else { return nil }
            guard client.lists.contains(operand) else { return false }
            return client.lasting.contains(operand) ? true : nil
        case (.bot, .isIn): return holds(client.crawler.name, operand)
        case (.method, .isIn): return method.word.flatMap { holds($0, operand) }
        case (.route, .isIn): return holds(route.name, operand)
        default: return nil
        }
    }

    /// Whether a text is in a list, where that never changes.
    private func holds(_ text: String, _ list: Int) -> Bool? {
        guard policy.lists[list].file == nil else { return nil }
        let texts = policy.lists[list].texts
        let isNow = texts.contains(text, at: now)
        return isNow == texts.contains(text, at: .max - 1) ? isNow : nil
    }
}

extension Method {
    /// As requests spell it; nil for what rules cannot name.
    var word: String? { MethodSet(self).names.first }
}
