/// How much text a policy may be.
///
/// A rules file comes from people, and from whatever writes to their disks. `docs/bounds.md` gives the
/// reasons.
public enum RulesBounds {
    /// One file of rules.
    public static let fileByteMax = 4 << 20
    /// All files of one policy together, without lists.
    public static let totalByteMax = 64 << 20
    public static let fileCountMax = 4096
    /// Names looked at in one folder.
    public static let folderMax = 65_536
    /// One list in a file of its own.
    public static let listByteMax = 16 << 20
    public static let listEntryMax = 1_000_000
    /// One page that is shown in place of a problem.
    public static let pageByteMax = 1 << 20
    /// Blocks inside blocks.
    public static let nestingMax = 16
    /// Pairs of routes in one site that share a path.
    public static let meetingMax = 1_000_000
    /// Words in one statement.
    public static let wordsMax = 4096
    /// Diagnostics that are shown; the rest is counted.
    public static let shownMax = 20
    /// Diagnostics that are kept to be counted by id: a file of nonsense must not fill the memory.
    public static let diagnosticsMax = 10_000
    /// Threads that serve.
    public static let workerMax = 256
    /// Connections, or requests at once, that a cap can allow.
    public static let connectionMax = 16_777_216
    /// What the kernel takes as a socket's path, its closing zero included.
    public static let socketPathMax = 108
    /// Servers of one upstream.
    public static let serverMax = 256
    /// The least memory the program can be held to.
    static let memoryByteMin = 16 << 20
}
