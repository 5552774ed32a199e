import Glibc
import Testing
import Transport

@testable import gatehouse

/// What a supervisor decides when crews start, die and are told to leave.
struct SupervisorTests {
    private let drain = Order.drain(leavingQueues: false, within: .seconds(30))

    @Test func `the first crew is started, and presented when it is ready`() {
        var stage = SupervisorStage()

        #expect(stage.tell(.begun) == [.start(.running)])
        let done = stage.tell(.ready(100))

        #expect(done == [.present, .announce(.ready(status: "serving in process 100"))])
    }

    @Test func `a first crew that cannot start ends the program, with its code`() {
        var stage = SupervisorStage()
        stage.tell(.begun)

        #expect(stage.tell(.ended(100, .code(2))) == [.exit(2)])
        #expect(stage.notes.isEmpty)
    }

    @Test(arguments: [Supervisor.End.signal(SIGSEGV), .code(0)])
    func `a first crew that ends without a word ends the program too, with one`(
        end: Supervisor.End
    ) {
        var stage = SupervisorStage()
        stage.tell(.begun)

        #expect(stage.tell(.ended(100, end)) == [.exit(2)])
        #expect(stage.says("the first process"))
    }

    @Test func `a program that cannot be started at all says so and ends`() {
        var supervisor = Supervisor((drain: .seconds(30), handover: .seconds(3600)))
        let now = Instant(milliseconds: 1)
        _ = supervisor.take(.begun, at: now)

        let done = supervisor.take(.notStarted(.running, "no memory"), at: now)

        #expect(done == [.note("no memory"), .exit(2)])
    }

    @Test func `a crew that died is replaced at once, and why it died is said`() {
        var stage = SupervisorStage.serving()

        #expect(stage.tell(.ended(100, .signal(SIGKILL))) == [.start(.running)])
        #expect(stage.says("process 100 was ended by signal 9"))
        #expect(stage.tell(.ready(101)).deeds.isEmpty)
        #expect(stage.tell(.ended(101, .code(1))) == [])
        #expect(stage.says("process 101 ended with code 1; another takes its place in 100 ms"))
    }

    @Test func `crews that die young are replaced ever more slowly`() {
        var stage = SupervisorStage.serving()
        #expect(stage.tell(.ended(100, .signal(SIGSEGV))) == [.start(.running)])

        for (number, delay) in [100, 200, 400, 800, 1600, 3200, 5000, 5000].enumerated() {
            let id = Int32(101 + number)
            #expect(stage.tell(.ended(id, .signal(SIGSEGV))) == [])
            #expect(stage.says("in \(delay) ms"))
            #expect(stage.wait(.milliseconds(delay - 1)) == [])
            #expect(stage.wait(.milliseconds(1)) == [.start(.running)])
        }
    }

    @Test func `a crew that has served for a second is replaced at once again`() {
        var stage = SupervisorStage.serving()
        for id in Int32(100)..<120 {
            #expect(stage.tell(.ended(id, .signal(SIGKILL))) == [.start(.running)])
            stage.tell(.ready(id + 1))
            stage.wait(.seconds(1))
        }
    }

    @Test func `a crew that could not be started is tried again`() {
        var stage = SupervisorStage.serving()
        stage.tell(.ended(100, .signal(SIGKILL)))

        #expect(stage.tell(.notStarted(.running, "no memory")) == [])

        #expect(stage.wait(.milliseconds(100)) == [.start(.running)])
    }

