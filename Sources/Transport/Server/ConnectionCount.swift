import Synchronization

/// How many clients' connections are open, over all workers.
public final class ConnectionCount: Sendable {
    private let count = Atomic<Int>(0)

    public init() {}

    public var value: Int { count.load(ordering: .relaxed) }

    public func add(_ change: Int) { count.wrappingAdd(change, ordering: .relaxed) }
}
