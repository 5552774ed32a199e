import Policy
import Vocabulary

/// Questions that mean what they seem to mean: known fields, fitting types, no silent yes.
extension Checker {
    mutating func checkConditions() {
        for (scope, site, route) in scopes {
            for block in scope.blocks {
                check(block.condition, settled: [])
                checkSegments(of: block.condition, site, route)
            }
            for admit in scope.admits {
                check(admit.condition, settled: [])
                checkSegments(of: admit.condition, site, route)
            }
        }
    }

    /// A segment that no path of the scope has is never there.
    private mutating func checkSegments(
        of condition: Condition,
        _ site: SiteItem?,
        _ route: RouteItem?
    ) {
        for test in condition.tests {
            guard case .segment(let name)? = Field(test.field.value) else { continue }
            let reached = declared.routes(named: nil, in: site, route)
            let paths = reached.map(\.route.path.value)
            guard !reached.isEmpty, !paths.contains(where: { $0.hasSegment(name) }) else {
                continue
            }
            say(
                Diagnostic(
                    .unknownField,
                    "no path here has a segment `:\(name)`",
                    at: test.field.at,
                    route == nil ? "no route of this scope has one" : "the path is \(paths[0])"
                )
                .help("name a segment as the route does: `/v1/users/:\(name)`")
            )
        }
    }

    /// - settled: fields whose absence the question around has dealt with.
    /// - isNegated: a yes here is a no in the end.
    private mutating func check(
        _ condition: Condition,
        settled: Set<String>,
        isNegated: Bool = false
    ) {
        switch condition {
        case .all(let parts):
            let settled = settled.union(Self.fields(in: parts, .isPresent))
            for part in parts { check(part, settled: settled, isNegated: isNegated) }
            checkPossible(parts)
        case .any(let parts):
            let settled = settled.union(Self.fields(in: parts, .isAbsent))
            for part in parts { check(part, settled: settled, isNegated: isNegated) }
        case .not(let part): check(part, settled: settled, isNegated: !isNegated)
        case .test(let test): check(test, settled: settled, isNegated)
        }
    }

    private static func fields(in parts: [Condition], _ op: FieldTest.Operator) -> [String] {
        parts.compactMap { part in
            guard case .test(let test) = part, test.op.value == op else { return nil }
            return test.field.value
        }
    }

    private mutating func check(_ test: FieldTest, settled: Set<String>, _ isNegated: Bool) {
        guard let field = Field(test.field.value) else {
            sayUnknown(test.field)
            return
        }
        if field.stage >= 16 {
            say(
                Diagnostic(
                    .wrongType,
                    "`\(field.name)` is known only after the answer",
                    at: test.field.at,
                    "and this is decided before it"
                )
            )
            return
        }
        checkOperator(test, field)
        if test.op.value == .matches {
            for value in test.values where value.kind == .string { sayNotRaw(value) }
            for value in test.values { checkPattern(value) }
        }
        for value in test.values { checkValue(value, of: test, field) }
        if !settled.contains(field.name) { checkAbsence(test, field, isNegated) }
    }

    /// Whether a field is what a reader would write for it elsewhere.
    private static let elsewhere = [
        "req.agent": "header.user-agent", "request.agent": "header.user-agent",
        "user_agent": "header.user-agent", "request.ip": "client.ip", "remote_addr": "client.ip",
        "client.address": "client.ip", "src": "client.ip", "request.uri": "request.path",
        "request.url": "request.path", "path": "request.path", "method": "request.method",
        "host": "request.host", "client.contry": "client.country", "user": "user.id",
        "role": "user.role",
        "country": "client.country", "asn": "client.asn", "bot": "client.bot",
    ]

    private mutating func sayUnknown(_ field: Name) {
        let known = Field.all.map(\.name) + Field.places.map { $0 + ".NAME" }
        let meant = Self.elsewhere[field.value] ?? Nearest.to(field.value, among: known)
        say(
            Diagnostic(
                .unknownField,
                "there is no field `\(field.value)`",
                at: field.at,
                meant.map { "did you mean `\($0)`?" } ?? ""
            )
            .help("`gatehouse fields` lists every field, its type and when it is known")
        )
    }

    // MARK: Operators

