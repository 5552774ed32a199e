import Testing
import Vocabulary

@testable import Transport

struct DelayGateTests {
    /// How many of a thousand requests of a class are taken.
    private func taken(_ rank: RequestClass, delay: Int) -> Int {
        var gate = DelayGate()
        let share = ClassShares()[rank]
        return (0..<1000).count { _ in gate.isOpen(to: rank, share: share, delay: delay) }
    }

    @Test func `a worker that is not behind takes all`() {
        for rank in RequestClass.allCases { #expect(taken(rank, delay: 59) == 1000) }
        #expect(taken(.read, delay: 89) == 1000 && taken(.health, delay: 100) == 1000)
    }

    @Test func `one that is behind takes fewer, of the lowest classes the fewest, and never none`()
    {
        #expect(taken(.batch, delay: 60) == 500)
        let classes: [RequestClass] = [.batch, .write, .read, .auth]
        #expect(classes.map { taken($0, delay: 100) } == [100, 142, 250, 333])
    }

    @Test func `classes take turns of their own`() {
        var gate = DelayGate()
        var reads = 0
        for _ in 0..<100 {
            _ = gate.isOpen(to: .batch, share: 60, delay: 90)
            if gate.isOpen(to: .read, share: 90, delay: 90) { reads += 1 }
        }
        #expect(reads == 50)
    }
}
