/// Which bytes made values that no pattern of a plan had to be asked about.
///
/// Whether a pattern is asked depends on nothing but the bytes that occur, as long as no step has to be done to know
/// them. So what was found out for one value holds for every other of the same bytes, which keys, numbers and plain
/// words mostly are. The whole set is compared, so nothing is taken for plain that only resembles it.
struct Plainness: ~Copyable, Sendable {
    private struct Entry: BitwiseCopyable {
        var present = ByteSet()
        /// No plan has this number.
        var plan: UInt64 = 0
    }

    private static let entryCount = 256
    private var entries: [Entry] = Array(repeating: Entry(), count: entryCount)

    func knows(_ present: ByteSet, for plan: UInt64) -> Bool {
        let entry = entries[Self.slot(present, plan)]
        return entry.plan == plan && entry.present == present
    }

    mutating func note(_ present: ByteSet, for plan: UInt64) {
        entries[Self.slot(present, plan)] = Entry(present: present, plan: plan)
    }

    private static func slot(_ present: ByteSet, _ plan: UInt64) -> Int {
        Int(truncatingIfNeeded: present.mixed(with: plan) >> 48) & (entryCount &- 1)
    }
}