    @Test func `a crew that does not become ready is killed, and replaced when it is dead`() {
        var stage = SupervisorStage.serving()
        stage.tell(.ended(100, .signal(SIGKILL)))

        #expect(stage.wait(.seconds(9)) == [])
        #expect(stage.wait(.seconds(1)) == [.kill(101)])
        #expect(stage.wait(.seconds(60)) == [])
        #expect(stage.tell(.ended(101, .signal(SIGKILL))) == [])
        #expect(stage.wait(.milliseconds(100)) == [.start(.running)])
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `the first signal drains, and the program ends when all have`(signal: Int32) {
        var stage = SupervisorStage.serving()

        let done = stage.tell(.signal(signal))

        #expect(done == [.announce(.stopping), .tell(100, drain), .stopListening])
        #expect(stage.tell(.ended(100, .code(0))) == [.exit(0)])
        #expect(stage.notes.isEmpty)
    }

    @Test func `the second one ends every crew at once, the third changes nothing`() {
        var stage = SupervisorStage.serving()
        stage.tell(.signal(SIGTERM))

        #expect(stage.tell(.signal(SIGTERM)) == [.tell(100, .end)])
        #expect(stage.tell(.signal(SIGTERM)) == [])
        #expect(stage.wait(.seconds(3)) == [.kill(100)])
        #expect(stage.tell(.ended(100, .signal(SIGKILL))) == [.exit(0)])
    }

    @Test func `a crew that outstays its draining is killed`() {
        var stage = SupervisorStage.serving()
        stage.tell(.signal(SIGTERM))

        #expect(stage.wait(.seconds(34)) == [])
        #expect(stage.wait(.seconds(1)) == [.kill(100)])
        #expect(stage.tell(.ended(100, .signal(SIGKILL))) == [.exit(0)])
    }

    @Test func `a signal before the first crew is ready ends the program all the same`() {
        var stage = SupervisorStage()
        stage.tell(.begun)

        #expect(stage.tell(.signal(SIGTERM)).deeds == [.tell(100, drain), .stopListening])
        #expect(stage.tell(.ready(100)) == [])
        #expect(stage.tell(.ended(100, .code(0))) == [.exit(0)])
    }

    @Test func `a signal while nobody serves ends the program at once`() {
        var stage = SupervisorStage.serving()
        stage.tell(.ended(100, .signal(SIGKILL)))
        stage.tell(.ended(101, .signal(SIGKILL)))

        #expect(stage.tell(.signal(SIGTERM)).deeds == [.stopListening, .exit(0)])
    }

    @Test func `a crew that dies while all drain is not replaced`() {
        var stage = SupervisorStage.serving()
        stage.tell(.signal(SIGTERM))

        #expect(stage.tell(.ended(100, .signal(SIGSEGV))) == [.exit(0)])
        #expect(stage.says("signal 11"))
    }

    @Test func `SIGHUP is passed on, and what came of it is told to the service manager`() {
        var stage = SupervisorStage.serving()

        #expect(stage.tell(.signal(SIGHUP)) == [.tell(100, .reload), .announce(.reloading)])

        let ready = Supervisor.Announcement.ready(status: "serving in process 100")
        #expect(stage.tell(.reloaded(100, whole: true)) == [.announce(ready)])
        #expect(stage.tell(.reloaded(100, whole: true)) == [])
    }

    @Test func `a reload that failed in part is told as such`() {
        var stage = SupervisorStage.serving()
        stage.tell(.signal(SIGHUP))

        let status = "serving in process 100; not all could be read again"
        let done = stage.tell(.reloaded(100, whole: false))

        #expect(done == [.announce(.ready(status: status))])
    }

    @Test func `a crew that dies over a reload is replaced by one that has read everything`() {
        var stage = SupervisorStage.serving()
        stage.tell(.signal(SIGHUP))

        stage.tell(.ended(100, .signal(SIGSEGV)))

        #expect(stage.tell(.ready(101)).isReadyAnnounced)
        #expect(stage.tell(.signal(SIGHUP)) == [.tell(101, .reload), .announce(.reloading)])
    }

    @Test func `what strangers are said to have done is nothing`() {
        var stage = SupervisorStage.serving()

        for event in [.ready(7), .ended(7, .code(0)), .reloaded(7, whole: true)]
            as [Supervisor.Event]
        {
            #expect(stage.tell(event) == [])
        }
        #expect(stage.tell(.ready(100)) == [])
    }
}
