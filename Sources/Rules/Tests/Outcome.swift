import Inspection
import Policy
import Vocabulary

/// What came of a request of a test.
struct Outcome {
    enum Ending {
        case forwarded
        case redirected
        case preflight
        case refused(Refusal)
    }

    /// A signature that was found, by its id.
    struct Found {
        let id: String
        let field: String
        let standing: JudgedFinding.Standing
    }

    let ending: Ending
    /// What the client is told.
    let status: Int
    var upstream: String?
    var found: [Found] = []
    /// Signatures that blocked, or would have, by their ids.
    var blockers: [String] = []
    var triedLimits: [String] = []
    /// Numbers in the policy, for coverage.
    var route = -1
    var limits: [Int] = []
    var signatures: [Int] = []
    let lines: [Trace.Line]

    /// It ended before anything was judged.
    init(refusal: Refusal, _ trace: Trace?) {
        ending = .refused(refusal)
        status = refusal.status
        lines = trace?.lines ?? []
    }

    init(
        _ ending: Ending,
        _ status: Int,
        _ judgement: borrowing Judgement,
        _ asked: [Int],
        _ policy: borrowing Policy,
        _ trace: Trace?
    ) {
        self.ending = ending
        self.status = status
        lines = trace?.lines ?? []
        route = judgement.route
        limits = asked.map { policy.limitLines[$0].limit }
        triedLimits = judgement.triedLimits.map { policy.limits[$0].name }
        let signatures = policy.signatures.signatures
        for finding in judgement.findings {
            self.signatures.append(finding.signature)
            let id = signatures[finding.signature].id
            found.append(Found(id: id, field: finding.field, standing: finding.standing))
        }
        blockers = judgement.blockers.map { signatures[$0].id }
        if case .forwarded = ending, route >= 0,
            case .upstream(let number) = policy.routes[route].destination
        {
            upstream = policy.upstreams[number]
        }
    }

    var refusal: Refusal? { if case .refused(let refusal) = ending { refusal } else { nil } }
    /// It went where its route leads, upstream or elsewhere.
    var reachedItsEnd: Bool {
        switch ending {
        case .forwarded, .redirected: true
        case .preflight, .refused: false
        }
    }
    var isForwarded: Bool { if case .forwarded = ending { true } else { false } }

    /// What was found and is not excused, each once, in order.
    var monitored: [String] {
        Set(found.filter { $0.standing != .excused }.map(\.id)).sorted()
    }

    /// In the words tests, logs and `explain` share.
    var verdict: String {
        switch ending {
        case .forwarded:
            let place = upstream.map { " to \($0)" } ?? ""
            let rest =
                monitored.isEmpty ? "" : ", monitored by " + monitored.joined(separator: ", ")
            return "forwarded" + place + rest
        case .redirected, .preflight: return "answered \(status)"
        case .refused(let refusal): return "\(word(for: refusal)) (\(status))"
        }
    }

    private func word(for refusal: Refusal) -> String {
        switch refusal.manner {
        case .blocked where blockers.isEmpty:
            "blocked, since there is more in it than can be looked at"
        case .blocked: "blocked by " + blockers.joined(separator: ", ")
        case .limited: "limited by \(refusal.name)"
        case .refused: "refused by \(refusal.said)"
        }
    }
}

extension Refusal {
    enum Manner { case blocked, limited, refused }

    /// Which of the three words is used for it.
    var manner: Manner {
        if stage == .inspect { return .blocked }
        return reason == .limitSpent ? .limited : .refused
    }

    /// Who refused, as `refused by` says it.
    var said: String { name.isEmpty ? stage.refusalName : name }
}
