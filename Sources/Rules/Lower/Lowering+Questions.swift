import Inspection
import Policy
import Vocabulary

/// Conditions, as places in the table of all questions.
extension Lowering {
    private typealias Test = QuestionTable.Test

    /// - pattern: the path of the route it is asked on, where the question needs one.
    /// - asksEvery: a yes lets in, so every value of a field has to earn it; of a `block` one is enough.
    mutating func question(
        _ condition: Condition,
        _ pattern: PathPattern?,
        asksEvery: Bool
    ) -> Question {
        let node = policy.questions.nodes.count
        append(condition, pattern, asksEvery)
        let fields = condition.fields
        return Question(
            node: node,
            stage: Self.stage(of: fields),
            readsToken: fields.contains { $0.stage == 9 }
        )
    }

    /// Blocks wait no longer than their fields make them.
    private static func stage(of fields: [Field]) -> Stage {
        switch fields.map(\.stage).max() ?? 1 {
        case ...7: .block
        case ...9: .signIn
        default: .accept
        }
    }

    private mutating func append(_ item: Condition, _ pattern: PathPattern?, _ asksEvery: Bool) {
        switch item {
        case .all(let parts):
            group(.all) { for part in parts { $0.append(part, pattern, asksEvery) } }
        case .any(let parts):
            group(.any) { for part in parts { $0.append(part, pattern, asksEvery) } }
        case .not(let part): group(.not) { $0.append(part, pattern, !asksEvery) }
        case .test(let test): append(test, pattern, asksEvery)
        }
    }

    /// A node and its parts, which stand right behind it.
    private mutating func group(_ kind: QuestionTable.Node.Kind, _ parts: (inout Lowering) -> Void)
    {
        let index = policy.questions.nodes.count
        policy.questions.nodes.append(QuestionTable.Node(kind: kind, end: index + 1))
        parts(&self)
        let end = policy.questions.nodes.count
        policy.questions.nodes[index] = QuestionTable.Node(kind: kind, end: end)
    }

    private mutating func append(_ item: FieldTest, _ pattern: PathPattern?, _ asksEvery: Bool) {
        guard let field = Field(item.field.value) else { return group(.any) { _ in } }
        let isNegated: Bool
        let tests: [Test]
        if case .segment(let name) = field, pattern?.position(of: name) == nil {
            // No such segment on this route: the value is absent.
            isNegated = [.isNot, .notIn, .isAbsent].contains(item.op.value)
            tests = []
        } else {
            let source = source(of: field, pattern)
            isNegated = [.isNot, .notIn, .isAbsent].contains(item.op.value)
            tests = self.tests(of: item, field, source, isNegated, asksEvery != isNegated)
        }
        if tests.count == 1 { return append(tests[0]) }
        // Nothing of several: not the one, and not the other.
        group(isNegated ? .all : .any) { lowering in
            for test in tests { lowering.append(test) }
        }
    }

    private mutating func append(_ test: Test) {
        policy.questions.tests.append(test)
        let number = policy.questions.tests.count - 1
        let end = policy.questions.nodes.count + 1
        policy.questions.nodes.append(QuestionTable.Node(kind: .test, test: number, end: end))
    }

    // MARK: One field

    /// Where a field is read, and the number of its own part.
    private mutating func source(
        of field: Field,
        _ pattern: PathPattern?
    ) -> (source: Test.Source, name: Int) {
        switch field {
        case .method: (.method, -1)
        case .path: (.path, -1)
        case .host: (.host, -1)
        case .size: (.size, -1)
        case .requestID: (.requestID, -1)
        case .clientAddress: (.address, -1)
        case .clientCountry: (.country, -1)
        case .clientNetwork: (.network, -1)
        case .clientBot: (.bot, -1)
        case .route: (.route, -1)
        case .userID: (.userID, -1)
        case .userRole: (.userRole, -1)
        case .token(let claim): (.token, number(ofName: claim))
        case .query(let name): (.query, number(ofName: name))
        case .header(let name): (.header, number(ofName: name.lowercased()))
        case .segment(let name): (.segment, pattern?.position(of: name) ?? 0)
        case .cookie(let name): (.cookie, number(ofName: name))
        case .json(let path): (.json, number(ofName: path))
        case .form(let name): (.form, number(ofName: name))
        case .multipart(let name): (.multipart, number(ofName: name))
        case .responseStatus, .latency, .verdict, .findings, .time: (.requestID, -1)
        }
    }

