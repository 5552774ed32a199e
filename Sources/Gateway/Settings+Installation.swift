public import Crypto
import Glibc
public import Policy
import Telemetry
import Transport
import Vocabulary

/// What an installation leaves to the machine, found there: variables, the processors, kinds of address.
public struct Surroundings: Sendable {
    public var variable: @Sendable (String) -> String?
    public var processorCount: Int
    /// The kernel knows IPv6.
    public var hasIPv6: Bool
    /// How a small file is read.
    public var read: FileReading

    public init(
        variable: @escaping @Sendable (String) -> String?,
        processorCount: Int,
        hasIPv6: Bool,
        read: @escaping FileReading
    ) {
        self.variable = variable
        self.processorCount = processorCount
        self.hasIPv6 = hasIPv6
        self.read = read
    }

    /// Those of this process.
    public static func here(reading read: @escaping FileReading) -> Surroundings {
        Surroundings(
            variable: { name in unsafe getenv(name).map { unsafe String(cString: $0) } },
            processorCount: Processors.count,
            hasIPv6: unsafe access("/proc/net/if_inet6", F_OK) == 0,
            read: read
        )
    }
}

extension Settings {
    /// The settings that an installation asks for on this machine.
    public init(
        _ wanted: Installation,
        running policy: Policy,
        in place: Surroundings
    ) throws(StartFailure) {
        guard !wanted.listeners.isEmpty else {
            throw StartFailure(
                message: "the rules do not say where to listen; "
                    + "write `gateway { listen 127.0.0.1:8080 }`"
            )
        }
        let upstreams = try wanted.upstreams.map { upstream throws(StartFailure) in
            try UpstreamSettings(upstream, in: place)
        }
        self.init(
            listeners: wanted.listeners.flatMap { Self.listeners($0, in: place) },
            policy: policy,
            upstreams: upstreams
        )
        workers = min(wanted.workers ?? place.processorCount, Bounds.workerMax)
        tls = try Self.tls(wanted.tls, in: place)
        strictSeconds = wanted.tls.strictSeconds
        secretFile = try wanted.secret.map { secret throws(StartFailure) in
            try place.path(of: secret)
        }
        trusted = wanted.trusted
        guards.connections = wanted.guards.connectionMax
        guards.connectionsPerAddress = wanted.guards.connectionPerAddressMax
        guards.inFlight = wanted.guards.requestMax
        guards.memoryBytes = wanted.guards.memoryByteMax
        deadlines = Deadlines(wanted.deadlines)
        accessLog =
            switch wanted.accessLog {
            case .none: nil
            case .standardOutput: .standardOutput
            case .file(let path): .file(path: path)
            }
        process.user = wanted.process.user
        process.pidFile = wanted.process.pidFile
        if let drain = wanted.process.drain { process.drainTimeout = Patience(drain) }
        if let time = wanted.process.handOver { process.handoverTimeout = Patience(time) }
        readFile = place.read
    }

    private static func listeners(
        _ wanted: Installation.Listener,
        in place: Surroundings
    ) -> [ListenerSettings] {
        SocketAddress.all(for: wanted.place, withIPv6: place.hasIPv6).map { address in
            var listener = ListenerSettings(address)
            listener.speaksTLS = wanted.speaksTLS
            listener.redirectsToPort = wanted.redirectsToPort
            listener.proxies = wanted.proxies
            return listener
        }
    }

    private static func tls(
        _ wanted: Installation.TLS,
        in place: Surroundings
    ) throws(StartFailure) -> TLSSettings {
        var made = TLSSettings()
        for pair in wanted.pairs { made.certificates.append(try place.files(of: pair)) }
        made.versionMin = wanted.isNewestOnly ? .tls13 : .tls12
        made.clients =
            switch wanted.clients {
            case .ignored: .ignored
            case .optional: .optional
            case .required: .required
            }
        if let authorities = wanted.authorities {
            made.clientAuthorities = try place.path(of: authorities)
        }
        return made
    }
}

extension Surroundings {
    /// The path that a file is named by, in the rules or in a variable.
    fileprivate func path(of secret: Secret) throws(StartFailure) -> String {
        switch secret {
        case .file(let path): return path
        case .environment(let name):
            guard let path = variable(name), !path.isEmpty else {
                throw StartFailure(
                    message: "the rules want the path of a file in `\(name)`, and it is not set"
                )
            }
            return path
        }
    }

    fileprivate func files(of pair: Installation.Pair) throws(StartFailure) -> CertificateFiles {
        CertificateFiles(
            certificate: try path(of: pair.certificate),
            key: try path(of: pair.key)
        )
    }

