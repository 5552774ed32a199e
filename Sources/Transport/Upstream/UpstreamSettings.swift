/// Where passed requests go, and on what terms.
///
/// One value for the whole of it, so that whatever fills it (flags today) has one thing to fill.
public struct UpstreamSettings: Sendable, Equatable {
    /// What the rules call it.
    public var name = ""
    public var servers: [ServerSettings]
    public var balance = Balance.leastRequest
    /// The cookie that leads a client to the server it had before; nil for none.
    public var stickyCookie: String?
    /// nil for no active checks.
    public var health: HealthSettings?
    public var ejection = EjectionSettings()
    public var breaker = BreakerSettings()
    public var retry = RetrySettings()
    /// Connections in use at once to one server, over all workers.
    public var connectionsMax = 4096
    /// Requests that wait for a connection at once, over all workers.
    public var pendingMax = 256
    /// How long one of them waits.
    public var pendingPatience = Patience.seconds(1)
    /// nil for clear text.
    public var tls: UpstreamTLSSettings?
    /// The name server to ask, in place of the system's.
    public var resolver: SocketAddress?

    /// Servers and names that can be listed.
    public static let serversMax = 256

    public init(_ servers: [ServerSettings]) {
        self.servers = servers
    }

    public init(_ server: SocketAddress) {
        self.init([ServerSettings(.address(server))])
    }
}

/// Who of the servers that are fit is asked.
public enum Balance: Sendable, Equatable {
    /// Of two chosen by chance, the one with fewer requests under way.
    case leastRequest
    case roundRobin
    /// The same server for the same key, as far as it stays fit.
    case hash(HashKey)

    public enum HashKey: Sendable, Equatable {
        case client
        /// A field of the request; without it, the client.
        case field(String)
    }
}

/// How servers are asked whether they are well.
public struct HealthSettings: Sendable, Equatable {
    public var path: String
    public var interval = Patience.seconds(5)
    public var patience = Patience.seconds(2)
    /// Good checks in a row that make an unwell server well.
    public var goodMin = 2
    /// Bad checks in a row that make a server unwell.
    public var badMin = 3

    public init(path: String) { self.path = path }
}

/// When a server that fails requests is left alone, and for how long.
public struct EjectionSettings: Sendable, Equatable {
    /// Failures in a row; 0 ejects nobody.
    public var failuresMin = 5
    /// The first time; the second twice as long, and so on.
    public var pause = Patience.seconds(30)
    public var pauseMax = Patience.seconds(300)

    public init() {}
}

/// When the upstream as a whole is left alone.
public struct BreakerSettings: Sendable, Equatable {
    /// Of the requests of the last ten seconds; 0 never opens it.
    public var failurePercentMin = 50
    /// Fewer requests than these prove nothing.
    public var requestsMin = 20
    /// The first time; doubled for every time it opens again before it has closed.
    public var pause = Patience.seconds(5)
    public var pauseMax = Patience.seconds(60)
    /// Good probes in a row that close it.
    public var probesMin = 3
    /// For a probe to be answered before another may try too.
    public var probePatience = Patience.seconds(5)

    public init() {}
}

/// How many requests may be sent again.
public struct RetrySettings: Sendable, Equatable {
    /// Of the requests of the last ten seconds.
    public var percentMax = 20
    /// As many may be repeated however few requests there are.
    public var perSecondMin = 10

    public init() {}
}
