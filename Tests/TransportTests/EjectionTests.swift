import Testing

@testable import Transport

struct EjectionTests {
    @Test func `five failures in a row are one too many, and a success begins anew`() {
        var ejection = Ejection(EjectionSettings())
        for _ in 0..<4 { #expect(ejection.noteFailure() == false) }
        ejection.noteSuccess()
        for _ in 0..<4 { #expect(ejection.noteFailure() == false) }
        #expect(ejection.noteFailure() == true)
    }

    @Test func `each time it is left alone for longer, up to the longest`() {
        var ejection = Ejection(EjectionSettings())
        var now = 0
        for seconds in [30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300] {
            #expect(ejection.eject(at: .at(now)) == .seconds(seconds))
            #expect(ejection.comesBack(at: .at(now + seconds * 1000 - 1)) == false)
            now += seconds * 1000
            #expect(ejection.comesBack(at: .at(now)) == true)
            #expect(ejection.comesBack(at: .at(now)) == false)
        }
    }

    @Test func `who comes back is one failure away from the next time, and one success clears it`()
    {
        var ejection = Ejection(EjectionSettings())
        _ = ejection.eject(at: .at(0))
        #expect(ejection.comesBack(at: .at(30_000)) == true)
        #expect(ejection.noteFailure() == true)
        ejection.noteSuccess()
        for _ in 0..<4 { #expect(ejection.noteFailure() == false) }
        #expect(ejection.noteFailure() == true)
    }

    @Test func `how often it was ejected is forgiven after the longest ejection's time`() {
        var ejection = Ejection(EjectionSettings())
        _ = ejection.eject(at: .at(0))
        _ = ejection.comesBack(at: .at(30_000))
        #expect(ejection.eject(at: .at(329_999)) == .seconds(60))
        _ = ejection.comesBack(at: .at(400_000))
        #expect(ejection.eject(at: .at(700_000)) == .seconds(30))
    }

    @Test func `what was asked before it was ejected counts neither way`() {
        var ejection = Ejection(EjectionSettings())
        _ = ejection.eject(at: .at(0))
        for _ in 0..<20 { #expect(ejection.noteFailure() == false) }
        ejection.noteSuccess()
        #expect(ejection.isEjected)
    }

    @Test func `nobody is ejected where that is off`() {
        var settings = EjectionSettings()
        settings.failuresMin = 0
        var ejection = Ejection(settings)
        for _ in 0..<100 { #expect(ejection.noteFailure() == false) }
    }
}

struct WellnessTests {
    @Test func `three bad checks make unwell, and two good ones well again`() {
        var wellness = Wellness(HealthSettings(path: "/"))
        #expect(wellness.isWell)
        #expect(wellness.note(isGood: false) == false)
        #expect(wellness.note(isGood: false) == false)
        #expect(wellness.note(isGood: false) == true)
        #expect(!wellness.isWell)
        #expect(wellness.note(isGood: true) == false)
        #expect(wellness.note(isGood: true) == true)
        #expect(wellness.isWell)
    }

    @Test func `checks that disagree change nothing`() {
        var wellness = Wellness(HealthSettings(path: "/"))
        for _ in 0..<50 {
            #expect(wellness.note(isGood: false) == false)
            #expect(wellness.note(isGood: false) == false)
            #expect(wellness.note(isGood: true) == false)
        }
        #expect(wellness.isWell)
    }
}
