import Vocabulary

/// How hard a scope is inspected, setting by setting.
public struct InspectionItem: Sendable {
    public enum Mode: String, Sendable {
        case monitor
        case block
        /// Only signatures marked `known bad` block.
        case blockKnownBad
    }

    public struct Threshold: Sendable {
        public let points: Said<Int>
        /// nil for everything that has none of its own.
        public let kind: Name?
    }

    public var modes: [(mode: Mode, methods: [Said<RuleMethod>])] = []
    public var thresholds: [Threshold] = []
    public var knownBad: [Name] = []
    /// What the upstream answers is inspected too.
    public var answers: Said<Bool>?
    public var tail = Tail()
    public var at: SourceRange

    /// Reads `inspect { … } because "…"`, or `inspect answers`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        at = sentence.statement.at
        var item = self
        if sentence.takes("answers") {
            item.answers = Said(true, at: at)
            self = item
            return
        }
        item.tail = try sentence.tail()
        try sentence.expectBlock(example: "inspect { block POST PUT PATCH DELETE }")
        let words = ["monitor", "block", "threshold", "known", "because", "until"]
        sentence.each(of: "`inspect`", words) { (inner, word) throws(Sentence.Halt) in
            switch word {
            case "monitor":
                item.modes.append((.monitor, try inner.methods(example: "monitor GET HEAD")))
            case "block":
                let mode: Mode = inner.takes("known", "bad") ? .blockKnownBad : .block
                item.modes.append((mode, try inner.methods(example: "block POST PUT PATCH DELETE")))
            case "threshold": try item.readThreshold(&inner)
            case "known":
                try inner.expect("bad", example: "known bad WAF_SQLI_001")
                item.knownBad += try inner.names(
                    [.upper],
                    "a signature",
                    example: "known bad WAF_SQLI_001"
                )
            case "because":
                let reason = try inner.text(example: "because \"tuning until launch\"")
                inner.set(&item.tail.because, to: reason, as: "the reason")
            default:
                inner.set(
                    &item.tail.until,
                    to: try inner.day(example: "until 2027-03-31"),
                    as: "the end"
                )
            }
        }
        self = item
    }

    private mutating func readThreshold(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "threshold 7 for json"
        let points = try sentence.integer(in: 1...1000, "a threshold", example: example)
        var kind: Name?
        if sentence.takes("for") { kind = try sentence.name(example: example) }
        if let earlier = thresholds.first(where: { $0.kind?.value == kind?.value }) {
            sentence.say(
                Diagnostic(.saidTwice, "this threshold is said twice", at: points.at, "again here")
                    .related(earlier.points.at, "and said here already")
                    .help("order does not decide here: keep one of them")
            )
        } else {
            thresholds.append(Threshold(points: points, kind: kind))
        }
    }
}
