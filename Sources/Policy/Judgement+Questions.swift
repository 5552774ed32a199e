import HTTPWire
import Inspection
import JSON
import Vocabulary

/// Answers the questions of the rules.
extension Judgement {
    func holds(
        _ question: Question,
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> Bool {
        holds(node: Int(question.node), head, body, policy, &desk)
    }

    private func holds(
        node index: Int,
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> Bool {
        let node = policy.questions.nodes[index]
        if node.kind == .test {
            let test = policy.questions.tests[Int(node.test)]
            return self.holds(test, head, body, policy, &desk) != test.isNegated
        }
        var part = index + 1
        while part < Int(node.end) {
            let isTrue = holds(node: part, head, body, policy, &desk)
            switch node.kind {
            case .all: if !isTrue { return false }
            case .any: if isTrue { return true }
            case .not, .test: return !isTrue
            }
            part = Int(policy.questions.nodes[part].end)
        }
        return node.kind == .all
    }

    private func holds(
        _ test: QuestionTable.Test,
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> Bool {
        switch test.source {
        case .address:
            guard let client = circumstances.client else { return false }
            if test.comparison == .isPresent { return true }
            return policy.lists[Int(test.operand)].addresses
                .contains(client, at: circumstances.now)
        case .size: return test.holds(number: size(head))
        case .country: return holds(test, circumstances.country, policy)
        case .network: return holds(test, circumstances.network, policy)
        case .bot: return holds(test, circumstances.crawler.name, policy)
        case .requestID: return false
        case .route: return holds(test, policy.routes[route].name, policy)
        case .userID: return holds(test, claims?.user, policy)
        case .userRole:
            return claims?.roles.contains { holds(test, $0, policy) } ?? false
        case .token:
            let name = policy.questions.names[Int(test.name)]
            return claims?.all.contains {
                Array($0.path.utf8) == name && !test.kinds.isDisjoint(with: $0.kind)
                    && holds(test, $0.text, policy)
            } ?? false
        default:
            // Nobody here knows which of several values is read behind the gateway.
            var found = false
            var isOver = false
            eachValue(test, head, body, policy, &desk) { value, kind in
                if isOver { return }
                found = !test.kinds.isDisjoint(with: kind) && holds(test, value, policy)
                isOver = found != test.asksEvery
            }
            return found
        }
    }

    private func holds(
        _ test: QuestionTable.Test,
        _ text: String?,
        _ policy: borrowing Policy
    ) -> Bool {
        guard let text else { return false }
        return unsafe holds(test, Array(text.utf8).span.bytes, policy)
    }

    private func holds(
        _ test: QuestionTable.Test,
        _ value: RawSpan,
        _ policy: borrowing Policy
    ) -> Bool {
        let operands = Int(test.operand)..<Int(test.operand) + Int(test.operandCount)
        switch test.comparison {
        case .isPresent: return true
        case .isIn where test.operand < 0:
            return Double(String(reading: value.trimmed)).map(test.holds(number:)) ?? false
        case .isIn:
            return policy.lists[Int(test.operand)].texts.contains(value, at: circumstances.now)
        case .contains: return operands.contains { value.contains(policy.questions.texts[$0]) }
        case .startsWith: return operands.contains { value.starts(policy.questions.texts[$0]) }
        case .endsWith: return operands.contains { value.ends(policy.questions.texts[$0]) }
        case .matches: return operands.contains { policy.questions.patterns[$0].matches(value) }
        case .above, .below, .atLeast, .atMost:
            guard let number = Double(String(reading: value.trimmed)) else { return false }
            return test.holds(number: number)
        }
    }

    /// What Content-Length says; without one nobody knows, and it counts as more than anything.
    private func size(_ head: borrowing RequestHead) -> Double {
        switch head.framing {
        case .none: 0
        case .length(let count): Double(count)
        default: .infinity
        }
    }
}

extension QuestionTable.Test {
    fileprivate func holds(number value: Double) -> Bool {
        let bound = Double(number)
        return switch comparison {
        case .above: value > bound
        case .below: value < bound
        case .atLeast: value >= bound
        case .atMost: value <= bound
        case .isPresent: true
        default: value == bound
        }
    }
}

extension RawSpan {
    fileprivate func starts(_ text: [UInt8]) -> Bool { holds(text, at: 0) }

    fileprivate func ends(_ text: [UInt8]) -> Bool { holds(text, at: byteCount - text.count) }

    fileprivate func contains(_ text: [UInt8]) -> Bool {
        guard let first = text.first else { return true }
        var start = 0
        while let index = firstIndex(of: first, from: start) {
            if holds(text, at: index) { return true }
            start = index &+ 1
        }
        return false
    }

    fileprivate func holds(_ text: [UInt8], at start: Int) -> Bool {
        guard start >= 0, start &+ text.count <= byteCount else { return false }
        for index in text.indices where self[start &+ index] != text[index] { return false }
        return true
    }
}
