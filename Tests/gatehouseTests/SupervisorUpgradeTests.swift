import Glibc
import Testing
import Transport

@testable import gatehouse

/// What a supervisor decides on SIGUSR2 and while an upgrade is under way.
struct SupervisorUpgradeTests {
    private let relief = Order.drain(leavingQueues: true, within: .seconds(3600))

    /// Crew 101 runs a new program and is not ready; 100 serves.
    private func upgrading() -> SupervisorStage {
        var stage = SupervisorStage.serving()
        stage.tell(.signal(SIGUSR2))
        return stage
    }

    @Test func `the new program is started beside the old one`() {
        var stage = SupervisorStage.serving()

        #expect(stage.tell(.signal(SIGUSR2)) == [.start(.replaced)])

        #expect(stage.stage(of: 100) == .serving(since: Instant(milliseconds: 1_000_000)))
    }

    @Test func `once it is ready the old one drains, and the supervisor changes too`() {
        var stage = upgrading()

        let done = stage.tell(.ready(101))

        let status = "serving in process 101, 1 draining"
        #expect(
            done == [.tell(100, relief), .announce(.ready(status: status)), .replaceSelf]
        )
        #expect(stage.says("process 101 of the new program serves"))
        #expect(stage.tell(.ended(100, .code(0))).deeds == [])
    }

    @Test func `a new program that ends before it is ready changes nothing`() {
        var stage = upgrading()

        #expect(stage.tell(.ended(101, .code(2))) == [])

        #expect(stage.says("no upgrade: process 101 of the new program ended with code 2"))
        #expect(stage.tell(.signal(SIGUSR2)) == [.start(.replaced)])
    }

    @Test func `a new program that is not ready in time is killed and changes nothing`() {
        var stage = upgrading()

        #expect(stage.wait(.seconds(10)) == [.kill(101)])
        #expect(stage.says("no upgrade: process 101 of the new program was not ready in time"))
        #expect(stage.tell(.ready(101)) == [])
        #expect(stage.tell(.ended(101, .signal(SIGKILL))) == [])
        #expect(stage.notes.count == 1)
        #expect(stage.tell(.signal(SIGUSR2)) == [.start(.replaced)])
    }

    @Test func `a new program that cannot be started changes nothing`() {
        var supervisor = SupervisorStage.serving().supervisor
        let now = Instant(milliseconds: 2_000_000)
        #expect(supervisor.take(.signal(SIGUSR2), at: now) == [.start(.replaced)])

        let done = supervisor.take(.notStarted(.replaced, "no such file"), at: now)

        #expect(done == [.note("no upgrade: no such file")])
    }

    @Test func `a supervisor that cannot change itself goes on as it was`() {
        var stage = upgrading()
        stage.tell(.ready(101))

        #expect(stage.tell(.notReplaced("no such file")) == [])

        #expect(stage.says("the supervisor stays the program it was: no such file"))
        #expect(stage.tell(.ended(101, .signal(SIGKILL))) == [.start(.running)])
    }

    @Test func `SIGUSR2 during an upgrade is told that there is one`() {
        var stage = upgrading()

        #expect(stage.tell(.signal(SIGUSR2)) == [])
        #expect(stage.says("under way already"))
    }

    @Test func `SIGUSR2 before the first start is over does nothing`() {
        var stage = SupervisorStage()
        stage.tell(.begun)

        #expect(stage.tell(.signal(SIGUSR2)) == [])
        #expect(stage.says("first start"))
    }

    @Test func `SIGHUP during an upgrade is for both, and for who still drains`() {
        var stage = upgrading()

        let done = stage.tell(.signal(SIGHUP))

        #expect(done == [.tell(100, .reload), .tell(101, .reload), .announce(.reloading)])
        stage.tell(.ready(101))
        #expect(stage.tell(.signal(SIGHUP)).contains(.tell(100, .reopen)))
    }

    @Test func `SIGTERM during an upgrade kills the new one and drains the old one`() {
        var stage = upgrading()

        let done = stage.tell(.signal(SIGTERM)).deeds

        let order = Order.drain(leavingQueues: false, within: .seconds(30))
        #expect(done == [.tell(100, order), .kill(101), .stopListening])
        #expect(stage.tell(.ready(101)) == [])
        #expect(stage.tell(.ended(101, .signal(SIGKILL))) == [])
        #expect(stage.tell(.ended(100, .code(0))) == [.exit(0)])
        #expect(stage.notes.isEmpty)
    }

    @Test func `SIGTERM after an upgrade gives those that drain no longer than the rest`() {
        var stage = upgrading()
        stage.tell(.ready(101))

        let done = stage.tell(.signal(SIGTERM)).deeds

        let own = Order.drain(leavingQueues: false, within: .seconds(30))
        let older = Order.drain(leavingQueues: true, within: .seconds(30))
        #expect(done == [.tell(100, older), .tell(101, own), .stopListening])
        #expect(stage.wait(.seconds(35)) == [.kill(100), .kill(101)])
        #expect(stage.tell(.ended(100, .signal(SIGKILL))) == [])
        #expect(stage.tell(.ended(101, .signal(SIGKILL))) == [.exit(0)])
    }

    @Test func `an old crew that dies during an upgrade is replaced at once`() {
        var stage = upgrading()

        #expect(stage.tell(.ended(100, .signal(SIGKILL))) == [.start(.running)])
        stage.tell(.ready(102))

        #expect(stage.tell(.ready(101)).deeds == [.tell(102, relief), .replaceSelf])
    }

    @Test func `one that replaces it and is not ready yet makes way for the new program`() {
        var stage = upgrading()
        stage.tell(.ended(100, .signal(SIGKILL)))

        #expect(stage.tell(.ready(101)).deeds == [.kill(102), .replaceSelf])
        #expect(stage.tell(.ended(102, .signal(SIGKILL))) == [])
    }

    @Test func `an upgrade is a way out of crews that keep dying`() {
        var stage = SupervisorStage.serving()
        for id in Int32(100)..<104 {
            stage.tell(.ended(id, .signal(SIGSEGV)))
            stage.wait(.seconds(1))
        }
        stage.tell(.ended(104, .signal(SIGSEGV)))
        #expect(stage.tell(.signal(SIGUSR2)) == [.start(.replaced)])

        #expect(stage.tell(.ready(105)).deeds == [.replaceSelf])

        #expect(stage.wait(.seconds(60)) == [])
        #expect(stage.stage(of: 105) != nil && stage.supervisor.crews.count == 1)
    }

    @Test func `a crew that dies while it drains is missed by nobody but its clients`() {
        var stage = upgrading()
        stage.tell(.ready(101))

        #expect(stage.tell(.ended(100, .signal(SIGKILL))).deeds == [])
        #expect(stage.says("process 100 was ended by signal 9 while it drained"))
    }

    @Test func `a new crew that dies right after it took over is replaced at once`() {
        var stage = upgrading()
        stage.tell(.ready(101))

        #expect(stage.tell(.ended(101, .signal(SIGSEGV))) == [.start(.running)])
        #expect(stage.stage(of: 100)?.isDraining == true)
    }

    @Test func `four crews drain, and of a fifth the oldest is told to end`() {
        var stage = SupervisorStage.serving()
        for id in Int32(101)...104 {
            stage.tell(.signal(SIGUSR2))
            #expect(!stage.tell(.ready(id)).contains(.tell(100, .end)))
        }
        stage.tell(.signal(SIGUSR2))

        #expect(stage.tell(.ready(105)).contains(.tell(100, .end)))

        #expect(stage.wait(.seconds(3)) == [.kill(100)])
        stage.tell(.ended(100, .signal(SIGKILL)))
        #expect(stage.supervisor.crews.count { $0.isDraining } == 4)
    }

    @Test func `a supervisor that has changed goes on where the old one was`() {
        var stage = upgrading()
        stage.tell(.ready(101))
        let crews = stage.supervisor.crews

        stage.supervisor = Supervisor(
            (drain: .seconds(30), handover: .seconds(3600)),
            resuming: crews
        )

        #expect(stage.tell(.resumed).deeds == [])
        #expect(stage.tell(.ended(101, .signal(SIGKILL))) == [.start(.running)])
        #expect(stage.tell(.ready(102)).deeds == [])
        #expect(stage.tell(.signal(SIGUSR2)) == [.start(.replaced)])
    }

    @Test func `who drains keeps its deadline through a change of program`() {
        var stage = upgrading()
        stage.tell(.ready(101))
        stage.wait(.seconds(1000))
        stage.supervisor = Supervisor(
            (drain: .seconds(30), handover: .seconds(3600)),
            resuming: stage.supervisor.crews
        )

        #expect(stage.wait(.seconds(2604)) == [])
        #expect(stage.wait(.seconds(1)) == [.kill(100)])
    }
}

extension Supervisor.Stage {
    fileprivate var isDraining: Bool { if case .draining = self { true } else { false } }
}
