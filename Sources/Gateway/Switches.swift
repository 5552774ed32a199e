import Synchronization

/// What an operator turns on and off without touching a rule; looked at for every request.
public final class Switches: Sendable {
    private let maintenance = Atomic<Bool>(false)
    private let killSwitch = Atomic<Bool>(false)

    init() {}

    /// The sites are closed for work, as far as the rules say what that means.
    public var isUnderMaintenance: Bool {
        get { maintenance.load(ordering: .relaxed) }
        set { maintenance.store(newValue, ordering: .relaxed) }
    }

    /// Nothing is blocked by what inspection finds.
    public var isKillSwitchOn: Bool {
        get { killSwitch.load(ordering: .relaxed) }
        set { killSwitch.store(newValue, ordering: .relaxed) }
    }
}
