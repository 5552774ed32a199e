import HTTPWire
import Inspection
import JSON
import Vocabulary

/// Stage 13: what signatures find, what is excused, and whether the rest is enough.
extension Judgement {
    mutating func inspect(
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> Need? {
        let route = policy.routes[route]
        desk.inspector.begin()
        read(head, policy, &desk)
        if !bodyKind.isEmpty, !readBody(head, body, policy, &desk) {
            return refuse(
                Refusal(.accept, .bodyUnreadable, at: route.accept.place),
                under: policy
            )
        }
        step = .canary
        let count = desk.inspector.findingCount
        // What was not looked at to its end may hide anything.
        let isFull = desk.inspector.isFull
        if count == 0, trace == nil, !isFull { return nil }
        judgeFindings(route, policy, &desk)
        return judgePoints(head.method, isFull, route, policy)
    }

    private func read(
        _ head: borrowing RequestHead,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) {
        desk.inspector.look(at: head.path, in: .path, named: RawSpan(), for: policy.signatures)
        if let query = head.query { desk.inspector.lookAtQuery(query, for: policy.signatures) }
        for index in 0..<head.section.fields.count {
            let field = head.section.fields[index]
            let value = head.section[field.value]
            switch field.id {
            case .cookie: desk.inspector.lookAtCookies(value, for: policy.signatures)
            // Credentials are judged by those who can, and never end in a finding.
            case .authorization: break
            default:
                desk.inspector.look(
                    at: value,
                    in: .header,
                    named: head.section[field.name],
                    for: policy.signatures
                )
            }
        }
    }

    /// False where the body is not what its type says.
    private func readBody(
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> Bool {
        let signatures = policy.signatures
        switch bodyKind {
        case .json:
            do throws(JSONFault) {
                try desk.inspector.lookAtJSON(body, for: signatures)
            } catch { return false }
        case .form:
            desk.inspector.lookAtForm(body, for: signatures)
        case .multipart:
            guard let boundary = head.boundary else { return false }
            do throws(BodyFault) {
                try desk.inspector.lookAtMultipart(body, boundary: boundary, for: signatures)
            } catch { return false }
        case .xml:
            do throws(BodyFault) {
                try desk.inspector.lookAtXML(body, for: signatures)
            } catch { return false }
        case .text:
            desk.inspector.look(at: body, in: .body, named: RawSpan(), for: signatures)
        default: break
        }
        return true
    }

    private mutating func judgeFindings(
        _ route: Route,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) {
        for index in 0..<desk.inspector.findingCount {
            let found = desk.inspector.finding(index)
            let name = String(reading: desk.inspector.name(of: index))
            let place = found.place.name
            let field = name.isEmpty ? place : "\(place).\(name)"
            let signature = policy.signatures.signatures[found.signature]
            let excuse = route.exclusions.exclusion(
                of: found.signature,
                in: field,
                at: circumstances.now
            )
            let standing: JudgedFinding.Standing =
                excuse != nil ? .excused : signature.isOnTrial ? .onTrial : .counts
            findings.append(
                JudgedFinding(
                    signature: found.signature,
                    field: field,
                    isInJSON: found.place == .json,
                    standing: standing
                )
            )
            if let excuse {
                let why = "\(signature.id) in \(field): excused, \"\(excuse.reason)\""
                trace?.say(.inspect, why, excuse.place)
            } else {
                let rest = signature.isOnTrial ? ", on trial" : ": \(signature.points) points"
                trace?.say(.inspect, "\(signature.id) in \(field)\(rest)")
            }
        }
    }

    /// A signature counts once, however many fields it fires in, and outside if in one outside.
    private mutating func judgePoints(
        _ method: Method,
        _ isFull: Bool,
        _ route: Route,
        _ policy: borrowing Policy
    ) -> Need? {
        let period = route.inspection.period(at: circumstances.now)
        let terms = route.inspection.periods[period].terms
        var inside: Set<Int> = []
        var outside: Set<Int> = []
        for finding in findings where finding.standing == .counts {
            if isLenient(finding, terms) {
                inside.insert(finding.signature)
            } else {
                outside.insert(finding.signature)
            }
        }
        let all = inside.union(outside)
        let signatures = policy.signatures
        let (outsidePoints, allPoints) = (
            signatures.points(of: outside), signatures.points(of: all)
        )
        let budget = max(leniency(terms) ?? terms.threshold, terms.threshold)
        let mode = terms.mode(for: method)
        trace?.say(
            .inspect,
            "mode \(mode.name); outside \(outsidePoints) of \(terms.threshold), in all "
                + "\(allPoints) of \(budget)",
            route.inspection.place
        )
        guard !all.isEmpty || isFull else { return nil }
        blockers = all.sorted { signatures.signatures[$0].id < signatures.signatures[$1].id }
        let knownBad = blockers.first {
            signatures.signatures[$0].isKnownBad || terms.knownBad.contains($0)
        }
        let isOver = isFull || outsidePoints >= terms.threshold || allPoints >= budget
        let wouldBlock: Bool =
            switch mode {
            case .monitor: false
            case .blockKnownBad: isFull || knownBad != nil
            case .block: knownBad != nil || isOver
            }
        guard wouldBlock else { return nil }
        if circumstances.isKillSwitchOn, policy.killSwitch?.stopsBlocking == true {
            trace?.say(
                .inspect,
                "not blocked: the kill switch is on",
                policy.killSwitch?.place ?? .none
            )
            return nil
        }
        if allowed != 0, let allowance = skip(route, { $0.skipsBlocking }) {
            trace?.say(.inspect, "not blocked: \"\(allowance.reason)\"", allowance.place)
            return nil
        }
        let name = (knownBad ?? blockers.first).map { signatures.signatures[$0].id } ?? ""
        return refuse(
            Refusal(.inspect, .blocked, by: name, at: route.inspection.place),
            under: policy
        )
    }

    /// Only what was found in the body itself enjoys the budget of its kind.
    private func isLenient(_ finding: JudgedFinding, _ terms: InspectionTerms.Terms) -> Bool {
        guard leniency(terms) != nil else { return false }
        return finding.field.hasPrefix(bodyKind.name)
            && finding.field.dropFirst(bodyKind.name.count).first.map { $0 == "." } ?? true
    }

    private func leniency(_ terms: InspectionTerms.Terms) -> Int? {
        switch bodyKind {
        case .json: terms.jsonThreshold
        case .form: terms.formThreshold
        case .multipart: terms.multipartThreshold
        default: nil
        }
    }
}

extension SignatureSet {
    fileprivate func points(of numbers: Set<Int>) -> Int {
        numbers.reduce(0) { $0 + signatures[$1].points }
    }
}

extension InspectionTerms.Mode {
    var name: String {
        switch self {
        case .monitor: "monitor"
        case .blockKnownBad: "block known bad"
        case .block: "block"
        }
    }
}
