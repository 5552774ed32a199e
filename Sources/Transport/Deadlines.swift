/// How long a peer may take, on from the start: slow clients and silent upstreams are ordinary weather.
public struct Deadlines: Sendable, Equatable {
    /// From a connection's first byte to the end of what comes before requests: a PROXY header, TLS.
    public var handshake = Patience.seconds(10)
    /// From a request's first byte to the end of its head.
    public var head = Patience.seconds(10)
    /// Between requests, and before the first.
    public var idle = Patience.seconds(60)
    /// The slowest a client may send or take a body, measured over one of the windows below.
    public var bytesPerSecondMin = 256
    /// While it sends.
    public var uploadWindow = Patience.seconds(10)
    /// While it takes: players pause, and the kernel tells of room in large steps.
    public var downloadWindow = Patience.seconds(60)
    /// Until an upstream takes a connection.
    public var connect = Patience.seconds(3)
    /// From a request sent whole to the first byte of its answer.
    public var firstByte = Patience.seconds(60)
    /// Between two pieces of an upstream's answer.
    public var upstreamIdle = Patience.seconds(60)
    /// An unused connection to an upstream is closed after this.
    public var upstreamKeepAlive = Patience.seconds(4)
    /// The whole exchange, tunnels apart.
    public var total = Patience.seconds(3600)
    /// Silence on both sides of a tunnel.
    public var tunnelIdle = Patience.seconds(3600)
    /// For what one side of a tunnel said last to be taken, once that side is gone.
    public var lastWords = Patience.seconds(10)
    /// Until a refused client has taken its answer.
    public var linger = Patience.seconds(2)
    /// While draining: for a silent client to say something once more.
    public var drainGrace = Patience.seconds(5)

    public init() {}

    var upload: LeastPace { LeastPace(bytesPerSecondMin, over: uploadWindow) }
    var download: LeastPace { LeastPace(bytesPerSecondMin, over: downloadWindow) }
}

/// How many bytes must move within a window.
struct LeastPace {
    let window: Patience
    let byteMin: Int

    init(_ bytesPerSecond: Int, over window: Patience) {
        self.window = window
        byteMin = bytesPerSecond * Int(clamping: window.wholeMilliseconds) / 1000
    }
}
