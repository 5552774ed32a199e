public import Transport

/// How the program runs as a process, and how it leaves.
public struct ProcessSettings: Sendable {
    /// One process, without a supervisor.
    public var isForeground = false
    /// Who it becomes once it listens; nil for whoever started it.
    public var user: String?
    /// Where its number is written.
    public var pidFile: String?
    /// How long exchanges under way may take once it is to end.
    public var drainTimeout = Patience.seconds(30)
    /// How long those of a process may take whose place another has taken.
    public var handoverTimeout = Patience.seconds(3600)

    public init() {}
}
