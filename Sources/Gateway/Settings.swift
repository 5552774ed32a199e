public import Crypto
public import Telemetry
public import Transport
public import Vocabulary

/// Everything that can be set about one gateway, as one value.
public struct Settings: Sendable {
    public var listeners: [ListenerSettings]
    public var upstream: UpstreamSettings
    public var workers = 1
    /// For the listeners that speak TLS.
    public var tls = TLSSettings()
    /// How long browsers insist on https; nil to say nothing of it.
    public var strictSeconds: Int?
    /// What session tickets are sealed with.
    public var secret = ProcessSecret()
    /// Where to read a secret that others share, in place of `secret`.
    public var secretFile: String?
    /// The networks whose word about the client is believed.
    public var trusted: [AddressBlock] = []
    /// WebSocket tunnels may be opened.
    public var allowsUpgrade = false
    public var deadlines = Deadlines()
    public var guards = GuardSettings()
    /// Which requests are of which class, where it does not follow from the method.
    public var classes: [ClassRule] = []
    public var bodyByteMax = Bounds.bodyByteMax
    /// nil for no log.
    public var accessLog: LogDestination? = .standardOutput
    public var process = ProcessSettings()
    /// How certificates, keys and the secret are read.
    public var readFile = SmallFile.onDisk

    public init(listeners: [ListenerSettings], upstream: UpstreamSettings) {
        self.listeners = listeners
        self.upstream = upstream
    }
}
