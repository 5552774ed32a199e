import Testing

@testable import Telemetry

struct DoorbellTests {
    @Test func `nobody is rung for who does not listen`() throws {
        let doorbell = try Doorbell()

        doorbell.ringIfListening()

        #expect(!doorbell.wait(milliseconds: 0))
    }

    @Test func `a ring between looking and sleeping is heard`() throws {
        let doorbell = try Doorbell()

        doorbell.sleep {
            doorbell.ringIfListening()
            return false
        }

        #expect(!doorbell.wait(milliseconds: 0))
    }

    @Test func `work found before sleeping needs no ring`() throws {
        let doorbell = try Doorbell()

        doorbell.sleep { true }

        #expect(!doorbell.wait(milliseconds: 0))
    }
}