    private mutating func checkOperator(_ test: FieldTest, _ field: Field) {
        switch test.op.value {
        case .above, .below, .atLeast, .atMost:
            guard !field.kind.isOrdered else { return }
            say(
                Diagnostic(
                    .cannotOrder,
                    "`\(field.name)` cannot be \(test.op.value.rawValue) anything",
                    at: test.op.at,
                    "it is \(Self.article(field.kind))"
                )
                .help("write `is`, `in` or, for a text, `contains`")
            )
        case .contains, .startsWith, .endsWith, .like, .matches:
            guard !field.kind.isText else { return }
            say(
                Diagnostic(
                    .wrongType,
                    "`\(field.name)` is \(Self.article(field.kind)), and `\(test.op.value.rawValue)` is for text",
                    at: test.op.at
                )
                .help("write `is` or `in`")
            )
        case .isPresent, .isAbsent, .equals, .isNot, .isIn, .notIn: return
        }
    }

    /// A negative question about something that may be missing would be answered yes for all who lack it.
    private mutating func checkAbsence(_ test: FieldTest, _ field: Field, _ isNegated: Bool) {
        let isNegative = test.op.value == .isNot || test.op.value == .notIn
        guard field.mayBeAbsent, test.op.value != .isPresent, test.op.value != .isAbsent,
            isNegative != isNegated
        else { return }
        let name = field.name
        let op = isNegated ? "not ( … )" : test.op.value.rawValue
        let question = isNegated ? op : "\(name) \(op) …"
        say(
            Diagnostic(
                .negatedAbsence,
                "`\(name)` may be absent, and then `\(op)` says yes",
                at: test.at,
                "true for every request that has no such value"
            )
            .help(
                """
                say which you mean:
                `\(name) is present and \(question)`, or `(\(name) is absent or \(question))`
                """
            )
        )
    }

    /// The same field cannot be two things at once.
    private mutating func checkPossible(_ parts: [Condition]) {
        var seen: [String: FieldTest] = [:]
        for case .test(let test) in parts where test.op.value == .equals && test.values.count == 1 {
            guard let earlier = seen[test.field.value] else {
                seen[test.field.value] = test
                continue
            }
            guard earlier.values[0].text != test.values[0].text else { continue }
            say(
                Diagnostic(
                    .neverTrue,
                    "this can never be true",
                    at: test.at,
                    "`\(test.field.value)` cannot be this as well"
                )
                .related(earlier.at, "as this")
                .help("write `or` instead of `and`, or `in` with both")
            )
        }
    }

    // MARK: Values

    private mutating func checkValue(_ value: Token, of test: FieldTest, _ field: Field) {
        let isInList = test.op.value == .isIn || test.op.value == .notIn
        if value.kind == .word, let list = declared.list(value.text) {
            names.usedLists.insert(value.text)
            guard isInList else {
                say(
                    Diagnostic(
                        .listAsValue,
                        "`\(value.text)` is a list, and `\(test.op.value.rawValue)` wants one value",
                        at: value.at,
                        "write `in \(value.text)`"
                    )
                )
                return
            }
            checkListKind(list, value, field)
            return
        }
        let isNamed = declared.value(value.text) != nil
        if field == .route, value.kind == .word, !isNamed {
            requireRoutes([Said(value.text, at: value.at)])
            return
        }
        guard !fits(value, field) else {
            if field == .clientBot {
                checkCrawler(
                    Said(declared.literal(value).text, at: value.at),
                    among: Crawlers.kinds
                )
            }
            checkHostBits(value)
            checkCounted(value)
            checkKind(of: value, in: test, field)
            return
        }
        sayWrong(value, field, isInList: isInList)
    }

    /// A number that cannot be held is compared with nothing.
    private mutating func checkCounted(_ value: Token) {
        let literal = declared.literal(value)
        switch literal.kind {
        case .integer where Int64(literal.text) == nil: break
        case .size where Units.byteCount(literal.text) == nil: break
        default: return
        }
        say(Diagnostic(.wrongType, "`\(value.text)` is more than can be counted", at: value.at))
    }

    /// A value of a body may be a text or a number; what it is compared by says which.
    private mutating func checkKind(of value: Token, in test: FieldTest, _ field: Field) {
        guard field.kind == .value else { return }
        let isNumber = declared.literal(value).kind == .integer
        let isText = [.string, .raw].contains(declared.literal(value).kind)
        switch test.op.value {
        case .above, .below, .atLeast, .atMost:
            guard !isNumber else { return }
            say(
                Diagnostic(
                    .wrongType,
                    "only numbers are \(test.op.value.rawValue) one another",
                    at: value.at,
                    "this is none"
                )
            )
        case .contains, .startsWith, .endsWith, .like, .matches:
            guard !isText else { return }
            say(
                Diagnostic(
                    .wrongType,
                    "`\(test.op.value.rawValue)` looks into a text",
                    at: value.at,
                    "write it in quotes"
                )
            )
        case .isPresent, .isAbsent, .equals, .isNot, .isIn, .notIn: return
        }
    }

