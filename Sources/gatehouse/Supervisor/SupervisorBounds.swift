import Transport

/// How many crews, and how long a supervisor waits for one.
enum SupervisorBounds {
    /// Crews that drain at the same time.
    static let drainingMax = 4
    /// From the start of a crew until it accepts.
    static let readyPatience = Patience.seconds(10)
    /// A crew that has served for so long had not been started in vain.
    static let steadyPatience = Patience.seconds(1)
    /// Before the second start in vain is followed by a third; doubled each time.
    static let restartDelayMin = Patience.milliseconds(100)
    static let restartDelayMax = Patience.seconds(5)
    /// Beyond its own deadline, for a crew that drains to end by itself.
    static let drainSlack = Patience.seconds(5)
    /// For a crew to end that was told to.
    static let endPatience = Patience.seconds(3)
    /// For whoever has an address to leave it, when the program starts.
    static let bindPatience = Patience.seconds(2)
}
