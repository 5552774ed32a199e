import Testing

@testable import Transport

struct AlarmTests {
    private let limits = GuardLimits(
        GuardSettings(),
        descriptors: 1024,
        memoryBytes: 1 << 30,
        workers: 1
    )

    /// What is said in each second, by a script of what has been counted until then.
    private func notices(
        _ seconds: Int,
        _ sight: (Int) -> Alarm.Sight
    ) -> [(second: Int, notice: Notice)] {
        var alarm = Alarm()
        var said: [(Int, Notice)] = []
        for second in 0..<seconds {
            let now = Instant(milliseconds: 100_000 + UInt64(second) * 1000)
            for notice in alarm.look(sight(second), limits, at: now) {
                said.append((second, notice))
            }
        }
        return said
    }

    @Test func `a quiet gateway says nothing`() {
        #expect(notices(200) { _ in Alarm.Sight() }.isEmpty)
    }

    @Test func `shedding is said when it begins, and when it has been over for a while`() {
        let said = notices(60) { second in
            var sight = Alarm.Sight()
            sight.shed = min(second, 20) * 10
            sight.pressure.inFlight = 91
            return sight
        }
        var pressure = Pressure()
        pressure.inFlight = 91
        #expect(said.map(\.notice) == [.sheddingBegan(pressure), .sheddingEnded(shed: 200)])
        #expect(said.map(\.second) == [1, 30])
    }

    @Test func `shedding that flickers is said once a minute at the most`() {
        // Ten seconds of it, fifteen of calm, and so on.
        var shed = 0
        let said = notices(600) { second in
            if second % 25 < 10 { shed += 1 }
            var sight = Alarm.Sight()
            sight.shed = shed
            return sight
        }
        for (one, next) in zip(said, said.dropFirst()) where one.notice == next.notice {
            #expect(next.second - one.second >= 60)
        }
        #expect(said.count <= 20 && said.count > 8)
    }

    @Test func `a full house, a lack of descriptors and of memory are said once a minute`() {
        let said = notices(130) { second in
            var sight = Alarm.Sight()
            (sight.full, sight.pauses) = (second, second)
            sight.memoryBytes = 2 << 30
            sight.pressure.memory = 200
            return sight
        }
        let full = said.filter { $0.notice == .connectionsAreFull(limit: limits.connections) }
        let short = said.filter { $0.notice == .descriptorsAreShort(limit: 1024) }
        let memory = Notice.memoryIsShort(usedBytes: 2 << 30, limitBytes: limits.memoryBytes)
        #expect(full.map(\.second) == [1, 61, 121])
        #expect(short.map(\.second) == [1, 61, 121])
        #expect(said.filter { $0.notice == memory }.map(\.second) == [0, 60, 120])
    }

    @Test func `a notice is one line that an operator understands`() {
        var pressure = Pressure()
        pressure.delay = 80
        let said = Notice.sheddingBegan(pressure).description
        #expect(said.contains("refusing requests") && said.contains("delay 80 %"))
        #expect(!said.contains("\n"))
    }
}