    private mutating func sayNotRaw(_ value: Token) {
        say(
            Diagnostic(
                .regexNotRaw,
                "a regular expression is written raw",
                at: value.at,
                "put an `r` before the first quote"
            )
            .help("in `r\"…\"` every character stands for itself, so nothing is escaped twice")
        )
    }

    private mutating func checkListKind(_ list: ListItem, _ value: Token, _ field: Field) {
        let fitting: Bool
        switch (field.kind, list.kind.value) {
        case (.ip, .ip), (.country, .country), (.asn, .asn), (.host, .host), (.path, .path):
            fitting = true
        case (.text, .text), (.text, .origin), (.value, .text), (.text, .host): fitting = true
        default: fitting = false
        }
        guard !fitting else { return }
        say(
            Diagnostic(
                .wrongType,
                "`\(field.name)` is \(Self.article(field.kind)), and `\(list.name.value)` is a list of \(list.kind.value.rawValue)",
                at: value.at
            )
            .related(list.kind.at, "declared here")
        )
    }

    private func fits(_ value: Token, _ field: Field) -> Bool {
        let value = declared.literal(value)
        switch field.kind {
        case .method: return value.kind == .upper && RuleMethod(rawValue: value.text) != nil
        case .path: return value.kind == .path || value.kind == .string || value.kind == .raw
        case .host: return value.kind == .dotted || value.kind == .word || value.kind == .string
        case .size: return value.kind == .size
        case .ip: return value.kind == .address
        case .country: return value.kind == .upper && value.text.count == 2
        case .asn: return value.kind == .asn
        case .bot, .name: return value.kind == .word
        case .number: return value.kind == .integer
        case .duration: return value.kind == .duration
        case .date: return value.kind == .date || value.kind == .timestamp
        case .text: return value.kind == .string || value.kind == .raw
        case .value:
            return [.string, .raw, .integer].contains(value.kind)
                || ["true", "false"].contains(value.text)
        }
    }

    private mutating func sayWrong(_ value: Token, _ field: Field, isInList: Bool) {
        if field.kind == .ip, value.kind == .word || (isInList && value.kind == .dotted) {
            requireList(Said(value.text, at: value.at))
            return
        }
        if isInList, value.kind == .word, field.kind != .bot {
            requireList(Said(value.text, at: value.at))
            return
        }
        let shown = value.kind == .string || value.kind == .raw ? "text" : "`\(value.text)`"
        let message = "`\(field.name)` is \(Self.article(field.kind)), and this is \(shown)"
        say(Diagnostic(.wrongType, message, at: value.at, Self.advice(field.kind)))
    }

    private static func article(_ kind: Field.Kind) -> String {
        switch kind {
        case .ip: "an ip"
        case .asn: "an asn"
        case .text: "text"
        case .value: "a value of the body"
        default: "a \(kind.rawValue)"
        }
    }

    private static func advice(_ kind: Field.Kind) -> String {
        switch kind {
        case .method: "write a method such as POST"
        case .path: "write a path such as /v1/export"
        case .host: "write a host such as api.example.com"
        case .size: "write a size such as 64KiB"
        case .ip: "write an address or range such as 203.0.113.0/24, without quotes"
        case .country: "write a country such as DE, without quotes"
        case .asn: "write a network such as AS64500"
        case .bot: "write a crawler's name such as googlebot, or impostor"
        case .name: "write a name"
        case .number: "write a number"
        case .duration: "write a time such as 800ms"
        case .date: "write a date such as 2027-03-31"
        case .text: "write a text in quotes"
        case .value: "write a text in quotes, a number, true or false"
        }
    }
}

extension Condition {
    /// Every comparison in it.
    fileprivate var tests: [FieldTest] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.tests)
        case .not(let part): part.tests
        case .test(let test): [test]
        }
    }
}

extension String {
    fileprivate func hasSegment(_ name: String) -> Bool {
        split(separator: "/").contains { $0.first == ":" && $0.dropFirst() == name }
    }
}
