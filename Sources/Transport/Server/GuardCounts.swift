import Synchronization
public import Vocabulary

/// What the guards have done since the start.
public final class GuardCounts: Sendable {
    private let batch = Atomic<Int>(0)
    private let write = Atomic<Int>(0)
    private let read = Atomic<Int>(0)
    private let auth = Atomic<Int>(0)
    private let health = Atomic<Int>(0)
    private let perAddress = Atomic<Int>(0)
    private let overall = Atomic<Int>(0)
    private let evicted = Atomic<Int>(0)
    private let pauses = Atomic<Int>(0)

    init() {}

    /// Requests of a class that were refused.
    public func shed(_ rank: RequestClass) -> Int {
        switch rank {
        case .batch: batch.load(ordering: .relaxed)
        case .write: write.load(ordering: .relaxed)
        case .read: read.load(ordering: .relaxed)
        case .auth: auth.load(ordering: .relaxed)
        case .health: health.load(ordering: .relaxed)
        }
    }

    public var shed: Int { RequestClass.allCases.reduce(0) { $0 + shed($1) } }
    /// Connections that were closed at once, because their address had too many.
    public var refusedPerAddress: Int { perAddress.load(ordering: .relaxed) }
    /// The same, because there were too many in all and none could give way.
    public var refusedOverall: Int { overall.load(ordering: .relaxed) }
    /// Silent connections that were closed before their time.
    public var evictedIdle: Int { evicted.load(ordering: .relaxed) }
    /// How often a connection that came met no descriptor.
    public var acceptPauses: Int { pauses.load(ordering: .relaxed) }

    func noteShed(_ rank: RequestClass) {
        switch rank {
        case .batch: batch.wrappingAdd(1, ordering: .relaxed)
        case .write: write.wrappingAdd(1, ordering: .relaxed)
        case .read: read.wrappingAdd(1, ordering: .relaxed)
        case .auth: auth.wrappingAdd(1, ordering: .relaxed)
        case .health: health.wrappingAdd(1, ordering: .relaxed)
        }
    }

    func noteRefusedPerAddress() { perAddress.wrappingAdd(1, ordering: .relaxed) }
    func noteRefusedOverall() { overall.wrappingAdd(1, ordering: .relaxed) }
    func noteEvicted() { evicted.wrappingAdd(1, ordering: .relaxed) }
    func notePause() { pauses.wrappingAdd(1, ordering: .relaxed) }
}
