import HTTPWire
import Inspection
import Limits
import Policy
import Telemetry
import Transport
import Vocabulary

extension RequestPath {
    /// Step **record**: one line in the access log, whatever came of the request.
    func record() {
        guard let log = bench.log else { return }
        let began = exchange.beganNanoseconds
        let now = PreciseClock.nanoseconds()
        let server = attempts.server
        let upstream = server?.text ?? []
        var record = AccessRecord(
            wallNanoseconds: bench.wallOffset &+ Int64(clamping: began),
            statusCode: status,
            latencyNanoseconds: Int64(clamping: now &- min(began, now)),
            reason: reason,
            attemptCount: attempts.count
        )
        record.judgement = judgementRecord()
        unsafe log.append(
            record,
            method: exchange.head.methodText,
            path: exchange.head.path,
            requestID: id.bytes,
            upstream: upstream.span.bytes
        )
    }

    /// What the rules had to say.
    private func judgementRecord() -> JudgementRecord {
        var record = JudgementRecord()
        let edition = copy.edition
        record.policy = edition.policy.version
        record.verdict = verdict
        record.by = decider
        guard isJudged else { return record }
        record.authResult = authResult
        if judgement.route >= 0 { record.route = edition.policy.routes[judgement.route].name }
        if !judgement.blockers.isEmpty {
            let signatures = edition.policy.signatures
            let names = judgement.blockers.map { signatures.signatures[$0].id }
            record.signatures = names.joined(separator: ",")
        }
        guard let limitKey else { return record }
        record.limitKey = limitKey
        record.limitState = limitState
        record.tokensLeft = judgement.tokensLeft
        record.store = bench.store.name
        return record
    }

    /// The word of the rules' own tests for what came of it.
    private var verdict: StaticString {
        if isForwarded { return judgement.blockers.isEmpty ? "forwarded" : "monitored" }
        guard let reason else { return "answered" }
        switch reason {
        case .blocked where judgement.refusal?.stage == .inspect: return "blocked"
        case .limitSpent, .limitUnavailable: return "limited"
        default: return "refused"
        }
    }

    /// The rule that had the last word, or else its stage.
    private var decider: String {
        if isForwarded { return "" }
        if isJudged, let refusal = judgement.refusal {
            return refusal.name.isEmpty ? refusal.stage.refusalName : refusal.name
        }
        if isJudged, reason != nil { return Stage.accept.refusalName }
        if isJudged { return judgement.route < 0 ? Stage.cors.name : Stage.forward.name }
        // There was no room for it, whatever it was; or its head cannot be read.
        return reason == nil || hasHead ? "" : Stage.protocol.name
    }

    private var limitState: StaticString {
        guard judgement.refusal?.reason == .limitSpent else {
            return judgement.refusal?.reason == .limitUnavailable ? "block" : "allow"
        }
        return isShutOut ? "block" : "throttle"
    }

    /// What came of signing in, where the request came so far.
    private var authResult: StaticString {
        let reason = judgement.refusal?.reason
        switch reason {
        case .tokenInvalid: return "invalid"
        case .tokenMissing: return "missing"
        case .roleMissing: return "forbidden"
        default: break
        }
        if hasShownToken { return "valid" }
        guard judgement.route >= 0, judgement.refusal.map({ $0.stage > .signIn }) ?? true else {
            return ""
        }
        return "public"
    }
}
