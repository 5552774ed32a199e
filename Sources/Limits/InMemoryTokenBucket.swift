public import Vocabulary

/// Keeps count in this process, for all of its workers.
///
/// Keys are digests under a secret, so nobody can have many fall into one table. Two charges of a call
/// may lie in two tables, each under its own lock: all are looked at before any is taken, and what was
/// taken for nothing goes back.
public final class InMemoryTokenBucket: TokenStore {
    public let name: StaticString = "memory"
    private let parts: [Part]

    /// A class, since a lock cannot lie in an array.
    private final class Part: Sendable {
        let table: Lock<BucketTable>

        init(countMax: Int) { table = Lock(BucketTable(countMax: countMax)) }
    }

    /// - bucketMax: how many buckets are remembered; those asked longest ago make way.
    public init(bucketMax: Int = LimitsBounds.bucketMax) {
        let count = min(LimitsBounds.tableMax, max(bucketMax, 1))
        parts = (0..<count).map { _ in Part(countMax: bucketMax / count) }
    }

    /// Buckets that are remembered.
    public var count: Int {
        parts.reduce(0) { sum, part in sum + part.table.withLock { $0.count } }
    }

    /// Buckets that made way for others before they were full again.
    public var lostCount: Int {
        parts.reduce(0) { sum, part in sum + part.table.withLock { $0.lostCount } }
    }

    public func charge(_ charges: [Charge], at now: Int64) -> [Charge.Outcome] {
        guard charges.count > 1 else { return charges.map { take($0, at: now) } }
        var outcomes = charges.map { charge in
            part(of: charge).table.withLock { $0.look(charge, at: now) }
        }
        if !isRefused(charges, outcomes) {
            for index in charges.indices where outcomes[index].isGranted {
                outcomes[index] = take(charges[index], at: now)
            }
            guard isRefused(charges, outcomes) else { return outcomes }
            // Somebody else was faster.
            for index in charges.indices where outcomes[index].isGranted {
                giveBack(charges[index], at: now)
            }
        }
        for index in charges.indices where outcomes[index].isGranted { outcomes[index] = .spared }
        return outcomes
    }

    public func settle(_ settlement: Charge.Settlement, at now: Int64) {
        switch settlement {
        case .giveBack(let charge): giveBack(charge, at: now)
        case .strike(let charge): part(of: charge).table.withLock { $0.strike(charge, at: now) }
        }
    }

    private func take(_ charge: Charge, at now: Int64) -> Charge.Outcome {
        part(of: charge).table.withLock { $0.take(charge, at: now) }
    }

    private func giveBack(_ charge: Charge, at now: Int64) {
        guard charge.manner != .look else { return }
        part(of: charge).table.withLock { $0.giveBack(charge, at: now) }
    }

    private func isRefused(_ charges: [Charge], _ outcomes: [Charge.Outcome]) -> Bool {
        for index in charges.indices where !charges[index].isOnTrial {
            if case .spent = outcomes[index] { return true }
        }
        return false
    }

    private func part(of charge: Charge) -> Part {
        parts[Int(charge.key.high % UInt64(parts.count))]
    }
}

extension Charge.Outcome {
    fileprivate var isGranted: Bool { if case .granted = self { true } else { false } }
}
