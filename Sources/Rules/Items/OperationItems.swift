public import Policy
import Vocabulary

/// What must stay true while something new is tried.
public struct GuardrailsItem: Sendable {
    public struct Rail: Sendable {
        public let metric: Name
        /// A percent, a time or a factor, as it is written.
        public let bound: Token
        public let window: Said<Duration>
    }

    public var name: Name
    public var rails: [Rail] = []
    public var judgeAfter: Said<Int>?
    public var at: SourceRange

    /// Reads `guardrails safe_release { error rate above 1% over 5m }`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "guardrails safe_release { error rate above 1% over 5m }"
        name = try sentence.name(example: example)
        at = sentence.statement.at
        try sentence.expectBlock(example: example)
        var item = self
        let words = ["error", "p95", "auth", "blocks", "judge"]
        sentence.each(of: "`guardrails`", words) { (inner, word) throws(Sentence.Halt) in
            if word == "judge" {
                let example = "judge after 200 requests"
                try inner.expect("after", example: example)
                let count = try inner.integer(in: 1...1_000_000, "a count", example: example)
                try inner.expect("requests", example: example)
                inner.set(&item.judgeAfter, to: count, as: "`judge after`")
            } else {
                item.rails.append(try Rail(&inner, word))
            }
        }
        self = item
    }
}

extension GuardrailsItem.Rail {
    init(_ sentence: inout Sentence, _ word: String) throws(Sentence.Halt) {
        let example = "error rate above 1% over 5m"
        let first = sentence.statement.words[0].at
        var name = word
        if word == "error" || word == "auth" {
            let second = word == "error" ? "rate" : "failures"
            try sentence.expect(second, example: example)
            name += " " + second
        }
        metric = Said(name, at: first)
        try sentence.expect("above", example: example)
        guard
            let bound = sentence.takes(.percent) ?? sentence.takes(.duration)
                ?? sentence.takes(.factor)
        else { throw sentence.missing("a percent, a time or a factor", example: example) }
        self.bound = bound
        if bound.kind == .factor {
            try sentence.expect("stable", example: "blocks above 2x stable over 5m")
        }
        try sentence.expect("over", example: example)
        window = try sentence.duration(example: example)
    }
}

/// Something new that is tried on a few first.
public struct CanaryItem: Sendable {
    public struct Step: Sendable {
        public let share: Said<Int>
        public let after: Said<Duration>
    }

    /// nil for the rules themselves.
    public var upstream: Name?
    public var stable: Name?
    public var start: Said<Int>?
    public var steps: [Step] = []
    public var keys: [Name] = []
    public var guardrails: Name?
    public var at: SourceRange

    /// Reads `canary rules { … }`, or `canary api_next instead of api { … }`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "canary api_next instead of api { start at 5% }"
        at = sentence.statement.at
        let name = try sentence.name(example: example)
        if name.value == "rules" {
            (upstream, stable) = (nil, nil)
        } else {
            try sentence.expect("instead", "of", example: example)
            (upstream, stable) = (name, try sentence.name(example: example))
        }
        try sentence.expectBlock(example: example)
        var item = self
        sentence.each(of: "`canary`", ["start", "grow", "keep", "roll"]) {
            (inner, word) throws(Sentence.Halt) in
            try item.read(word, &inner)
        }
        self = item
    }

    private mutating func read(_ word: String, _ inner: inout Sentence) throws(Sentence.Halt) {
        switch word {
        case "start":
            try inner.expect("at", example: "start at 5%")
            inner.set(&start, to: try inner.percent(example: "start at 5%"), as: "`start at`")
        case "grow":
            let example = "grow to 10% after 30m"
            try inner.expect("to", example: example)
            let share = try inner.percent(example: example)
            try inner.expect("after", example: example)
            steps.append(Step(share: share, after: try inner.duration(example: example)))
        case "keep":
            let example = "keep each user or ip on one side"
            try inner.expect("each", example: example)
            repeat { keys.append(try inner.name(example: example)) } while inner.takes("or")
            try inner.expect("on", "one", "side", example: example)
        default:
            try inner.expect("back", "on", example: "roll back on safe_release")
            inner.set(
                &guardrails,
                to: try inner.name(example: "roll back on safe_release"),
                as: "`roll back on`"
            )
        }
    }
}

