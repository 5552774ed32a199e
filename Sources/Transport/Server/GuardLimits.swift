import Glibc

/// How much the gateway takes on, as it follows from the settings and from what the system gives.
public struct GuardLimits: Sendable, Equatable {
    public let connections: Int
    public let connectionsPerAddress: Int
    public let inFlight: Int
    public let memoryBytes: Int
    public let descriptors: Int

    /// - descriptors: how many the process may have open.
    /// - memoryBytes: how much memory there is for it.
    public init(_ settings: GuardSettings, descriptors: Int, memoryBytes: Int, workers: Int) {
        let free = descriptors - Self.reserve(of: descriptors, workers: workers)
        self.descriptors = descriptors
        let memory = settings.memoryBytes ?? memoryBytes / 10 * 8
        let connections = settings.connections ?? max(free / 2, 1)
        self.memoryBytes = memory
        self.connections = connections
        connectionsPerAddress =
            settings.connectionsPerAddress
            ?? min(
                max(connections / 4, TransportBounds.addressShareMin),
                TransportBounds.addressShareMax
            )
        inFlight =
            settings.inFlight
            ?? max(min(connections / 2, memory / 2 / TransportBounds.exchangeByteMax), 1)
    }

    /// With the figures of this system and process.
    public init(_ settings: GuardSettings, workers: Int) {
        var limit = rlimit()
        let known = unsafe getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0
        self.init(
            settings,
            descriptors: known ? Int(clamping: limit.rlim_cur) : 1024,
            memoryBytes: MemoryLimit.find(),
            workers: workers
        )
    }

    /// How many connections the system has descriptors for, if none led any further.
    public func connectionsPossible(workers: Int) -> Int {
        descriptors - Self.reserve(of: descriptors, workers: workers)
    }

    /// Descriptors for everything that is no connection: logs, loops, listeners, pipes, checks.
    private static func reserve(of descriptors: Int, workers: Int) -> Int {
        let wanted =
            TransportBounds.reservedDescriptorsMin
            + workers * (TransportBounds.reservedDescriptorsMin / 2 + 2 * TransportBounds.pipesMax)
        return min(wanted, descriptors / 4)
    }
}
