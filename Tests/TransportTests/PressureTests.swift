import Testing

@testable import Transport

struct PressureTests {
    private func pressure(_ change: (inout Pressure) -> Void) -> Pressure {
        var pressure = Pressure()
        change(&pressure)
        return pressure
    }

    @Test func `a percentage is of what may be used, and no limit is no room`() {
        #expect(Pressure.percent(0, of: 10) == 0)
        #expect(Pressure.percent(5, of: 10) == 50)
        #expect(Pressure.percent(25, of: 10) == 250)
        #expect(Pressure.percent(-1, of: 10) == 0)
        #expect(Pressure.percent(1, of: 0) == 100)
        #expect(Pressure.percent(.max, of: .max) == 100)
    }

    @Test func `the greatest of them is what counts`() {
        #expect(pressure { $0.inFlight = 70 }.onRequests == 70)
        #expect(pressure { ($0.inFlight, $0.delay) = (70, 80) }.onRequests == 80)
        #expect(pressure { ($0.memory, $0.descriptors) = (91, 90) }.onRequests == 91)
    }

    @Test func `a crowd of silent connections presses on silence alone`() {
        let crowd = pressure { $0.connections = 99 }
        #expect(crowd.onRequests == 0 && crowd.onSilence == 99)
    }

    @Test
    func `requests under way, and a loop that is behind, are no reason to send the silent home`() {
        let busy = pressure { ($0.inFlight, $0.delay) = (99, 100) }
        #expect(busy.onRequests == 100 && busy.onSilence == 0)
    }

    @Test func `patience is whole up to half, and falls in a line to a second at nine tenths`() {
        let table = [
            (0, 60_000), (50, 60_000), (51, 58_525), (70, 30_500), (89, 2475), (90, 1000),
            (100, 1000), (300, 1000),
        ]
        for (percent, milliseconds) in table {
            let left = pressure { $0.connections = percent }.patience(.seconds(60))
            #expect(left == .milliseconds(milliseconds), "\(percent)")
        }
    }

    @Test func `a patience of less than a second, or of ages, stays in its bounds`() {
        let pressed = pressure { $0.memory = 100 }
        #expect(pressed.patience(.milliseconds(80)) == .milliseconds(80))
        #expect(pressed.patience(Patience(.seconds(Int64.max))) == .seconds(1))
        let half = pressure { $0.memory = 70 }.patience(Patience(.seconds(Int64.max)))
        #expect(half.wholeMilliseconds > 1 << 60)
    }
}
