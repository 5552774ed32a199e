public import Vocabulary

/// Whoever keeps count of tokens.
///
/// Moments are nanoseconds of a clock that never goes back, the same one for every call.
public protocol TokenStore: Sendable {
    /// What the access log calls it.
    var name: StaticString { get }

    /// Asks for all of the tokens or none, and answers for each charge in their order.
    ///
    /// Where one is spent, the others are spared: nothing of theirs is gone. What is on trial decides
    /// about nobody but itself.
    func charge(_ charges: [Charge], at now: Int64) -> [Charge.Outcome]

    /// Puts a token back, or notes that its client was blocked once more.
    func settle(_ settlement: Charge.Settlement, at now: Int64)
}
