import Telemetry

/// What the audit is told by the process that outlives the others.
struct AuditBook {
    private let audit: Audit

    init(_ path: String?) {
        audit = Audit(path: path) { Terminal.note("gatehouse: \($0)") }
    }

    func noteStart(_ version: String) {
        audit.record("start", [("version", .text(version))])
    }

    func note(_ event: String, _ outcome: ReloadOutcome, was: String, by name: String) {
        var facts: Audit.Facts = []
        if outcome.kind == .refused {
            facts.append(("refused", .flag(true)))
            facts.append(("version", .text(was)))
            if !outcome.codes.isEmpty { facts.append(("codes", .texts(outcome.codes))) }
        } else {
            facts.append(("version", .text(outcome.version)))
            facts.append(("was", .text(was)))
        }
        facts.append(("by", .text(name)))
        audit.record(event, facts)
    }

    func noteSwitch(_ name: String, isOn: Bool) {
        audit.record("switch", [("name", .text(name)), ("on", .flag(isOn))])
    }
}
