import Limits
import Policy
import Transport
import Vocabulary

extension RequestPath {
    /// Steps **limit**: a token from each bucket that a limit names, or none from any.
    mutating func charge() {
        let outcomes = bench.store.charge(judgement.charges, at: Self.now)
        noteCharges(outcomes)
        judgement.note(outcomes)
    }

    /// Step **settle**: what becomes of the tokens, now that the client has its answer.
    mutating func settle() {
        guard isJudged, limitKey != nil else { return }
        for settlement in judgement.settlements(status: status) {
            bench.store.settle(settlement, at: Self.now)
        }
    }

    /// Keeps for the record whose bucket has the last word: one that is empty, or else the emptiest.
    private mutating func noteCharges(_ outcomes: [Charge.Outcome]) {
        var least = Int64.max
        let charges = judgement.charges
        for index in charges.indices {
            switch outcomes[index] {
            case .granted(let remaining):
                guard remaining < least else { continue }
                least = remaining
            case .spent where !charges[index].isOnTrial:
                limitKey = charges[index].key
                isShutOut = charges[index].shutOutSeconds > 0
                return
            default: continue
            }
            limitKey = charges[index].key
        }
    }

    private static var now: Int64 { Int64(clamping: PreciseClock.nanoseconds()) }
}
