import Vocabulary

/// A named pattern that marks an attack, with what it must catch and what it must spare.
public struct SignatureItem: Sendable {
    public enum Severity: String, Sendable, CaseIterable {
        case critical, error, warning, notice

        /// The points of the Core Rule Set.
        public var points: Int {
            switch self {
            case .critical: 5
            case .error: 4
            case .warning: 3
            case .notice: 2
            }
        }
    }

    public struct Detector: Sendable {
        public let name: Name
        /// The model of a learned detector.
        public let model: Name?
    }

    public static let steps = [
        "decode url", "decode html", "decode base64", "decode unicode", "lowercase", "decode js",
        "decode css", "decode escapes", "join spaces", "drop spaces", "drop comments", "drop nulls",
        "plain path", "shell words", "length",
    ]

    public var id: Name
    public var title: Name
    public var classes: Name?
    public var severity: Said<Severity>?
    public var knownBad: Said<Bool>?
    public var trial: Said<Bool>?
    public var places: [Name] = []
    public var steps: [Name] = []
    public var matches: [Name] = []
    public var contains: [Name] = []
    public var detectors: [Detector] = []
    public var catches: [Name] = []
    public var spares: [Name] = []
    /// Something in it could not be read.
    public var isBroken = false
    public var at: SourceRange

    private static let words = [
        "class", "severity", "known", "on", "look", "after", "match", "contains", "detect",
        "catches",
        "spares",
    ]

    /// Reads `signature WAF_XSS_001 "script element" { … }`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "signature WAF_XSS_001 \"script element\" { … }"
        id = try sentence.identifier(example: example)
        title = try sentence.text(example: example)
        at = sentence.statement.at
        try sentence.expectBlock(example: example)
        var item = self
        sentence.each(of: "`signature`", Self.words) { (inner, word) throws(Sentence.Halt) in
            try item.read(word, &inner)
        }
        item.isBroken = sentence.isBroken
        self = item
    }

    private mutating func read(_ word: String, _ inner: inout Sentence) throws(Sentence.Halt) {
        switch word {
        case "class":
            inner.set(&classes, to: try inner.name(example: "class sqli"), as: "the class")
        case "severity": try readSeverity(&inner)
        case "known":
            try inner.expect("bad", example: "known bad")
            inner.set(&knownBad, to: Said(true, at: inner.statement.at), as: "`known bad`")
        case "on":
            try inner.expect("trial", example: "on trial")
            inner.set(&trial, to: Said(true, at: inner.statement.at), as: "`on trial`")
        case "look":
            try inner.expect("in", example: "look in query, json")
            places += try inner.names(
                [.word, .dotted],
                "a place or a field",
                example: "look in query, json"
            )
        case "after": try readSteps(&inner)
        case "match":
            guard let token = inner.takes(.raw) ?? inner.takes(.string) else {
                throw inner.missing("a regular expression", example: "match r\"<script\\b\"")
            }
            guard token.kind == .raw else {
                throw inner.halt(
                    Diagnostic(
                        .regexNotRaw,
                        "a regular expression is written raw",
                        at: token.at,
                        "put an `r` before the first quote"
                    )
                    .help(
                        "in `r\"…\"` every character stands for itself, so nothing is escaped twice"
                    )
                )
            }
            matches.append(Said(token.value, at: token.at))
        case "contains":
            repeat {
                contains.append(try inner.text(example: "contains \"sqlmap\", \"nikto\""))
            } while inner
                .takes(.comma) != nil
        case "detect":
            let name = try inner.name(example: "detect sqli")
            var model: Name?
            if inner.takes("from") {
                model = try inner.text(example: "detect learned from \"models/a.model\"")
            }
            detectors.append(Detector(name: name, model: model))
        case "catches":
            catches.append(try inner.text(example: "catches \"<script>alert(1)</script>\""))
        default: spares.append(try inner.text(example: "spares \"press the onload button\""))
        }
    }

    private mutating func readSeverity(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let name = try sentence.name(example: "severity critical")
        guard let value = Severity(rawValue: name.value) else {
            throw sentence.halt(
                Diagnostic(
                    .signatureSeverity,
                    "`\(name.value)` is no severity",
                    at: name.at,
                    Nearest.hint(to: name.value, among: Severity.allCases.map(\.rawValue))
                )
            )
        }
        sentence.set(&severity, to: Said(value, at: name.at), as: "the severity")
    }

    private mutating func readSteps(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "after decode url, lowercase, join spaces"
        repeat {
            let first = try sentence.name(example: example)
            var (text, at) = (first.value, first.at)
            if !Self.steps.contains(text), let second = sentence.takes(.word) {
                text += " " + second.text
                at = at.through(second.at)
            }
            guard Self.steps.contains(text) else {
                throw sentence.halt(
                    Diagnostic(
                        .unknownWord,
                        "`\(text)` is no step",
                        at: at,
                        Nearest.to(text, among: Self.steps).map { "did you mean `\($0)`?" } ?? ""
                    )
                    .help("the steps are " + Self.steps.map { "`\($0)`" }.joined(separator: ", "))
                )
            }
            steps.append(Said(text, at: at))
        } while sentence.takes(.comma) != nil
    }
}