    /// Any of them is enough; more than one where the values are of several kinds.
    private mutating func tests(
        of item: FieldTest,
        _ field: Field,
        _ source: (source: Test.Source, name: Int),
        _ isNegated: Bool,
        _ asksEvery: Bool
    ) -> [Test] {
        let make = { (comparison: Test.Comparison, kinds: Test.Kinds, operand: Int, count: Int) in
            Test(
                source: source.source,
                comparison: comparison,
                isNegated: isNegated,
                asksEvery: asksEvery,
                kinds: kinds,
                name: source.name,
                operand: operand,
                operandCount: count
            )
        }
        let numeric = { (comparison: Test.Comparison, number: Int64) in
            Test(
                source: source.source,
                comparison: comparison,
                isNegated: isNegated,
                asksEvery: asksEvery,
                kinds: field.isTyped ? .number : .any,
                name: source.name,
                number: number
            )
        }
        switch item.op.value {
        case .isPresent, .isAbsent: return [make(.isPresent, .any, -1, 0)]
        case .above, .below, .atLeast, .atMost:
            return numbers(of: item.values).map { numeric(item.op.value.comparison, $0) }
        case .contains, .startsWith, .endsWith:
            let texts = item.values.map(declared.literal).map { Array($0.value.utf8) }
            policy.questions.texts += texts
            let first = policy.questions.texts.count - texts.count
            return [make(item.op.value.comparison, field.textKinds, first, texts.count)]
        case .like, .matches:
            let first = policy.questions.patterns.count
            for value in item.values { addPattern(value, item.op.value) }
            let count = policy.questions.patterns.count - first
            return [make(.matches, field.textKinds, first, count)]
        case .equals, .isNot, .isIn, .notIn:
            return equalities(item, field, make, numeric)
        }
    }

    /// Equality, by what the values are: lists, texts, addresses, numbers, words and patterns of paths.
    private mutating func equalities(
        _ item: FieldTest,
        _ field: Field,
        _ make: (Test.Comparison, Test.Kinds, Int, Int) -> Test,
        _ numeric: (Test.Comparison, Int64) -> Test
    ) -> [Test] {
        var found: [Test] = []
        var literals: [Token] = []
        for value in item.values {
            if value.kind == .word, let list = listNumbers[value.text] {
                found.append(make(.isIn, field.textKinds, list, 1))
            } else {
                literals.append(declared.literal(value))
            }
        }
        if field.kind == .size {
            return found + numbers(of: literals).map { numeric(.isIn, $0) }
        }
        if field.kind == .ip {
            guard !literals.isEmpty else { return found }
            return found + [make(.isIn, .any, valueList(ofAddresses: literals), 1)]
        }
        if field.kind == .path {
            let open = literals.filter { $0.kind == .path && $0.isPattern }
            literals.removeAll { $0.kind == .path && $0.isPattern }
            let first = policy.questions.patterns.count
            for token in open { addPattern(ofPath: token) }
            if !open.isEmpty { found.append(make(.matches, .any, first, open.count)) }
        }
        let isTyped = field.isTyped
        let numbers = field.kind == .value ? literals.filter { $0.kind == .integer } : []
        found += self.numbers(of: numbers).map { numeric(.isIn, $0) }
        let words = field.kind == .value ? literals.filter { $0.kind == .word } : []
        if !words.isEmpty {
            let kinds: QuestionTable.Test.Kinds = isTyped ? .word : .any
            found.append(make(.isIn, kinds, valueList(ofTexts: words.map(\.text)), 1))
        }
        let texts =
            field.kind == .value
            ? literals.filter { $0.kind == .string || $0.kind == .raw } : literals
        if !texts.isEmpty {
            let values = texts.map { field.kind == .host ? $0.value.lowercased() : $0.value }
            found.append(make(.isIn, field.textKinds, valueList(ofTexts: values), 1))
        }
        return found
    }

    private func numbers(of values: [Token]) -> [Int64] {
        values.map(declared.literal).compactMap { value in
            value.kind == .size ? Units.byteCount(value.text).map(Int64.init) : Int64(value.text)
        }
    }

    // MARK: Patterns

    private mutating func addPattern(_ value: Token, _ op: FieldTest.Operator) {
        let literal = declared.literal(value)
        addPattern(op == .like ? Glob.expression(literal.value) : literal.value, at: value)
    }

    private mutating func addPattern(ofPath token: Token) {
        guard let pattern = pattern(Said(token.text, at: token.at)) else { return }
        addPattern(Glob.expression(pattern), at: token)
    }

    private mutating func addPattern(_ text: String, at token: Token) {
        // Those that cannot be compiled have been spoken of.
        if let pattern = try? Pattern(text) { policy.questions.patterns.append(pattern) }
    }
}

extension Condition {
    /// Every field it asks for.
    var fields: [Field] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.fields)
        case .not(let part): part.fields
        case .test(let test): Field(test.field.value).map { [$0] } ?? []
        }
    }

    var asksSegments: Bool {
        fields.contains { if case .segment = $0 { true } else { false } }
    }
}

extension Field {
    /// Its values say themselves whether they are texts, numbers or words; those of a form are all texts.
    fileprivate var isTyped: Bool {
        switch self {
        case .json, .token: true
        default: false
        }
    }

    /// What a value must be to be compared with a text.
    fileprivate var textKinds: QuestionTable.Test.Kinds { kind == .value ? .text : .any }
}

extension FieldTest.Operator {
    fileprivate var comparison: QuestionTable.Test.Comparison {
        switch self {
        case .above: .above
        case .below: .below
        case .atLeast: .atLeast
        case .atMost: .atMost
        case .contains: .contains
        case .startsWith: .startsWith
        case .endsWith: .endsWith
        case .like, .matches: .matches
        case .isPresent, .isAbsent: .isPresent
        case .equals, .isNot, .isIn, .notIn: .isIn
        }
    }
}

extension Token {
    /// A path that stands for several.
    var isPattern: Bool { text.contains("/:") || text.hasSuffix("/**") }
}
