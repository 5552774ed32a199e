import Policy
import Vocabulary

/// The values a sentence is made of.
extension Sentence {
    /// A name of the author's choice.
    mutating func name(example: String) throws(Halt) -> Name {
        guard let token = takes(.word) else { throw missing("a name", example: example) }
        return Said(token.text, at: token.at)
    }

    /// A signature's id.
    mutating func identifier(example: String) throws(Halt) -> Name {
        guard let token = takes(.upper) else {
            throw missing("an id in capitals", example: example)
        }
        return Said(token.text, at: token.at)
    }

    /// Names or ids with commas between.
    mutating func names(
        _ kinds: [Token.Kind] = [.word],
        _ what: String = "a name",
        example: String
    ) throws(Halt) -> [Name] {
        var names: [Name] = []
        repeat {
            guard let token = next, kinds.contains(token.kind) else {
                throw missing(what, example: example)
            }
            take()
            names.append(Said(token.text, at: token.at))
        } while takes(.comma) != nil
        return names
    }

    /// Things that cannot be words, with commas or spaces between.
    mutating func tokens(
        _ kinds: [Token.Kind],
        _ what: String,
        example: String
    ) throws(Halt) -> [Token] {
        var found: [Token] = []
        while let token = next, kinds.contains(token.kind) {
            take()
            found.append(token)
            if takes(.comma) != nil, !(next.map { kinds.contains($0.kind) } ?? false) {
                throw missing(what, example: example)
            }
        }
        guard !found.isEmpty else { throw missing(what, example: example) }
        return found
    }

    mutating func methods(example: String) throws(Halt) -> [Said<RuleMethod>] {
        var methods: [Said<RuleMethod>] = []
        for token in try tokens([.upper], "a method", example: example) {
            guard let method = RuleMethod(rawValue: token.text) else {
                let hint = Nearest.to(token.text, among: RuleMethod.allCases.map(\.rawValue))
                throw halt(
                    Diagnostic(
                        .unknownMethod,
                        "`\(token.text)` is not a method",
                        at: token.at,
                        hint.map { "did you mean `\($0)`?" } ?? ""
                    )
                    .help("the methods are GET HEAD POST PUT PATCH DELETE")
                )
            }
            methods.append(Said(method, at: token.at))
        }
        return methods
    }

    mutating func text(_ what: String = "a text in quotes", example: String) throws(Halt) -> Name {
        guard let token = takes(.string) else { throw missing(what, example: example) }
        return Said(token.value, at: token.at)
    }

    mutating func integer(
        in range: ClosedRange<Int>,
        _ what: String,
        example: String
    ) throws(Halt) -> Said<Int> {
        guard let token = takes(.integer) else { throw missing(what, example: example) }
        guard let number = Int(token.text), range.contains(number) else {
            throw halt(
                Diagnostic(
                    .wrongType,
                    "\(what) is from \(range.lowerBound) to \(range.upperBound)",
                    at: token.at
                )
            )
        }
        return Said(number, at: token.at)
    }

    mutating func percent(example: String) throws(Halt) -> Said<Int> {
        guard let token = takes(.percent) else {
            throw missing("a share such as 5%", example: example)
        }
        guard let number = Int(token.text.dropLast()), (0...100).contains(number) else {
            throw halt(Diagnostic(.wrongType, "a share is from 0% to 100%", at: token.at))
        }
        return Said(number, at: token.at)
    }

    mutating func duration(example: String) throws(Halt) -> Said<Duration> {
        try unitCheck("a time such as 10s")
        guard let token = takes(.duration) else {
            throw missing("a time such as 10s", example: example)
        }
        let digits = token.text.prefix(while: \.isNumber)
        let milliseconds: UInt64 =
            switch token.text.dropFirst(digits.count) {
            case "ms": 1
            case "s": 1000
            case "m": 60_000
            case "h": 3_600_000
            default: 86_400_000
            }
        guard let count = UInt64(digits), count <= 1_000_000 else {
            throw halt(Diagnostic(.wrongType, "nothing here lasts that long", at: token.at))
        }
        return Said(Duration.milliseconds(Int64(count * milliseconds)), at: token.at)
    }

    mutating func size(example: String) throws(Halt) -> Said<Int> {
        try unitCheck("a size such as 64KiB")
        guard let token = takes(.size) else {
            throw missing("a size such as 64KiB", example: example)
        }
        guard let count = Units.byteCount(token.text) else {
            throw halt(Diagnostic(.wrongType, "no body is that large", at: token.at))
        }
        return Said(count, at: token.at)
    }

    mutating func rate(example: String) throws(Halt) -> Said<RuleRate> {
        try unitCheck("a rate such as 60/m")
        guard let token = takes(.rate) else {
            throw missing("a rate such as 60/m", example: example)
        }
        guard let rate = RuleRate(token.text) else {
            throw halt(
                Diagnostic(
                    .wrongType,
                    "a rate lets at least one through, and at most a million",
                    at: token.at
                )
            )
        }
        return Said(rate, at: token.at)
    }

    mutating func day(example: String) throws(Halt) -> Said<Day> {
        guard let token = takes(.date) ?? takes(.timestamp) else {
            throw missing("a date such as 2027-03-31", example: example)
        }
        guard let day = Day(token.text) else {
            throw halt(
                Diagnostic(.wrongType, "no calendar has the day `\(token.text)`", at: token.at)
            )
        }
        return Said(day, at: token.at)
    }

    /// `env("NAME")` or `file("path")`; a text in its place is a secret that got into the file.
    mutating func secret(example: String) throws(Halt) -> Said<Secret> {
        guard let word = next else {
            throw missing("`env(\"…\")` or `file(\"…\")`", example: example)
        }
        guard word.kind == .word, word.text == "env" || word.text == "file" else {
            take()
            throw halt(
                Diagnostic(
                    .secretLiteral,
                    "this line puts a secret into the rules",
                    at: word.at,
                    "anyone who can read the file, the diff or the audit log can read this"
                )
                .help("keep the value outside and name it: `\(example)`")
                .masking(word.at)
            )
        }
        take()
        guard takes(.openParenthesis) != nil, let name = takes(.string),
            let end = takes(.closeParenthesis)
        else { throw missing("a name in parentheses", example: example) }
        let at = word.at.through(end.at)
        return Said(word.text == "env" ? .environment(name.value) : .file(name.value), at: at)
    }

    /// A number whose unit the language does not know, said as such and not as a missing value.
    private mutating func unitCheck(_ what: String) throws(Halt) {
        guard let token = next, token.kind == .oddUnit else { return }
        let hint =
            Units.nearest(to: token.text).map { "write `\($0)`" } ?? "\(what) should stand here"
        throw halt(
            Diagnostic(
                .unknownUnit,
                "`\(token.text)` has no unit this language knows",
                at: token.at,
                hint
            )
            .note(
                "rates are 10/s, 300/m, 20/h, 5/15m; times are 250ms, 30s, 10m, 2h, 7d; sizes are 512B, 8KiB, 4MiB"
            )
        )
    }
}
