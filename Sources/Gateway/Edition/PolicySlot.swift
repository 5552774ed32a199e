import Synchronization
import Vocabulary

/// The edition that requests begin with from now on.
///
/// Workers look at a number before each request, and take the lock only when it has changed.
final class PolicySlot: Sendable {
    private let number: Atomic<Int>
    private let current: Lock<Edition>

    init(_ edition: Edition) {
        number = Atomic(edition.number)
        current = Lock(edition)
    }

    var edition: Edition { current.withLock { $0 } }

    /// The edition of now, if it is another than the one of this number.
    func edition(after known: Int) -> Edition? {
        guard number.load(ordering: .relaxed) != known else { return nil }
        return edition
    }

    func install(_ edition: Edition) {
        current.withLock { $0 = edition }
        number.store(edition.number, ordering: .relaxed)
    }
}
