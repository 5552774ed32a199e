/// The version of a policy: sixteen digits that follow from what its files mean.
///
/// Sentences are put into one normal form and sorted, so neither the names nor the order of files, blocks and
/// sentences count, nor do layout, comments and the order of things that are only enumerated. Everything
/// else counts: a value, a name, a reason, a date, what a list or a page holds.
///
/// Tests and promises are not in it, since they change nothing that a request is told: two policies of one
/// version judge alike. They have a digest of their own, `proofs`, so that nobody takes one away unseen.
struct Meaning {
    private var rules: [[UInt8]] = []
    private var proofs: [[UInt8]] = []

    init(_ trees: [Tree]) {
        for tree in trees { for statement in tree.statements { add(statement) } }
    }

    /// What files beside the rules hold, each under the name by which the rules know it.
    mutating func add(_ content: String, of name: String) {
        rules.append(Array("\(name)\u{1}\(content)".utf8))
    }

    var version: String { "r-" + Self.digest(of: rules) }
    var proofsVersion: String { "t-" + Self.digest(of: proofs) }

    private static func digest(of parts: [[UInt8]]) -> String {
        let sorted = parts.sorted { $0.lexicographicallyPrecedes($1) }
        return Fingerprint.text(of: Array(sorted.joined(separator: [0])))
    }

    // MARK: One form

    private mutating func add(_ statement: Statement) {
        switch statement.words.first?.text {
        case "include", "language": return
        case "test", "promises": proofs.append(Self.form(of: statement))
        // What these hold may be said in one block or in ten.
        case "gateway", "log":
            let word = Self.form(of: statement.words)
            for inner in statement.block?.statements ?? [] {
                rules.append(word + [1] + Self.form(of: inner))
            }
        default: rules.append(Self.form(of: statement))
        }
    }

    private static func form(of statement: Statement) -> [UInt8] {
        var bytes = form(of: statement.words)
        guard let block = statement.block else { return bytes }
        // In a test one thing happens after another.
        let isSequence = ["test", "repeat"].contains(statement.words.first?.text)
        let isList = statement.words.first?.text == "list"
        let inner = block.statements.flatMap { isList ? entries(of: $0) : [form(of: $0)] }
        let parts = isSequence ? inner : inner.sorted { $0.lexicographicallyPrecedes($1) }
        bytes.append(2)
        for part in parts { bytes += part + [3] }
        bytes.append(4)
        return bytes
    }

    /// Entries of a list, several of which may stand in one sentence.
    private static func entries(of statement: Statement) -> [[UInt8]] {
        var found: [[Token]] = []
        var isTail = false
        for word in statement.words where word.kind != .comma {
            if isTail || (word.kind == .word && word.text == "until" && !found.isEmpty) {
                found[found.count - 1].append(word)
                isTail = !isTail
            } else {
                found.append([word])
            }
        }
        return found.map(form)
    }

    /// A sentence, and the clauses that may follow it in any order.
    private static func form(of words: [Token]) -> [UInt8] {
        let starts = words.indices.dropFirst().filter {
            words[$0].kind == .word && ["because", "until", "proved"].contains(words[$0].text)
        }
        let bounds = [0] + starts + [words.count]
        let clauses = zip(bounds, bounds.dropFirst()).map { plainForm(of: Array(words[$0..<$1])) }
        let tail = clauses.dropFirst().sorted { $0.lexicographicallyPrecedes($1) }
        return Array((clauses.prefix(1) + tail).joined(separator: [9]))
    }

    /// The words of a sentence, with what is only enumerated in one order.
    private static func plainForm(of words: [Token]) -> [UInt8] {
        // Steps are taken one after another.
        let isSequence = words.first?.text == "after"
        var forms: [[UInt8]] = []
        var index = 0
        while index < words.count {
            let run = isSequence ? index..<index + 1 : enumeration(from: index, in: words)
            let members = words[run].filter { $0.kind != .comma }.map {
                Array($0.value.utf8) + [kind($0)]
            }
            forms += members.sorted { $0.lexicographicallyPrecedes($1) }
            index = run.upperBound
        }
        return Array(forms.joined(separator: [5]))
    }

    /// Words with commas between, or neighbours of a shape that can stand side by side.
    private static func enumeration(from start: Int, in words: [Token]) -> Range<Int> {
        var end = start + 1
        while end < words.count {
            if words[end].kind == .comma, end + 1 < words.count {
                end += 2
            } else if words[end].kind == words[start].kind, isAlone(words[end]) {
                end += 1
            } else {
                break
            }
        }
        return start..<end
    }

    private static func isAlone(_ token: Token) -> Bool {
        switch token.kind {
        case .path, .url, .address, .hostPort: true
        case .upper: RuleMethod(rawValue: token.text) != nil
        default: false
        }
    }

    /// A text is not the word it is spelt like.
    private static func kind(_ token: Token) -> UInt8 {
        switch token.kind {
        case .string: 6
        case .raw: 7
        default: 8
        }
    }
}
