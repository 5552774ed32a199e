import Testing

@testable import Transport

struct ArrivalAlarmTests {
    @Test
    func `the first that is turned away is told at once, the rest once in a while and by kind`() {
        var alarm = ArrivalAlarm()
        var tally = ArrivalAlarm.Tally()
        let at = { (seconds: Int) in Instant(milliseconds: UInt64(seconds) * 1000) }
        #expect(alarm.look(tally, at: at(1)) == nil)

        tally.handshakes = 1
        var told = ArrivalAlarm.Tally()
        told.handshakes = 1
        #expect(alarm.look(tally, at: at(2)) == .turnedAway(told))
        #expect(alarm.look(tally, at: at(700)) == nil)

        (tally.handshakes, tally.overAddress) = (4, 2)
        (told.handshakes, told.overAddress) = (3, 2)
        #expect(alarm.look(tally, at: at(701)) == .turnedAway(told))
        tally.strangers = 1
        #expect(alarm.look(tally, at: at(1300)) == nil)
        #expect(alarm.look(tally, at: at(1301)) != nil)
    }

    @Test
    func `it says how many of each kind there were, and nothing of the kinds that there were not`()
    {
        var tally = ArrivalAlarm.Tally()
        (tally.proxyHeaders, tally.overAddress) = (2, 14)
        #expect(
            Notice.turnedAway(tally).description
                == "connections were closed before a request: 2 without a right PROXY header, "
                + "14 from addresses that had too many"
        )
    }
}
