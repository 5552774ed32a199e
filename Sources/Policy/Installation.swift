public import Vocabulary

/// What the rules say about the machine they run on: sockets, certificates, servers, processes.
///
/// It decides nothing about requests and no `Judgement` reads it. It names no type of the transport
/// either: whoever runs the gateway turns it into what the sockets want, and can tell by comparing two of
/// them whether a reload needs more than another policy. What is nil is left to the program, which knows
/// the machine better than the rules do.
public struct Installation: Sendable, Equatable {
    /// In the order of the rules.
    public var listeners: [Listener] = []
    /// nil: as many as there are processors.
    public var workers: Int?
    public var tls = TLS()
    /// A secret that others of a fleet share.
    public var secret: Secret?
    /// The networks whose word about the client is believed.
    public var trusted: [AddressBlock] = []
    public var guards = Guards()
    public var deadlines = Deadlines()
    /// In the order of `Policy.upstreams`.
    public var upstreams: [Upstream] = []
    public var accessLog = LogPlace.standardOutput
    /// Where every reload is written down; nil for standard error.
    public var auditFile: String?
    public var process = Process()
    /// The socket through which the program is asked and told.
    public var controlPath: String?

    public init() {}
}

extension Installation {
    /// Where somebody listens.
    public enum Place: Sendable, Hashable {
        /// At every address of the machine.
        case everywhere(port: UInt16)
        case tcp(IPAddress, port: UInt16)
        case name(String, port: UInt16)
        case unix(path: String)
    }

    /// A place to accept connections, and how they begin there.
    public struct Listener: Sendable, Equatable {
        public var place: Place
        public var speaksTLS = false
        /// Every request is sent on to https, at this port.
        public var redirectsToPort: UInt16?
        /// Whose PROXY headers are believed, and required; nil for no header.
        public var proxies: [AddressBlock]?

        public init(_ place: Place) { self.place = place }
    }

    /// A certificate with its key: each the path of a file, or the variable that holds the path.
    public struct Pair: Sendable, Equatable {
        public let certificate: Secret
        public let key: Secret

        public init(certificate: Secret, key: Secret) {
            self.certificate = certificate
            self.key = key
        }
    }

    public struct TLS: Sendable, Equatable {
        public enum Clients: Sendable { case ignored, optional, required }

        /// The first is shown to whoever asks for a name that none of them has.
        public var pairs: [Pair] = []
        /// Nothing older than TLS 1.3.
        public var isNewestOnly = false
        public var clients = Clients.ignored
        public var authorities: Secret?
        /// How long browsers insist on https.
        public var strictSeconds: Int?

        public init() {}
    }

    /// How much is taken on at once.
    public struct Guards: Sendable, Equatable {
        public var connectionMax: Int?
        public var connectionPerAddressMax: Int?
        public var requestMax: Int?
        public var memoryByteMax: Int?

        public init() {}
    }

    /// How long everything may take; what is nil is left to the program.
    public struct Deadlines: Sendable, Equatable {
        public var handshake: Duration?
        public var head: Duration?
        public var idle: Duration?
        public var connect: Duration?
        public var firstByte: Duration?
        public var answerPause: Duration?
        public var keepAlive: Duration?
        public var exchange: Duration?
        public var tunnelPause: Duration?
        public var bytesPerSecondMin: Int?

        public init() {}
    }

    /// How the program runs as processes.
    public struct Process: Sendable, Equatable {
        public var user: String?
        public var pidFile: String?
        public var drain: Duration?
        public var handOver: Duration?

        public init() {}
    }

    public enum LogPlace: Sendable, Equatable {
        case none
        case standardOutput
        case file(path: String)
    }
}

extension Installation {
    /// Where requests go, and on what terms.
    public struct Upstream: Sendable, Equatable {
        public enum Balance: Sendable, Equatable {
            case leastBusy
            case inTurn
            case byClient
            case byField(String)
        }

        public struct Server: Sendable, Equatable {
            public let place: Place
            public let weight: Int

            public init(_ place: Place, weight: Int = 1) {
                self.place = place
                self.weight = weight
            }
        }

        public struct TLS: Sendable, Equatable {
            /// nil for the system's own.
            public var authorities: Secret?
            public var pair: Pair?
            /// What every server's certificate bears; nil for what each is listed under.
            public var name: String?

            public init() {}
        }

        public struct Check: Sendable, Equatable {
            public let path: String
            public let every: Duration
            public let within: Duration?

            public init(path: String, every: Duration, within: Duration?) {
                self.path = path
                self.every = every
                self.within = within
            }
        }

        public let name: String
        public var servers: [Server] = []
        /// Where further servers are listed, with commas or spaces between them.
        public var serversFrom: Secret?
        public var balance = Balance.leastBusy
        public var stickyCookie: String?
        public var tls: TLS?
        public var check: Check?
        public var firstByte: Duration?
        public var connectionMax: Int?
        public var waitingMax: Int?
        public var waiting: Duration?
        /// 0 for never.
        public var ejectAfter: Int?
        public var breakAbovePercent: Int?
        public var retryPercentMax: Int?
        public var resolver: Place?

        public init(_ name: String) { self.name = name }
    }

    /// Whether all that cannot be exchanged while the same process serves is the same.
    ///
    /// Upstreams are exchanged with the policy, and certificates are read again by themselves.
    public func canBecome(_ other: Installation) -> Bool {
        var (mine, theirs) = (self, other)
        (mine.upstreams, theirs.upstreams) = ([], [])
        return mine == theirs
    }
}
