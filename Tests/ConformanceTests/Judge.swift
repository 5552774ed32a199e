import TestSupport

/// Compares what was seen with what a golden expects, and finds what no golden may allow.
///
/// Pure, so that the judge itself can be tried: a judge who never condemns proves nothing.
struct Judge {
    let wireCase: WireCase
    let seen: Observation

    /// Everything that is wrong, each with the file and the bytes on both sides.
    func complaints() -> [String] {
        let path = wireCase.golden.path
        var complaints = [
            wireCase.golden.difference(
                of: clientSeen(),
                from: clientExpected(),
                called: "the client received something else"
            )
        ].compactMap { $0 }
        if let expected = forwardedExpected() {
            let difference = wireCase.golden.difference(
                of: forwardedSeen(),
                from: expected,
                called: "the upstream received something else"
            )
            complaints += [difference].compactMap { $0 }
        }
        complaints += desyncs().map { "\(path): a forward that could be read in two ways: \($0)" }
        complaints += AnswerRules(wireCase, seen).complaints().map { "\(path): \($0)" }
        if let expected = wireCase.connections, seen.record.connections.count != expected {
            let count = seen.record.connections.count
            complaints.append("\(path): \(count) connections to the upstream, not \(expected)")
        }
        return complaints
    }

    /// Forwards that two recipients could read in two ways, or that came more often than sent.
    func desyncs() -> [String] {
        var desyncs = seen.record.connections.compactMap(\.broken)
        if let expected = forwardedExpected() {
            let count = requestCount(expected)
            if seen.requests.count > count {
                desyncs.append("\(seen.requests.count) requests where \(count) were sent")
            }
        }
        return desyncs
    }

    /// Whether a request that must pass was turned away for how it is written.
    var isWronglyRefused: Bool {
        wireCase.isValid && wireCase.kind == .request
            && seen.finalAnswers.contains { answer in
                Problem(answer).map { !WireCodes.ofRules.contains($0.code) } ?? false
            }
    }

    // MARK: The client's side

    func clientExpected() -> [String] {
        let fate = wireCase.expected.admits(fate: seen.fate) ? seen.fate : wireCase.expected.fate
        switch wireCase.expected.content {
        case .exactly(let lines): return lines + [fate]
        case .answers(let answers):
            return answers.flatMap { [$0.line] + $0.facts.map { "    " + $0 } } + [fate]
        }
    }

    func clientSeen() -> [String] {
        var lines: [String] = []
        switch wireCase.expected.content {
        case .exactly:
            lines = seen.answers.flatMap { masked(CaseText.lines($0.bytes)) }
        case .answers(let expected):
            for (index, answer) in seen.answers.enumerated() {
                let facts = index < expected.count ? expected[index].facts : []
                lines.append(Problem.line(for: answer))
                lines += facts.map { "    " + seenFact($0, in: answer) }
            }
        }
        if !seen.cut.isEmpty { lines.append(cutLine) }
        if let broken = seen.broken { lines.append("unreadable: \(broken)") }
        return lines + [seen.fate]
    }

    private var cutLine: String {
        String(decoding: seen.cut.dropFirst(9).prefix(3), as: UTF8.self) + " cut"
    }

    /// A fact as it is, in the words in which it was expected.
    private func seenFact(_ fact: String, in answer: StrictAnswer) -> String {
        if fact.hasPrefix("body: ") { return "body: " + CaseText.inline(answer.body) }
        if fact.hasPrefix("tunnel: ") { return "tunnel: " + CaseText.inline(seen.tunnelled) }
        let name = String(fact.hasPrefix("no ") ? fact.dropFirst(3) : fact.prefix { $0 != ":" })
        let values = answer.fields.values(name)
        if values.isEmpty { return "no \(name)" }
        return masked(values.map { "\(name): \($0)" }).joined(separator: " and ")
    }

    // MARK: The upstream's side

    func forwardedExpected() -> [String]? {
        guard let lines = wireCase.forwarded else { return nil }
        if lines == ["nothing"] { return [] }
        return (try? CaseText.canonical(ForwardedBlock.expanded(lines))) ?? lines
    }

    func forwardedSeen() -> [String] {
        var lines = seen.requests.flatMap { masked(CaseText.lines($0.bytes)) }
        for connection in seen.record.connections {
            lines += CaseText.lines(connection.tunnelled)
        }
        let begun = seen.record.connections.filter { !$0.rest.isEmpty }
        for connection in begun where !connection.hasEnded {
            lines.append("a request that never ends: " + CaseText.inline(connection.rest))
        }
        // How much of a request that failed half-way had left is a matter of timing, if anything.
        let expected = forwardedExpected() ?? []
        let mayBeCut =
            expected.last == Self.cutMark && seen.requests.count <= requestCount(expected)
        if !begun.isEmpty || mayBeCut {
            lines.append(Self.cutMark)
        }
        return lines
    }

    private static let cutMark = #"\<cut>\"#

    /// Each forwarded request has one `traceparent`, the last field the gateway writes.
    private func requestCount(_ lines: [String]) -> Int {
        lines.count { $0.hasPrefix("traceparent: ") }
    }

    /// Lines in which what the gateway makes up anew each time is a mark.
    private func masked(_ lines: [String]) -> [String] {
        let sent = Set(CaseText.lines(wireCase.sentBytes + scripted))
        return lines.map { line in
            guard !sent.contains(line) else { return line }
            return Mask.masked(line, upstream: seen.upstream, ids: ids)
        }
    }

    private var scripted: [UInt8] {
        var bytes: [UInt8] = []
        for reply in wireCase.replies {
            for case .bytes(let more) in reply.early + reply.late { bytes += more }
        }
        return bytes
    }

    /// The ids the client was told, which are the only ones a forwarded request may bear.
    private var ids: [String] { seen.answers.flatMap { $0.fields.values("X-Request-Id") } }
}
