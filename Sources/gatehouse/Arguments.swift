import Transport
import Vocabulary

/// What is wrong with a command line, and what to write instead.
struct UsageError: Error {
    let message: String

    init(_ problem: String, help: String? = nil) {
        message = help.map { "\(problem); \($0)" } ?? problem
    }

    /// A word that stands where an option of `command` should.
    init(unknown word: String, of command: String, among names: [String]) {
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        if parts.count == 2, names.contains(parts[0]) {
            self.init("`\(word)` is one word", help: "write `\(parts[0]) \(parts[1])`")
            return
        }
        let nearest = Nearest.to(word, among: names + ["--help"])
        self.init(
            "`\(command)` has no option `\(word)`",
            help: nearest.map { "did you mean `\($0)`?" } ?? "`\(command) --help` lists them"
        )
    }
}

/// The words after a command, read one flag at a time.
struct Arguments {
    private var words: ArraySlice<String>
    private(set) var flag = ""

    init(_ words: [String]) {
        self.words = words[...]
    }

    /// The next flag; nil at the end.
    mutating func next() -> String? {
        guard let word = words.popFirst() else { return nil }
        flag = word
        return word
    }

    /// The word after the flag.
    mutating func value(_ example: String) throws(UsageError) -> String {
        guard let word = words.popFirst(), !word.hasPrefix("--") else {
            throw UsageError("`\(flag)` wants a value", help: "for example `\(flag) \(example)`")
        }
        return word
    }

    /// Where to listen.
    mutating func address() throws(UsageError) -> SocketAddress {
        try address(try value("127.0.0.1:8080"))
    }

    func address(_ text: String) throws(UsageError) -> SocketAddress {
        guard let address = SocketAddress(text) else {
            throw UsageError(
                "`\(text)` is no address to use with `\(flag)`",
                help: "write `127.0.0.1:8080`, `0.0.0.0:8080` or `[::]:8080` for every interface, "
                    + "or `unix:/run/gatehouse.sock`"
            )
        }
        return address
    }

    /// The first instant of a day.
    mutating func day() throws(UsageError) -> Int64 {
        let text = try value("2026-11-20")
        guard let day = Day(text) else {
            throw UsageError("`\(text)` is no day", help: "write one like `2026-11-20`")
        }
        return day.start
    }

    /// Whether `json` is wanted, and not `text`.
    mutating func isJSON() throws(UsageError) -> Bool {
        let text = try value("json")
        guard text == "json" || text == "text" else {
            throw UsageError(
                "there is no format `\(text)`",
                help: Nearest.hint(to: text, among: ["text", "json"])
            )
        }
        return text == "json"
    }
}
