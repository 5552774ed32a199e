import TestSupport

/// What the client must receive, and how its connection must end.
///
/// Either a line for each answer (its status, the gateway's own code if it is one, and below it
/// chosen facts), or the exact bytes; in both the last line is the fate of the connection.
struct ClientExpectation: Sendable {
    struct Answer: Sendable, Equatable {
        var line: String
        var facts: [String] = []

        var status: Int { Int(line.prefix(3)) ?? 0 }
        var isInterim: Bool { status < 200 && status != 101 }
    }

    enum Content: Sendable {
        case answers([Answer])
        case exactly([String])
    }

    private(set) var content = Content.answers([])
    private(set) var fate = ""

    static let fates = ["kept", "closed", "aborted", "kept or closed", "closed or aborted"]

    init() {}

    init(_ lines: [String]) throws {
        guard let fate = lines.last, Self.fates.contains(fate) else {
            throw WireCase.Malformed(
                description: "the client's section ends with one of \(Self.fates)"
            )
        }
        self.fate = fate
        let lines = Array(lines.dropLast())
        if lines.first?.hasPrefix("HTTP/") == true {
            content = .exactly(try CaseText.canonical(lines))
            return
        }
        var answers: [Answer] = []
        for line in lines where line != "nothing" {
            if line.hasPrefix("    ") {
                guard !answers.isEmpty else { throw WireCase.Malformed(description: line) }
                answers[answers.count - 1].facts.append(try Self.canonical(line.dropFirst(4)))
            } else {
                guard Int(line.prefix(3)) != nil else {
                    throw WireCase.Malformed(description: line)
                }
                answers.append(Answer(line: line))
            }
        }
        content = .answers(answers)
    }

    /// How many final answers to wait for.
    var finalCount: Int {
        switch content {
        case .answers(let answers): answers.count { !$0.isInterim && !$0.line.hasSuffix(" cut") }
        case .exactly(let lines):
            lines.count { $0.hasPrefix("HTTP/1.1 ") && !$0.hasPrefix("HTTP/1.1 1") }
        }
    }

    /// How many bytes must come through a tunnel.
    var tunnelCount: Int {
        guard case .answers(let answers) = content else { return 0 }
        for fact in answers.last?.facts ?? [] where fact.hasPrefix("tunnel: ") {
            return (try? CaseText.bytes([fact.dropFirst(8) + "\\"]).count) ?? 0
        }
        return 0
    }

    func admits(fate seen: String) -> Bool {
        fate == seen || fate.hasPrefix(seen + " or ") || fate.hasSuffix(" or " + seen)
    }

    private static func canonical(_ fact: Substring) throws -> String {
        for kind in ["body: ", "tunnel: "] where fact.hasPrefix(kind) {
            return kind + CaseText.inline(try CaseText.bytes([fact.dropFirst(kind.count) + "\\"]))
        }
        return fact == "body:" ? "body: " : String(fact)
    }
}
