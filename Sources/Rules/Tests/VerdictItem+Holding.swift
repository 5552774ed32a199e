import Policy
import Vocabulary

/// Whether what was expected is what came.
extension VerdictItem {
    func holds(for outcome: Outcome) -> Bool {
        switch verdict {
        case .forwarded(let upstream):
            return outcome.isForwarded && (upstream.map { $0.value == outcome.upstream } ?? true)
        case .clean:
            return outcome.reachedItsEnd && outcome.monitored.isEmpty
        case .monitored(let names):
            return outcome.refusal == nil && Self.all(names, in: outcome.monitored)
        case .blocked(let names):
            return outcome.refusal?.manner == .blocked && Self.all(names, in: outcome.blockers)
        case .limited(let name):
            return outcome.refusal?.manner == .limited && outcome.refusal?.name == name.value
        case .refused(let name):
            return outcome.refusal?.manner == .refused && outcome.refusal?.said == name.value
        case .answered(let status):
            return !outcome.isForwarded && outcome.status == status.value
        }
    }

    /// What was found beside them is no contradiction: another signature may come to look there too.
    private static func all(_ names: [Name], in found: [String]) -> Bool {
        names.allSatisfy { found.contains($0.value) }
    }
}

extension Outcome {
    /// What came instead, as it stands under an `expect`.
    var came: String {
        switch ending {
        case .forwarded where monitored.isEmpty:
            return "it was forwarded\(upstream.map { " to `\($0)`" } ?? ""), and nothing was found"
        case .forwarded:
            let place = upstream.map { " to `\($0)`" } ?? ""
            return "it was forwarded\(place), monitored by \(monitored.joined(separator: ", "))"
        case .redirected, .preflight: return "it was answered \(status)"
        case .refused: return "it was " + verdict.dropLast(" (000)".count)
        }
    }

    /// Why, for a reader who did not expect it.
    var why: String {
        guard let refusal else {
            switch ending {
            case .preflight: return "a preflight is answered at the edge, here \(status)"
            case .redirected: return "its route redirects, with \(status)"
            default: return "nothing refused it, and the upstream answered \(status)"
            }
        }
        let stage = "stage \(refusal.stage.rawValue), \(refusal.stage.name), answered \(status)"
        return "\(stage): \(refusal.why)"
    }

    /// Findings with their fields, for those who wonder where.
    var findings: [String] {
        found.map { found in
            let rest: String
            switch found.standing {
            case .counts: rest = ""
            case .excused: rest = ", excused"
            case .onTrial: rest = ", on trial"
            }
            return "\(found.id) in \(found.field)\(rest)"
        }
    }
}

extension Refusal {
    /// The reason in the words of the rules.
    fileprivate var why: String {
        switch reason {
        case .unknownHost: "no site has this host"
        case .misdirected: "the host is not of the site that the handshake named"
        case .notFound where stage == .closed: "the path is closed on every site"
        case .notFound: "no route of the site has this path"
        case .methodNotAllowed: "the route that owns this path does not list the method"
        case .originRefused: "the page that asks is on an origin the site does not list"
        case .notInvited: "the client has no invitation, and this path is not still open"
        case .maintenance: "maintenance is on, and this path is not still open"
        case .blocked where stage == .inspect: "what was found is enough to block"
        case .blocked: "`block \(name)` describes this request"
        case .limitSpent:
            "`limit \(name)` is spent; the next token comes in \(retryAfterSeconds ?? 0) s"
        case .limitUnavailable: "Redis is down, and `limit \(name)` refuses then"
        case .tokenMissing: "the route needs a token, and the request has none"
        case .tokenInvalid: "the request has a token that does not hold"
        case .roleMissing: "the token has none of the roles that the route asks for"
        case .notAdmitted: "`admit \(name)` does not describe this request"
        case .bodyTypeRefused: "the route does not accept a body of this type"
        case .bodyTooLarge: "the body is larger than the route accepts"
        case .bodyUnreadable: "the body is not what its type says"
        default: "no one could say what this request means (`\(reason.rawValue)`)"
        }
    }
}
