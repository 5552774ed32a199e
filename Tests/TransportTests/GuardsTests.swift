import Testing
import Vocabulary

@testable import Transport

struct GuardsTests {
    private func guards(
        _ change: (inout GuardSettings) -> Void = { _ in },
        notice: @escaping @Sendable (Notice) -> Void = { _ in }
    ) -> Guards {
        var settings = GuardSettings()
        change(&settings)
        let limits = GuardLimits(settings, descriptors: 1000, memoryBytes: 1 << 40, workers: 1)
        return Guards(settings, limits: limits, notice: notice)
    }

    @Test func `each class is let in up to its share, and health a tenth beyond`() {
        let table: [(RequestClass, Int)] = [
            (.batch, 60), (.write, 75), (.read, 90), (.auth, 95), (.health, 110),
        ]
        for (rank, count) in table {
            let guards = guards { $0.inFlight = 100 }
            var admitted = 0
            while guards.admit(rank, delay: 0) { admitted += 1 }
            #expect(admitted == count)
            #expect(guards.counts.shed(rank) == 1 && guards.counts.shed == 1)
            #expect(guards.requestCount == count)
        }
    }

    @Test func `what is over makes room for another`() {
        let guards = guards { $0.inFlight = 1 }
        #expect(guards.admit(.batch, delay: 0))
        #expect(!guards.admit(.read, delay: 0))
        guards.leave()
        #expect(guards.admit(.read, delay: 0))
        guards.leave()
        #expect(guards.requestCount == 0)
    }

    @Test func `whom the worker has no time for is refused, and counted`() {
        let guards = guards()
        #expect(!guards.admit(.read, delay: 95, isInTime: false))
        #expect(guards.admit(.read, delay: 95, isInTime: true))
        #expect(guards.counts.shed(.read) == 1 && guards.requestCount == 1)
    }

    @Test func `too much memory refuses all but health, as soon as it was looked at`() {
        let guards = guards { $0.memoryBytes = 1 }
        #expect(guards.admit(.batch, delay: 0))
        guards.keepHouse(descriptorChange: 0, delay: 0, at: Instant(milliseconds: 5000))
        #expect(guards.isShortOfMemory)
        #expect(RequestClass.allCases.filter { guards.admit($0, delay: 0) } == [.health])
        #expect(guards.patience(.seconds(60)) == .seconds(1))
    }

    @Test func `descriptors are summed over the workers`() {
        let guards = guards()
        guards.keepHouse(descriptorChange: 500, delay: 0, at: Instant(milliseconds: 1000))
        guards.keepHouse(descriptorChange: 300, delay: 0, at: Instant(milliseconds: 2000))
        #expect(guards.pressure().descriptors == 80)
        #expect(!guards.admit(.write, delay: 0) && guards.admit(.read, delay: 0))
        guards.keepHouse(descriptorChange: -700, delay: 0, at: Instant(milliseconds: 3000))
        #expect(guards.pressure().descriptors == 10)
        #expect(guards.admit(.write, delay: 0))
    }

    @Test func `a second is looked at once, whoever comes first`() {
        let guards = guards()
        guards.keepHouse(descriptorChange: 950, delay: 0, at: Instant(milliseconds: 1000))
        guards.keepHouse(descriptorChange: -950, delay: 0, at: Instant(milliseconds: 1100))
        #expect(!guards.admit(.read, delay: 0))
        guards.keepHouse(descriptorChange: 0, delay: 0, at: Instant(milliseconds: 2000))
        #expect(guards.admit(.read, delay: 0))
    }

    @Test func `what it was that ran short is said, also when it is over`() {
        let heard = Heard()
        let guards = guards({ $0.inFlight = 10 }) { heard.take($0) }
        while guards.admit(.read, delay: 3) {}
        for _ in 0..<9 { guards.leave() }
        guards.keepHouse(descriptorChange: 0, delay: 0, at: Instant(milliseconds: 5000))
        var pressure = Pressure()
        (pressure.inFlight, pressure.delay) = (90, 3)
        #expect(heard.all == [.sheddingBegan(pressure)])
    }

    @Test func `addresses of networks that stand for many are not counted`() throws {
        let network = try #require("10.0.0.0/8".block)
        let guards = guards {
            $0.connectionsPerAddress = 1
            $0.uncounted = [network]
        }
        let (proxy, client) = (IPAddress(v4: 0x0a00_0001), IPAddress(v4: 0x0b00_0001))
        #expect(!guards.isCounted(proxy) && guards.isCounted(client))
        #expect(guards.enter(client) && !guards.enter(client))
        #expect(guards.counts.refusedPerAddress == 1 && guards.addressCount == 1)
    }
}

/// Hears from any thread.
private final class Heard: Sendable {
    private let notices = Lock<[Notice]>([])
    var all: [Notice] { notices.withLock { $0 } }
    func take(_ notice: Notice) { notices.withLock { $0.append(notice) } }
}

extension String {
    /// The network this text names.
    fileprivate var block: AddressBlock? {
        let bytes = Array(utf8)
        return unsafe AddressBlock(bytes.span.bytes)
    }
}
