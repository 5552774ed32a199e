import Synchronization

/// How many records were lost, by any worker or by the thread that writes.
final class DropCount: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add(_ records: Int) {
        if records > 0 { count.wrappingAdd(records, ordering: .relaxed) }
    }
}
