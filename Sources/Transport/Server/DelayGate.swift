public import Vocabulary

/// Which requests a worker that is behind still takes: of each class some, the fewer the further behind.
///
/// A refusal costs half of what a request costs, so a worker that refused all of a class could go on
/// being behind with refusals alone, and serve nobody. So it takes every second at the class's share of
/// the scale, and at its end every fourth that reads and every tenth of a batch.
public struct DelayGate {
    private var turns: InlineArray<5, Int> = .init(repeating: 0)

    public init() {}

    /// - delay: how far behind the worker is, in percent of what is borne.
    public mutating func isOpen(to rank: RequestClass, share: Int, delay: Int) -> Bool {
        guard delay >= share else { return true }
        turns[rank.rawValue] &+= 1
        return turns[rank.rawValue] % (2 + (delay - share) / 5) == 0
    }
}