    /// Servers that are named outside the rules, with commas, spaces or lines between.
    fileprivate func servers(from source: Secret) throws(StartFailure) -> [ServerSettings] {
        let (text, name): (String, String)
        switch source {
        case .environment(let variable):
            name = variable
            guard let value = self.variable(variable) else {
                throw StartFailure(
                    message: "the rules want servers in `\(variable)`, and it is not set"
                )
            }
            text = value
        case .file(let path):
            name = path
            do throws(LoadFailure) {
                text = String(decoding: try read(path), as: UTF8.self)
            } catch {
                throw StartFailure(message: error.message)
            }
        }
        let words = text.split { $0 == "," || $0.isWhitespace }
        guard !words.isEmpty, words.count <= UpstreamSettings.serversMax else {
            throw StartFailure(
                message: "`\(name)` names \(words.count) servers; "
                    + "there may be 1 to \(UpstreamSettings.serversMax)"
            )
        }
        return try words.map { word throws(StartFailure) in
            guard let place = ServerPlace(String(word)), !place.hasPortZero else {
                throw StartFailure(
                    message: "`\(name)` names a server by what is no address; "
                        + "write `127.0.0.1:9000`, `name:9000` or `unix:/run/app.sock`"
                )
            }
            return ServerSettings(place)
        }
    }
}

extension ServerPlace {
    fileprivate var hasPortZero: Bool {
        switch self {
        case .address(.tcp(_, 0)), .name(_, 0): true
        default: false
        }
    }
}

extension SocketAddress {
    /// The addresses a place stands for.
    fileprivate static func all(
        for place: Installation.Place,
        withIPv6 hasIPv6: Bool
    ) -> [SocketAddress] {
        switch place {
        case .everywhere(let port):
            let four = SocketAddress.tcp(IPAddress(v4: 0), port: port)
            return hasIPv6 ? [four, .tcp(IPAddress(high: 0, low: 0), port: port)] : [four]
        case .tcp(let address, let port): return [.tcp(address, port: port)]
        case .unix(let path): return [.unix(path: path)]
        case .name: return []
        }
    }
}

extension UpstreamSettings {
    fileprivate init(
        _ wanted: Installation.Upstream,
        in place: Surroundings
    ) throws(StartFailure) {
        var servers = wanted.servers.compactMap { server in
            ServerPlace(server.place).map { ServerSettings($0, weight: server.weight) }
        }
        if let source = wanted.serversFrom { servers += try place.servers(from: source) }
        self.init(servers)
        name = wanted.name
        balance =
            switch wanted.balance {
            case .leastBusy: .leastRequest
            case .inTurn: .roundRobin
            case .byClient: .hash(.client)
            case .byField(let name): .hash(.field(String(name.trimmingPrefix("header."))))
            }
        stickyCookie = wanted.stickyCookie
        if let check = wanted.check {
            var settings = HealthSettings(path: check.path)
            settings.interval = Patience(check.every)
            if let within = check.within { settings.patience = Patience(within) }
            health = settings
        }
        if let count = wanted.ejectAfter { ejection.failuresMin = count }
        if let percent = wanted.breakAbovePercent { breaker.failurePercentMin = percent }
        if let percent = wanted.retryPercentMax {
            retry.percentMax = percent
            if percent == 0 { retry.perSecondMin = 0 }
        }
        if let count = wanted.connectionMax { connectionsMax = count }
        if let count = wanted.waitingMax { pendingMax = count }
        if let time = wanted.waiting { pendingPatience = Patience(time) }
        if case .tcp(let address, let port)? = wanted.resolver {
            resolver = .tcp(address, port: port)
        }
        tls = try wanted.tls.map { wanted throws(StartFailure) in
            try UpstreamTLSSettings(wanted, in: place)
        }
        guard let nameless = nameless.first else { return }
        throw StartFailure(
            message: "upstream `\(wanted.name)`: there is no name for the certificate of "
                + "\(nameless.place) to bear; say it: `tls with name api.internal`"
        )
    }
}

extension UpstreamTLSSettings {
    fileprivate init(
        _ wanted: Installation.Upstream.TLS,
        in place: Surroundings
    ) throws(StartFailure) {
        self.init()
        if let authorities = wanted.authorities {
            client.authorities = try place.path(of: authorities)
        }
        if let pair = wanted.pair { client.certificate = try place.files(of: pair) }
        guard let text = wanted.name else { return }
        guard let name = PeerName(text) else {
            throw StartFailure(message: "`\(text)` is no name for a certificate to bear")
        }
        self.name = name
    }
}

extension ServerPlace {
    fileprivate init?(_ place: Installation.Place) {
        switch place {
        case .tcp(let address, let port): self = .address(.tcp(address, port: port))
        case .name(let name, let port): self = .name(name, port: port)
        case .unix(let path): self = .address(.unix(path: path))
        case .everywhere: return nil
        }
    }
}

extension Deadlines {
    fileprivate init(_ wanted: Installation.Deadlines) {
        self.init()
        if let time = wanted.handshake { handshake = Patience(time) }
        if let time = wanted.head { head = Patience(time) }
        if let time = wanted.idle { idle = Patience(time) }
        if let time = wanted.connect { connect = Patience(time) }
        if let time = wanted.firstByte { firstByte = Patience(time) }
        if let time = wanted.answerPause { upstreamIdle = Patience(time) }
        if let time = wanted.keepAlive { upstreamKeepAlive = Patience(time) }
        if let time = wanted.exchange { total = Patience(time) }
        if let time = wanted.tunnelPause { tunnelIdle = Patience(time) }
        if let pace = wanted.bytesPerSecondMin { bytesPerSecondMin = pace }
    }
}
