import Glibc

/// What was asked for on the command line.
struct Options {
    enum Subject: String { case proxy, stream, overload, rules }
    enum Format: String { case text, json }

    private(set) var subject = Subject.proxy
    private(set) var gatehouse = ""
    private(set) var runs = 7
    private(set) var seconds = 5
    private(set) var row: String?
    private(set) var format = Format.text
    private(set) var isQuick = false

    init(_ arguments: some Collection<String>) throws(Trouble) {
        var rest = Array(arguments)[...]
        guard let word = rest.popFirst(), let subject = Subject(rawValue: word) else {
            throw Trouble(
                "say what to measure: proxy, stream, overload or rules (see scripts/bench --help)"
            )
        }
        self.subject = subject
        if subject == .overload { seconds = 10 }
        while let flag = rest.popFirst() {
            if flag == "--quick" {
                (runs, seconds, isQuick) = (3, 1, true)
                continue
            }
            guard let value = rest.popFirst() else { throw Trouble("\(flag) needs a value") }
            try take(flag, value)
        }
        guard !gatehouse.isEmpty || subject == .rules else {
            throw Trouble("--gatehouse PATH is missing")
        }
    }

    private mutating func take(_ flag: String, _ value: String) throws(Trouble) {
        switch flag {
        case "--gatehouse": gatehouse = value
        case "--runs": runs = try count(value, for: flag, atMost: 99)
        case "--seconds": seconds = try count(value, for: flag, atMost: 600)
        case "--row": row = try name(value)
        case "--format":
            guard let format = Format(rawValue: value) else {
                throw Trouble("--format is text or json, not \(value)")
            }
            self.format = format
        default: throw Trouble("there is no flag \(flag) (see scripts/bench --help)")
        }
    }

    private func count(_ text: String, for flag: String, atMost limit: Int) throws(Trouble) -> Int {
        guard let number = Int(text), (1...limit).contains(number) else {
            throw Trouble("\(flag) is a number from 1 to \(limit), not \(text)")
        }
        return number
    }

    private func name(_ text: String) throws(Trouble) -> String {
        let names = LoadRow.all.map(\.name) + HandshakeRow.all.map(\.name) + IdleRow.all.map(\.name)
        guard names.contains(text) else {
            throw Trouble("there is no row \(text); there are \(names.joined(separator: ", "))")
        }
        return text
    }
}
