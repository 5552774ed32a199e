import TestSupport

/// What holds of every answer, whatever its case is about.
struct AnswerRules {
    private let wireCase: WireCase
    private let seen: Observation

    init(_ wireCase: WireCase, _ seen: Observation) {
        self.wireCase = wireCase
        self.seen = seen
    }

    func complaints() -> [String] {
        var complaints: [String] = []
        for answer in seen.finalAnswers {
            complaints += faults(in: answer).map { "the answer \(answer.status): \($0)" }
        }
        if let last = seen.finalAnswers.last, last.status != 101, !wireCase.halfCloses {
            complaints += farewell(last)
        }
        return complaints
    }

    private func faults(in answer: StrictAnswer) -> [String] {
        var faults = Problem(answer)?.faults ?? []
        // An answer that opens a tunnel needs no date (RFC 9110 §6.6.1).
        let once = answer.status == 101 ? ["X-Request-Id"] : ["X-Request-Id", "Date"]
        for name in once where answer.fields.values(name).count != 1 {
            faults.append("\(answer.fields.values(name).count) of \(name)")
        }
        for name in ["Keep-Alive", "Proxy-Connection", "TE", "Proxy-Authenticate-Info"]
        where !answer.fields.values(name).isEmpty {
            faults.append("\(name) was passed on")
        }
        let connection = answer.fields.values("Connection")
        let allowed = ["close", "keep-alive", "Upgrade"]
        if connection.count > 1 || !connection.allSatisfy(allowed.contains) {
            faults.append("Connection: \(connection)")
        }
        if !answer.fields.values("Upgrade").isEmpty, ![101, 426].contains(answer.status) {
            faults.append("Upgrade was passed on")
        }
        return faults
    }

    /// A server that closes must say so, and one that says so must close (RFC 9112 §9.6).
    private func farewell(_ answer: StrictAnswer) -> [String] {
        let saysClose = answer.fields.values("Connection") == ["close"]
        if seen.fate == "closed", !saysClose { return ["closed without Connection: close"] }
        if seen.fate == "kept", saysClose { return ["Connection: close, and kept open"] }
        return []
    }
}
