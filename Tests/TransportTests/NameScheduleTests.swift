import TestSupport
import Testing
import Vocabulary

@testable import Transport

struct NameScheduleTests {
    private var random = SeededRandom(3)
    private var schedule = NameSchedule("app")
    private static let one = [IPAddress(v4: 1)]
    private static let two = [IPAddress(v4: 1), IPAddress(v4: 2)]

    private mutating func answer(
        _ addresses: [IPAddress],
        seconds: Int,
        at now: Int
    ) -> [Resolver.News] {
        schedule.noteAsked()
        return schedule.noteAnswer(
            addresses,
            holdsSeconds: seconds,
            at: .at(now),
            using: &random
        )
    }

    private mutating func fail(at now: Int) -> [Resolver.News] {
        schedule.noteAsked()
        return schedule.noteFailure(at: .at(now), using: &random)
    }

    @Test mutating func `an answer holds as long as it says, within bounds and less a little`() {
        for (said, held) in [(0, 1), (1, 1), (60, 60), (86_400, 300), (-5, 1), (.max, 300)] {
            for _ in 0..<50 {
                _ = answer(Self.one, seconds: said, at: 1_000)
                let least = max(held * 900, 1_000)
                let due = Int(schedule.due.milliseconds) - 1_000
                #expect((least...held * 1_000).contains(due), "\(said) s")
            }
        }
    }

    @Test mutating func `only what is new is told`() {
        #expect(answer(Self.one, seconds: 5, at: 0) == [.addresses(Self.one)])
        #expect(answer(Self.one, seconds: 5, at: 5_000) == [])
        #expect(
            answer(Self.two, seconds: 5, at: 10_000)
                == [.notice(.nameChanged("app", addressCount: 2)), .addresses(Self.two)]
        )
    }

    @Test mutating func `a failure is noticed once, and the end of it once`() {
        #expect(answer(Self.one, seconds: 5, at: 0) == [.addresses(Self.one)])
        #expect(fail(at: 0) == [.failure, .notice(.nameGone("app"))])
        #expect(fail(at: 0) == [.failure])
        #expect(answer(Self.one, seconds: 5, at: 0) == [.notice(.nameBack("app"))])
        #expect(fail(at: 0) == [.failure, .notice(.nameGone("app"))])
    }

    @Test mutating func `a name that was never known is said to be unknown`() {
        #expect(fail(at: 0) == [.failure, .notice(.nameUnknown("app"))])
        #expect(
            answer(Self.one, seconds: 5, at: 0) == [
                .notice(.nameBack("app")), .addresses(Self.one),
            ]
        )
    }

    @Test mutating func `failures are followed by pauses that grow to half a minute`() {
        for seconds in [1, 2, 4, 8, 16, 30, 30, 30] {
            _ = fail(at: 0)
            let least = max(seconds * 900, 1_000)
            #expect((least...seconds * 1_000).contains(Int(schedule.due.milliseconds)))
        }
        _ = answer(Self.one, seconds: 300, at: 0)
        _ = fail(at: 0)
        #expect(schedule.due <= .at(1_000))
    }

    @Test mutating func `a name that is being asked for is not asked for again`() {
        schedule.noteAsked()
        #expect(schedule.due == .never)
    }
}
