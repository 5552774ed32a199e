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

    /// A server that can be dialled, with the words behind its address.
    mutating func server() throws(UsageError) -> ServerSettings {
        let text = try value("127.0.0.1:9000")
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let place = ServerPlace(String(words[0])) else {
            throw UsageError(
                "`\(words[0])` is no address to use with `\(flag)`",
                help: "write `127.0.0.1:9000`, `[::1]:9000`, `name:9000` or `unix:/run/app.sock`"
            )
        }
        switch place {
        case .address(.tcp(_, 0)), .name(_, 0):
            throw UsageError(
                "no server has port 0",
                help: "say where it listens, as `127.0.0.1:9000`"
            )
        default: break
        }
        var server = ServerSettings(place)
        for word in words.dropFirst() {
            let digits = word.dropFirst("weight=".count)
            guard word.hasPrefix("weight="), digits.allSatisfy(\.isNumber),
                let weight = Int(digits), 1...ServerSettings.weightMax ~= weight
            else {
                throw UsageError(
                    "`\(word)` says nothing about a server",
                    help: "write `weight=N`, from 1 to \(ServerSettings.weightMax)"
                )
            }
            server.weight = weight
        }
        return server
    }

    /// A word of the characters a field's or a cookie's name may have.
    mutating func token(_ example: String) throws(UsageError) -> String {
        let text = try value(example)
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(\.isToken) else {
            throw UsageError("`\(text)` is no name", help: "write one like `\(example)`")
        }
        return text
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

    mutating func network() throws(UsageError) -> AddressBlock {
        try Self.network(try value("10.0.0.0/8"))
    }

    static func network(_ text: String) throws(UsageError) -> AddressBlock {
        let bytes = Array(text.utf8)
        guard let block = unsafe AddressBlock(bytes.span.bytes) else {
            throw UsageError(
                "`\(text)` is no network",
                help: "write one like `10.0.0.0/8` or `2001:db8::/32`, no bits set after the prefix"
            )
        }
        return block
    }

    mutating func integer(in range: ClosedRange<Int>) throws(UsageError) -> Int {
        let text = try value("\(range.lowerBound)")
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                "`\(text)` does not do for `\(flag)`",
                help: "it takes a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    mutating func patience() throws(UsageError) -> Patience {
        let text = try value("10s")
        let units: [(String, Duration)] = [
            ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)),
            ("h", .seconds(3600)), ("d", .seconds(86400)),
        ]
        guard let (number, unit) = Self.split(text, units), number > 0, number <= 1_000_000 else {
            throw UsageError(
                "`\(text)` is no duration",
                help: "write one like `250ms`, `10s`, `5m`, `1h` or `1d`"
            )
        }
        return Patience(unit * number)
    }

    mutating func size() throws(UsageError) -> Int {
        let text = try value("10MiB")
        let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)]
        guard let (number, unit) = Self.split(text, units), number <= 1 << 30 else {
            throw UsageError(
                "`\(text)` is no size",
                help: "write one like `64KiB`, `10MiB` or `1GiB`"
            )
        }
        return number * unit
    }

    private static func split<Unit>(_ text: String, _ units: [(String, Unit)]) -> (Int, Unit)? {
        for (name, unit) in units where text.hasSuffix(name) {
            let digits = text.dropLast(name.count)
            if !digits.isEmpty, digits.allSatisfy(\.isNumber), let number = Int(digits) {
                return (number, unit)
            }
        }
        return nil
    }
}
