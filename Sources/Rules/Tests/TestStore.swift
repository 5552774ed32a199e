import Vocabulary

/// Where the buckets of a test are: in memory, and as far away as the test says.
///
/// What one stage asks is granted whole or not at all, as the real stores do it.
struct TestStore {
    private struct Entry {
        var bucket = Bucket()
        /// Nanoseconds until which nobody is let in.
        var shutUntil = Int64.min
    }

    var isDown = false
    private var shared: [KeyedHash.Digest: Entry] = [:]
    private var onNode: [KeyedHash.Digest: Entry] = [:]

    /// What comes of each of `charges`, in their order; times are nanoseconds.
    mutating func ask(_ charges: [Charge], at now: Int64) -> [Charge.Outcome] {
        if isDown, charges.contains(where: { !$0.isOnNode }) {
            return charges.map { _ in .unavailable }
        }
        let waits = charges.map { wait($0, at: now) }
        if waits.contains(where: { $0 > 0 }) {
            return zip(charges, waits).map { charge, wait in
                guard wait > 0 else { return .spared }
                return .spent(retryAfterSeconds: Int((wait - 1) / 1_000_000_000) + 1)
            }
        }
        return charges.map { charge in
            if charge.manner != .look {
                change(charge) { _ = $0.bucket.take(charge.terms, at: now) }
            }
            return .granted(remaining: entry(charge).bucket.tokens(charge.terms, at: now))
        }
    }

    /// What becomes of a charge once the request has its answer.
    mutating func settle(_ settlement: Charge.Settlement, at now: Int64) {
        switch settlement {
        case .giveBack(let charge):
            guard charge.isOnNode || !isDown else { return }
            change(charge) { $0.bucket.giveBack(charge.terms) }
        case .strike(let charge):
            guard charge.isOnNode || !isDown else { return }
            change(charge) { entry in
                _ = entry.bucket.take(charge.terms, at: now)
                if charge.shutOutSeconds > 0, entry.bucket.tokens(charge.terms, at: now) == 0 {
                    entry.shutUntil = now.later(bySeconds: charge.shutOutSeconds)
                }
            }
        }
    }

    /// Nanoseconds until a charge could be granted; whoever is shut out waits until that is over.
    private mutating func wait(_ charge: Charge, at now: Int64) -> Int64 {
        let entry = entry(charge)
        // Whom strikes shut out has served the time, however empty the bucket still is.
        let isServed = charge.manner == .look && charge.shutOutSeconds > 0
        let wait = isServed ? 0 : entry.bucket.wait(charge.terms, at: now)
        if wait > 0, charge.manner != .look, charge.shutOutSeconds > 0, entry.shutUntil <= now {
            change(charge) { $0.shutUntil = now.later(bySeconds: charge.shutOutSeconds) }
        }
        let shut = self.entry(charge).shutUntil
        guard shut > now else { return wait }
        return max(wait, shut.subtractingReportingOverflow(now).overflow ? .max : shut - now)
    }

    private func entry(_ charge: Charge) -> Entry {
        (charge.isOnNode ? onNode[charge.key] : shared[charge.key]) ?? Entry()
    }

    private mutating func change(_ charge: Charge, _ body: (inout Entry) -> Void) {
        if charge.isOnNode {
            body(&onNode[charge.key, default: Entry()])
        } else {
            body(&shared[charge.key, default: Entry()])
        }
    }
}

extension Int64 {
    /// A moment so much later, in nanoseconds; the last there is where that is further than can be counted.
    fileprivate func later(bySeconds seconds: Int) -> Int64 {
        let (span, isTooLong) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (moment, isTooLate) = addingReportingOverflow(span)
        return isTooLong || isTooLate ? .max : moment
    }
}
