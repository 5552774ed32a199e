import JSON
public import Vocabulary

/// A test in the language: what is sent, and what must come of it.
public struct TestItem: Sendable {
    public indirect enum Step: Sendable {
        case at(Said<Day>)
        case condition(Name)
        case repeating(Said<Int>, [Step])
        case send(SendItem)
        case replay(Name)
        case expect(VerdictItem)
    }

    public let title: Name
    public var steps: [Step] = []
    public let at: SourceRange

    /// Reads `test "debug endpoints are closed" { … }`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "test \"what must be true\" { … }"
        title = try sentence.text("what must be true, in quotes", example: example)
        at = sentence.statement.at
        try sentence.expectBlock(example: example)
        steps = Self.steps(&sentence, depth: 0)
    }

    private static let words = ["at", "while", "repeat", "send", "replay", "expect"]

    private static func steps(_ sentence: inout Sentence, depth: Int) -> [Step] {
        var steps: [Step] = []
        sentence.each(of: "`test`", words) { (inner, word) throws(Sentence.Halt) in
            switch word {
            case "at": steps.append(.at(try inner.day(example: "at 2027-01-31")))
            case "while": steps.append(.condition(try Self.condition(&inner)))
            case "repeat":
                let example = "repeat 5 { … }"
                let count = try inner.integer(in: 1...100_000, "a count", example: example)
                try inner.expectBlock(example: example)
                steps.append(.repeating(count, Self.steps(&inner, depth: depth + 1)))
            case "send": steps.append(.send(try SendItem(&inner)))
            case "replay":
                steps.append(.replay(try inner.text(example: "replay \"captures/SEC-398.har\"")))
            default: steps.append(.expect(try VerdictItem(&inner)))
            }
        }
        return steps
    }

    private static func condition(_ sentence: inout Sentence) throws(Sentence.Halt) -> Name {
        let start = sentence.gap
        for words in [["redis", "is", "down"], ["maintenance", "is", "on"]]
        where sentence.takes(words[0], words[1], words[2]) {
            return Said(words.joined(separator: " "), at: start)
        }
        guard sentence.takes("kill", "switch", "is", "on") else {
            throw sentence.missing(
                "`redis is down`, `maintenance is on` or `kill switch is on`",
                example: "while redis is down"
            )
        }
        return Said("kill switch is on", at: start)
    }
}

/// One request of a test.
public struct SendItem: Sendable {
    public var method: Said<RuleMethod>
    public var url: Name
    public var from: Name?
    public var verified: Name?
    public var headers: [(name: Name, value: Name)] = []
    public var token: Name?
    public var json: Name?
    public var form: Name?
    public var body: Name?
    public var answer: Said<Int>?
    public var at: SourceRange

    private static let words = ["header", "token", "json", "form", "body", "answer"]

    /// `send POST https://api.example.com/v1/login from 192.0.2.7 { … }`, its first word taken.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "send POST https://api.example.com/v1/login from 192.0.2.7"
        at = sentence.statement.at
        let methods = try sentence.methods(example: example)
        guard methods.count == 1 else {
            throw sentence.halt(
                Diagnostic(.unexpectedToken, "one request has one method", at: methods[1].at)
            )
        }
        method = methods[0]
        guard let url = sentence.takes(.url) ?? sentence.takes(.string) else {
            throw sentence.missing("a URL", example: example)
        }
        self.url = Said(url.value, at: url.at)
        var item = self
        if sentence.takes("from") {
            if sentence.takes("verified") {
                item.verified = try sentence.name(example: "from verified googlebot")
            } else if let token = sentence.takes(.address) {
                item.from = Said(token.text, at: token.at)
            } else {
                throw sentence.missing("an address", example: example)
            }
        }
        sentence.each(of: "`send`", Self.words) { (inner, word) throws(Sentence.Halt) in
            try item.read(word, &inner)
        }
        self = item
    }

    private mutating func read(_ word: String, _ inner: inout Sentence) throws(Sentence.Halt) {
        switch word {
        case "header":
            let example = "header origin \"https://app.example.com\""
            guard let name = inner.takes(.word) ?? inner.takes(.hyphenated) else {
                throw inner.missing("a header's name in small letters", example: example)
            }
            headers.append((Said(name.text, at: name.at), try inner.text(example: example)))
        case "token":
            inner.set(&token, to: try inner.json("token { \"sub\": \"42\" }"), as: "the token")
        case "json": inner.set(&json, to: try inner.json("json { \"item\": 1 }"), as: "the body")
        case "form":
            inner.set(&form, to: try inner.text(example: "form \"q=plan\""), as: "the body")
        case "body": inner.set(&body, to: try inner.text(example: "body \"hello\""), as: "the body")
        default:
            let status = try inner.integer(in: 100...599, "a status", example: "answer 401")
            inner.set(&answer, to: status, as: "the answer")
        }
    }
}

extension Sentence {
    fileprivate mutating func json(_ example: String) throws(Halt) -> Name {
        guard let token = takes(.json) else { throw missing("a JSON value", example: example) }
        if let fault = JSONGrammar.fault(in: Array(token.text.utf8)) {
            let place = token.at.start + min(fault.offset, max(token.text.utf8.count - 1, 0))
            throw halt(
                Diagnostic(
                    .badJSON,
                    "this is not JSON",
                    at: SourceRange(file: token.at.file, place..<place + 1),
                    fault.message
                )
            )
        }
        return Said(token.text, at: token.at)
    }
}

/// What must come of a request: six words, the same in tests, logs, metrics and `explain`.
public struct VerdictItem: Sendable {
    public enum Verdict: Sendable {
        case forwarded(to: Name?)
        case clean
        case monitored([Name])
        case blocked([Name])
        case limited(Name)
        case refused(Name)
        case answered(Said<Int>)
    }

    public let verdict: Verdict
    public let isOfEvery: Bool
    public let at: SourceRange

    /// `expect blocked by WAF_SQLI_001`, its first word taken.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        at = sentence.statement.at
        isOfEvery = sentence.takes("every", "request")
        verdict = try Self.verdict(&sentence)
    }

    private static func verdict(_ sentence: inout Sentence) throws(Sentence.Halt) -> Verdict {
        let example = "expect blocked by WAF_SQLI_001"
        if sentence.takes("clean") { return .clean }
        if sentence.takes("forwarded") {
            return .forwarded(
                to: sentence.takes("to")
                    ? try sentence.name(example: "expect forwarded to api") : nil
            )
        }
        if sentence.takes("answered") {
            return .answered(
                try sentence.integer(in: 100...599, "a status", example: "expect answered 204")
            )
        }
        let kinds: [Token.Kind] = [.upper]
        if sentence.takes("monitored", "by") {
            return .monitored(try sentence.names(kinds, "a signature", example: example))
        }
        if sentence.takes("blocked", "by") {
            return .blocked(try sentence.names(kinds, "a signature", example: example))
        }
        if sentence.takes("limited", "by") {
            return .limited(try sentence.name(example: "expect limited by sign_in"))
        }
        if sentence.takes("refused", "by") {
            return .refused(try sentence.name(example: "expect refused by route"))
        }
        throw sentence.missing(
            "`forwarded`, `clean`, `monitored by`, `blocked by`, `limited by`, `refused by` or `answered`",
            example: example
        )
    }
}