/// Stops what it lists, at once and for a while.
public struct KillSwitchItem: Sendable {
    public var file: Name?
    public var stops: [Name] = []
    public var atMost: Said<Duration>?
    public var at: SourceRange

    /// Reads `kill switch { … }`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        at = sentence.statement.at
        try sentence.expect("switch", example: "kill switch { stops blocking }")
        try sentence.expectBlock(example: "kill switch { stops blocking }")
        var item = self
        sentence.each(of: "`kill switch`", ["file", "stops", "for"]) {
            (inner, word) throws(Sentence.Halt) in
            switch word {
            case "file":
                inner.set(
                    &item.file,
                    to: try inner.text(example: "file \"/run/gatehouse/kill\""),
                    as: "the file"
                )
            case "stops": item.stops += try inner.names(example: "stops blocking, canary")
            default:
                try inner.expect("at", "most", example: "for at most 60m")
                inner.set(
                    &item.atMost,
                    to: try inner.duration(example: "for at most 60m"),
                    as: "`for at most`"
                )
            }
        }
        self = item
    }
}

/// The site is closed for work.
public struct MaintenanceItem: Sendable {
    public var file: Name?
    public var answer: AnswerItem?
    public var open: [OpenItem] = []
    public var at: SourceRange

    /// Reads `maintenance { … }`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        at = sentence.statement.at
        try sentence.expectBlock(example: "maintenance { file \"/run/gatehouse/maintenance\" }")
        var item = self
        sentence.each(of: "`maintenance`", ["file", "answer", "still"]) {
            (inner, word) throws(Sentence.Halt) in
            switch word {
            case "file":
                let file = try inner.text(example: "file \"/run/gatehouse/maintenance\"")
                inner.set(&item.file, to: file, as: "the file")
            case "answer": item.answer = try inner.answer()
            default: item.open.append(try OpenItem(&inner))
            }
        }
        self = item
    }
}

/// How long exceptions may last.
public struct ExceptionTermsItem: Sendable {
    public var atMost: Said<Duration>?
    public var warning: Said<Duration>?
    public var at: SourceRange

    /// Reads `exceptions { last at most 180d  warn 14d before the end }`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        at = sentence.statement.at
        try sentence.expectBlock(example: "exceptions { last at most 180d }")
        var item = self
        sentence.each(of: "`exceptions`", ["last", "warn"]) { (inner, word) throws(Sentence.Halt) in
            if word == "last" {
                try inner.expect("at", "most", example: "last at most 180d")
                inner.set(
                    &item.atMost,
                    to: try inner.duration(example: "last at most 180d"),
                    as: "`last at most`"
                )
            } else {
                let example = "warn 14d before the end"
                inner.set(&item.warning, to: try inner.duration(example: example), as: "`warn`")
                try inner.expect("before", "the", "end", example: example)
            }
        }
        self = item
    }
}

/// What the findings log keeps.
public struct LogItem: Sendable {
    public enum Form: Sendable {
        case plain
        case masked
        case hashed(Said<Secret>)
    }

    public let fields: [Name]
    public let form: Form

    static func read(_ sentence: inout Sentence, into logs: inout [LogItem]) throws(Sentence.Halt) {
        let example = "keep client.ip masked"
        try sentence.expectBlock(example: "log { keep request.method }")
        var found: [LogItem] = []
        sentence.each(of: "`log`", ["keep"]) { (inner, _) throws(Sentence.Halt) in
            let fields = try inner.names([.dotted, .word], "a field", example: example)
            var form = Form.plain
            if inner.takes("masked") {
                form = .masked
            } else if inner.takes("hashed") {
                try inner.expect("with", example: "keep user.id hashed with env(\"LOG_KEY\")")
                form = .hashed(try inner.secret(example: "hashed with env(\"LOG_KEY\")"))
            }
            found.append(LogItem(fields: fields, form: form))
        }
        logs += found
    }
}

/// Where the access log goes.
public struct AccessLogItem: Sendable {
    /// nil where there is none; `-` for standard output.
    public let path: Name?
    public let at: SourceRange

    /// Reads `access log "/var/log/gatehouse/access.log"`, or `access log off`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        at = sentence.statement.at
        path =
            sentence.takes("off")
            ? nil
            : try sentence.text(
                "a file or `off`",
                example: "access log \"/var/log/gatehouse/access.log\""
            )
    }
}
