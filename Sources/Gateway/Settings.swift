public import Crypto
public import Limits
public import Policy
public import Telemetry
public import Transport
public import Vocabulary

/// Everything that can be set about one gateway, as one value.
public struct Settings: Sendable {
    public var listeners: [ListenerSettings]
    /// What decides about each request; other rules can be installed while it runs.
    public var policy: Policy
    /// Where requests go, by their numbers in `Policy.upstreams`.
    public var upstreams: [UpstreamSettings]
    public var workers = 1
    /// For the listeners that speak TLS.
    public var tls = TLSSettings()
    /// How long browsers insist on https; nil to say nothing of it.
    public var strictSeconds: Int?
    /// What session tickets are sealed with, and buckets named with.
    public var secret = ProcessSecret()
    /// Where to read a secret that others share, in place of `secret`.
    public var secretFile: String?
    /// The networks whose word about the client is believed.
    public var trusted: [AddressBlock] = []
    public var deadlines = Deadlines()
    public var guards = GuardSettings()
    /// nil for no log.
    public var accessLog: LogDestination? = .standardOutput
    /// Who keeps count for the limits, for all workers.
    public var store: any TokenStore = InMemoryTokenBucket()
    public var process = ProcessSettings()
    /// How certificates, keys and the secret are read.
    public var readFile = SmallFile.onDisk

    public init(listeners: [ListenerSettings], policy: Policy, upstreams: [UpstreamSettings]) {
        self.listeners = listeners
        self.policy = policy
        self.upstreams = upstreams
    }
}
