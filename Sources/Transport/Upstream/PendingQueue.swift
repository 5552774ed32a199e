import Synchronization
import Vocabulary

/// Where requests wait, first come first served, while every server has all the connections it may.
///
/// A connection may become free on any worker and whoever waits may be another's, so places are
/// handed over under the lock, and the loop of the one who got it is rung. Whoever enters asks again
/// for what became free meanwhile, and whoever gives something back looks whether somebody entered:
/// one of the two sees the other.
final class PendingQueue: Sendable {
    /// One request that waits.
    // SAFETY: `granted` is touched under the queue's lock, `sleeper` on the loop's thread alone.
    final class Place: @unchecked Sendable {
        fileprivate var granted: Server?
        private var sleeper: Waiter?
        private let loop: EventLoop

        init(_ waiter: Waiter) {
            sleeper = waiter
            loop = waiter.loop
        }

        /// Nobody waits here any more; a ring that is still under way finds that out.
        func rise() { sleeper = nil }

        /// Wakes whoever waits, from any thread.
        fileprivate func ring() {
            Task(executorPreference: loop) { self.wake() }
        }

        private func wake() { sleeper?.wake(.ready) }
    }

    private let countMax: Int
    private let places = Lock<[Place]>([])
    private let waiting = Atomic<Int>(0)

    init(countMax: Int) { self.countMax = countMax }

    /// Whether anybody waits; whoever comes now waits behind them.
    var isBusy: Bool { waiting.load(ordering: .sequentiallyConsistent) > 0 }
    var count: Int { waiting.load(ordering: .relaxed) }

    /// False when the queue is full.
    func enter(_ place: Place) -> Bool {
        places.withLock { places in
            guard places.count < countMax else { return false }
            places.append(place)
            waiting.store(places.count, ordering: .sequentiallyConsistent)
            return true
        }
    }

    /// Whether something was handed to the one who waits here.
    func hasGranted(_ place: Place) -> Bool {
        places.withLock { _ in place.granted != nil }
    }

    /// Ends the wait; what was handed over meanwhile is the caller's.
    func leave(_ place: Place) -> Server? {
        places.withLock { places in
            if let granted = place.granted {
                place.granted = nil
                return granted
            }
            places.removeAll { $0 === place }
            waiting.store(places.count, ordering: .sequentiallyConsistent)
            return nil
        }
    }

    /// Hands what is free of a server to those who wait longest.
    func serve(_ server: Server) {
        let served = places.withLock { places in
            var served: [Place] = []
            while let first = places.first, server.isFit, server.take() {
                first.granted = server
                served.append(first)
                places.removeFirst()
            }
            waiting.store(places.count, ordering: .sequentiallyConsistent)
            return served
        }
        for place in served { place.ring() }
    }
}
