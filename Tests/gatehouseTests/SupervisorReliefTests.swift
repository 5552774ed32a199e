import Glibc
import Testing
import Transport

@testable import gatehouse

/// Another crew on other rules, because the one that serves cannot go on with them.
struct SupervisorReliefTests {
    private let relief = Order.drain(leavingQueues: false, within: .seconds(3600))

    private func relieving() -> SupervisorStage {
        var stage = SupervisorStage.serving()
        stage.tell(.signal(SIGHUP))
        stage.tell(.reliefWanted)
        return stage
    }

    @Test func `a crew is started beside the one that serves, with the same program`() {
        var stage = SupervisorStage.serving()

        #expect(stage.supervisor.canChange)
        #expect(stage.tell(.reliefWanted) == [.start(.changed)])
        #expect(!stage.supervisor.canChange)
    }

    @Test func `when it is ready the other empties its queues and drains, and the program stays`() {
        var stage = relieving()

        let done = stage.tell(.ready(101))

        #expect(done.contains(.tell(100, relief)))
        #expect(!done.contains(.replaceSelf))
        #expect(stage.says("with the new rules serves"))
        #expect(stage.supervisor.canChange)
    }

    @Test func `one that dies before it is ready has changed nothing`() {
        var stage = relieving()

        #expect(stage.tell(.ended(101, .code(2))) == [])
        #expect(stage.says("no reload: process 101"))
        #expect(stage.stage(of: 100).map { if case .serving = $0 { true } else { false } } == true)
        #expect(stage.supervisor.canChange)
    }

    @Test func `one that takes too long is killed`() {
        var stage = relieving()

        #expect(stage.wait(.seconds(11)) == [.kill(101)])
        #expect(stage.says("not ready in time"))
        #expect(stage.tell(.ended(101, .signal(SIGKILL))) == [])
    }

    @Test func `SIGTERM kills it and drains the one that serves`() {
        var stage = relieving()

        let done = stage.tell(.signal(SIGTERM)).deeds

        let order = Order.drain(leavingQueues: false, within: .seconds(30))
        #expect(done == [.tell(100, order), .kill(101), .stopListening])
    }

    @Test func `what it is to do at the end follows what the rules say by then`() {
        var stage = relieving()
        stage.tell(.ready(101))
        stage.supervisor.adopt((drain: .seconds(3), handover: .seconds(7)))

        let done = stage.tell(.signal(SIGTERM)).deeds

        #expect(done.contains(.tell(101, .drain(leavingQueues: false, within: .seconds(3)))))
    }
}
