import Testing
import Transport

@testable import gatehouse

/// A supervisor whose crews are numbers and whose clock is turned by hand.
struct SupervisorStage {
    var supervisor = Supervisor((drain: .seconds(30), handover: .seconds(3600)))
    private(set) var now = Instant(milliseconds: 1_000_000)
    private(set) var notes: [String] = []
    private var nextID: Int32 = 100

    /// One whose first crew, 100, serves.
    static func serving() -> SupervisorStage {
        var stage = SupervisorStage()
        stage.tell(.begun)
        stage.tell(.ready(100))
        stage.wait(.seconds(60))
        return stage
    }

    /// Tells it what happened, and answers what it has done, notes apart.
    ///
    /// What it starts is started.
    @discardableResult
    mutating func tell(_ event: Supervisor.Event) -> [Supervisor.Action] {
        var done: [Supervisor.Action] = []
        for action in supervisor.take(event, at: now) {
            switch action {
            case .note(let text): notes.append(text)
            case .start(let image):
                done += [action] + tell(.started(nextID, image))
                nextID += 1
            default: done.append(action)
            }
        }
        return done
    }

    /// Lets time pass, stopping wherever the supervisor asked to be woken.
    @discardableResult
    mutating func wait(_ patience: Patience) -> [Supervisor.Action] {
        let end = now + patience
        var done: [Supervisor.Action] = []
        while supervisor.nextDeadline <= end {
            now = max(now, supervisor.nextDeadline)
            done += tell(.timePassed)
        }
        now = end
        return done
    }

    func stage(of id: Int32) -> Supervisor.Stage? {
        supervisor.crews.first { $0.id == id }?.stage
    }

    func says(_ part: String) -> Bool { notes.last?.contains(part) ?? false }
}

extension [Supervisor.Action] {
    /// Without what the service manager is told.
    var deeds: [Supervisor.Action] {
        filter { if case .announce = $0 { false } else { true } }
    }

    var isReadyAnnounced: Bool {
        contains { if case .announce(.ready) = $0 { true } else { false } }
    }
}
