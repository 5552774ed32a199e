public import Synchronization

/// What has happened to the requests of one upstream, over all workers.
public final class UpstreamCounts: Sendable {
    public let requests = Atomic<Int>(0)
    /// Requests whose answer was no sign of trouble.
    public let successes = Atomic<Int>(0)
    /// Attempts after the first.
    public let retries = Atomic<Int>(0)
    public let retriesRefused = Atomic<Int>(0)
    public let connects = Atomic<Int>(0)
    public let connectFailures = Atomic<Int>(0)
    /// Handshakes begun, those of them that took up a session again, and those that failed.
    public let handshakes = Atomic<Int>(0)
    public let resumptions = Atomic<Int>(0)
    public let handshakeFailures = Atomic<Int>(0)
    public let ejections = Atomic<Int>(0)
    public let breakerOpenings = Atomic<Int>(0)
    public let breakerRefusals = Atomic<Int>(0)
    public let queued = Atomic<Int>(0)
    public let queueRefusals = Atomic<Int>(0)
    public let queueTimeouts = Atomic<Int>(0)
    public let healthChecks = Atomic<Int>(0)
    /// Servers that became well or unwell.
    public let healthChanges = Atomic<Int>(0)
    public let nameFailures = Atomic<Int>(0)
    /// Requests that found no server to ask.
    public let down = Atomic<Int>(0)

    init() {}
}

extension Atomic where Value == Int {
    /// How often it has been counted.
    public var value: Int { load(ordering: .relaxed) }

    func count() { wrappingAdd(1, ordering: .relaxed) }
}
