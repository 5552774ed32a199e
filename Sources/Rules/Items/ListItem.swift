public import Vocabulary

/// A named set of values.
public struct ListItem: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case ip, origin, host, path, text, country, asn
    }

    public struct Entry: Sendable {
        public let value: Token
        public let until: Said<Day>?
    }

    public var name: Name
    public var kind: Said<Kind>
    public var entries: [Entry] = []
    /// The file it is read from instead.
    public var file: Name?
    public var refresh: Said<Duration>?
    public var at: SourceRange

    /// Reads `list qa of ip { … }`, or `list blocked of ip from "lists/blocked.txt" refresh 5m`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "list offices of ip { 192.0.2.0/24 }"
        at = sentence.statement.at
        name = try sentence.name(example: example)
        try sentence.expect("of", example: example)
        let word = try sentence.name(example: example)
        guard let kind = Kind(rawValue: word.value) else {
            let all = Kind.allCases.map(\.rawValue)
            throw sentence.halt(
                Diagnostic(
                    .unknownType,
                    "there are no lists of `\(word.value)`",
                    at: word.at,
                    Nearest.hint(to: word.value, among: all)
                )
            )
        }
        self.kind = Said(kind, at: word.at)
        var item = self
        if sentence.takes("from") {
            item.file = try sentence.text(example: "list blocked of ip from \"lists/blocked.txt\"")
            if sentence.takes("refresh") {
                item.refresh = try sentence.duration(example: "refresh 5m")
            }
        } else {
            try sentence.expectBlock(example: example)
            item.readEntries(&sentence)
        }
        self = item
    }

    private mutating func readEntries(_ sentence: inout Sentence) {
        sentence.hasReadBlock = true
        for statement in sentence.statement.block?.statements ?? [] {
            var inner = Sentence(statement)
            do throws(Sentence.Halt) {
                while let value = inner.take() {
                    var until: Said<Day>?
                    if inner.takes("until") {
                        until = try inner.day(example: "192.0.2.0/24 until 2027-01-31")
                    }
                    entries.append(Entry(value: value, until: until))
                    _ = inner.takes(.comma)
                }
                inner.finish()
            } catch {}
            for diagnostic in inner.diagnostics.all { sentence.say(diagnostic) }
        }
    }
}

/// Rules of another kind that are read in.
public struct ImportItem: Sendable {
    public let directory: Name
    public let paranoia: Said<Int>
    public let watching: Said<Int>?
    public let hasOwnScoring: Bool
    public let at: SourceRange

    /// Reads `import crs "/usr/share/modsecurity-crs" paranoia 1 watching 2`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "import crs \"/usr/share/modsecurity-crs\" paranoia 1"
        at = sentence.statement.at
        try sentence.expect("crs", example: example)
        directory = try sentence.text(example: example)
        try sentence.expect("paranoia", example: example)
        paranoia = try sentence.integer(in: 1...4, "a paranoia level", example: example)
        watching =
            sentence.takes("watching")
            ? try sentence.integer(in: 1...4, "a paranoia level", example: example + " watching 2")
            : nil
        if sentence.takes("with") {
            try sentence.expect("its", "own", "scoring", example: example + " with its own scoring")
            hasOwnScoring = true
        } else {
            hasOwnScoring = false
        }
    }
}

/// A literal with a name.
public struct LetItem: Sendable {
    public let name: Name
    public let value: Token

    /// Reads `let office be 192.0.2.0/24`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "let office be 192.0.2.0/24"
        name = try sentence.name(example: example)
        try sentence.expect("be", example: example)
        guard let value = sentence.take() else {
            throw sentence.missing("a value", example: example)
        }
        self.value = value
    }
}

/// A class of attack.
public struct ClassItem: Sendable {
    public let name: Name
    public let meaning: Name

    /// Reads `class sqli "SQL injection"`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        name = try sentence.name(example: "class sqli \"SQL injection\"")
        meaning = try sentence.text(example: "class sqli \"SQL injection\"")
    }
}
