import Vocabulary

/// Some of the buckets, by their keys, and in the order in which they were last asked.
///
/// Flat arrays, since a million small objects would cost more than what they count. When there is no
/// room for another, the one that was asked longest ago makes way: it is nearly always full again, and
/// then nothing is lost.
struct BucketTable {
    private struct Entry {
        var key = KeyedHash.Digest(high: 0, low: 0)
        var bucket = Bucket()
        var terms = Bucket.Terms(count: 1, milliseconds: 1)
        /// Until when its client is refused, whatever its tokens say.
        var shutOutUntil = Int64.min
        /// Its neighbours in the order of asking, and the next of the same hash.
        var newer: Int32 = -1
        var older: Int32 = -1
        var next: Int32 = -1
    }

    private let countMax: Int
    private var entries: [Entry] = []
    /// The first entry of each hash.
    private var firsts = [Int32](repeating: -1, count: 64)
    private var newest: Int32 = -1
    private var oldest: Int32 = -1
    /// Buckets that had to make way before they were full again.
    private(set) var lostCount = 0

    init(countMax: Int) { self.countMax = max(countMax, 1) }

    var count: Int { entries.count }

    // MARK: Asking

    /// What would come of a charge; nothing is taken.
    mutating func look(_ charge: Charge, at now: Int64) -> Charge.Outcome {
        guard let index = find(charge, at: now) else {
            return .granted(remaining: charge.terms.burst)
        }
        if entries[index].shutOutUntil > now {
            return .spent(retryAfterSeconds: Self.seconds(entries[index].shutOutUntil - now))
        }
        let tokens = entries[index].bucket.tokens(charge.terms, at: now)
        if tokens > 0 { return .granted(remaining: tokens) }
        let isShutOutElsewhere = charge.manner == .look && charge.shutOutSeconds > 0
        // Whom strikes shut out has served the time, however empty the bucket still is.
        if isShutOutElsewhere { return .granted(remaining: 0) }
        return spent(index, charge, at: now)
    }

    /// Takes what a charge asks for, if it is to be had.
    mutating func take(_ charge: Charge, at now: Int64) -> Charge.Outcome {
        guard charge.manner != .look else { return look(charge, at: now) }
        let index = find(charge, at: now) ?? insert(charge, at: now)
        if entries[index].shutOutUntil > now {
            return .spent(retryAfterSeconds: Self.seconds(entries[index].shutOutUntil - now))
        }
        guard entries[index].bucket.take(charge.terms, at: now) else {
            return spent(index, charge, at: now)
        }
        return .granted(remaining: entries[index].bucket.tokens(charge.terms, at: now))
    }

    /// Puts a token back; a bucket that is full, or was forgotten, is full already.
    mutating func giveBack(_ charge: Charge, at now: Int64) {
        guard let index = find(charge, at: now), entries[index].bucket.fullAt > now else { return }
        entries[index].bucket.giveBack(charge.terms)
    }

    /// The client was blocked: one of its chances is gone, and with the last of them it is shut out.
    mutating func strike(_ charge: Charge, at now: Int64) {
        let index = find(charge, at: now) ?? insert(charge, at: now)
        _ = entries[index].bucket.take(charge.terms, at: now)
        if entries[index].bucket.tokens(charge.terms, at: now) == 0 {
            shutOut(index, charge, at: now)
        }
    }

    private mutating func spent(
        _ index: Int,
        _ charge: Charge,
        at now: Int64
    ) -> Charge.Outcome {
        shutOut(index, charge, at: now)
        let wait = max(
            entries[index].bucket.wait(charge.terms, at: now),
            entries[index].shutOutUntil > now ? entries[index].shutOutUntil - now : 0
        )
        return .spent(retryAfterSeconds: Self.seconds(wait))
    }

    private mutating func shutOut(_ index: Int, _ charge: Charge, at now: Int64) {
        guard charge.shutOutSeconds > 0 else { return }
        entries[index].shutOutUntil = now + Int64(charge.shutOutSeconds) * 1_000_000_000
    }

    private static func seconds(_ nanoseconds: Int64) -> Int {
        Int(max((nanoseconds + 999_999_999) / 1_000_000_000, 1))
    }

    // MARK: Keeping

    /// Where the bucket of a charge is, asked last from now on; under other terms it keeps its share.
    private mutating func find(_ charge: Charge, at now: Int64) -> Int? {
        let key = charge.bucketKey
        var index = firsts[slot(key)]
        while index >= 0 {
            let entry = entries[Int(index)]
            if entry.key == key {
                if entry.terms != charge.terms {
                    entries[Int(index)].bucket = entry.bucket.rescaled(
                        from: entry.terms,
                        to: charge.terms,
                        at: now
                    )
                    entries[Int(index)].terms = charge.terms
                }
                touch(index)
                return Int(index)
            }
            index = entry.next
        }
        return nil
    }

    private mutating func insert(_ charge: Charge, at now: Int64) -> Int {
        var fresh = Entry()
        fresh.key = charge.bucketKey
        fresh.terms = charge.terms
        let index: Int32
        if entries.count < countMax {
            if entries.count == firsts.count { spread() }
            index = Int32(entries.count)
            entries.append(fresh)
        } else {
            index = oldest
            let leaving = entries[Int(index)]
            if leaving.bucket.fullAt > now || leaving.shutOutUntil > now { lostCount += 1 }
            unlink(index)
            leave(index)
            entries[Int(index)] = fresh
        }
        link(index)
        enter(index)
        return Int(index)
    }

    private func slot(_ key: KeyedHash.Digest) -> Int {
        Int(truncatingIfNeeded: key.low) & (firsts.count &- 1)
    }

    private mutating func enter(_ index: Int32) {
        let slot = slot(entries[Int(index)].key)
        entries[Int(index)].next = firsts[slot]
        firsts[slot] = index
    }

    private mutating func leave(_ index: Int32) {
        let slot = slot(entries[Int(index)].key)
        guard firsts[slot] != index else {
            firsts[slot] = entries[Int(index)].next
            return
        }
        var before = firsts[slot]
        while entries[Int(before)].next != index { before = entries[Int(before)].next }
        entries[Int(before)].next = entries[Int(index)].next
    }

    /// Twice as many hashes, once there are as many buckets.
    private mutating func spread() {
        firsts = [Int32](repeating: -1, count: firsts.count * 2)
        for index in entries.indices { enter(Int32(index)) }
    }

    // MARK: The order of asking

    private mutating func touch(_ index: Int32) {
        guard newest != index else { return }
        unlink(index)
        link(index)
    }

    private mutating func link(_ index: Int32) {
        entries[Int(index)].older = newest
        entries[Int(index)].newer = -1
        if newest >= 0 { entries[Int(newest)].newer = index } else { oldest = index }
        newest = index
    }

    private mutating func unlink(_ index: Int32) {
        let (newer, older) = (entries[Int(index)].newer, entries[Int(index)].older)
        if newer >= 0 { entries[Int(newer)].older = older } else { newest = older }
        if older >= 0 { entries[Int(older)].newer = newer } else { oldest = newer }
    }
}

extension Charge {
    /// What this node counts alone is counted apart.
    fileprivate var bucketKey: KeyedHash.Digest {
        isOnNode ? KeyedHash.Digest(high: ~key.high, low: key.low) : key
    }
}
