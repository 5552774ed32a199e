import Testing

@testable import Transport

struct GuardLimitsTests {
    private func limits(
        descriptors: Int = 20_000,
        memoryBytes: Int = 16 << 30,
        workers: Int = 2,
        _ change: (inout GuardSettings) -> Void = { _ in }
    ) -> GuardLimits {
        var settings = GuardSettings()
        change(&settings)
        return GuardLimits(
            settings,
            descriptors: descriptors,
            memoryBytes: memoryBytes,
            workers: workers
        )
    }

    @Test func `every connection can have one to the upstream, and something is kept back`() {
        let limits = limits()
        #expect(limits.connections * 2 <= 20_000 - 300 && limits.connections > 9_500)
        #expect(limits.connections <= limits.connectionsPossible(workers: 2))
    }

    @Test func `few descriptors are shared out too`() {
        #expect(limits(descriptors: 1024).connections == 384)
        #expect(limits(descriptors: 40, workers: 1).connections == 15)
        #expect(limits(descriptors: 1).connections == 1)
    }

    @Test func `one address has a quarter, within bounds`() {
        #expect(limits().connectionsPerAddress == 1024)
        #expect(limits { $0.connections = 1000 }.connectionsPerAddress == 250)
        #expect(limits { $0.connections = 100 }.connectionsPerAddress == 64)
    }

    @Test func `as many requests are under way as half of the connections, or of the memory, bear`()
    {
        #expect(limits { $0.connections = 1000 }.inFlight == 500)
        let little = limits(memoryBytes: 48 << 20) { $0.connections = 1000 }
        #expect(little.inFlight == 102)
        #expect(limits(memoryBytes: 1) { $0.connections = 1 }.inFlight == 1)
    }

    @Test func `a fifth of the memory is left to the kernel`() {
        #expect(limits(memoryBytes: 1000).memoryBytes == 800)
    }

    @Test func `what was said is taken as it was said`() {
        let said = limits {
            $0.connections = 7
            $0.connectionsPerAddress = 8
            $0.inFlight = 9
            $0.memoryBytes = 10
        }
        #expect(said.connections == 7 && said.connectionsPerAddress == 8)
        #expect(said.inFlight == 9 && said.memoryBytes == 10)
    }
}
