import Gateway
import Glibc
import Telemetry
import Transport

/// `gatehouse run`: the gateway, configured by flags.
enum Run {
    static let usage = """
        usage: gatehouse run --listen ADDRESS --upstream ADDRESS [OPTIONS]

        Passes HTTP/1.1 requests on to one upstream.

          --listen ADDRESS           where to accept connections; may be given several times
          --upstream ADDRESS         where requests go
          --workers N                threads that serve, up to 256 (default: one per core)
          --trust NETWORK            proxies believed about the client: X-Forwarded-For and -Proto,
                                     X-Request-Id; several times
          --allow-upgrade            let WebSocket tunnels be opened
          --access-log WHERE         a file, `-` for standard output (default), or `off`
          --max-body SIZE            the largest request body (default 16GiB)

          --head-timeout TIME        for a request's head to arrive (default 10s)
          --idle-timeout TIME        between requests on a connection (default 60s)
          --min-rate BYTES           a second, for clients that send or take a body (default 256; 0: any)
          --connect-timeout TIME     for the upstream to take a connection (default 3s)
          --first-byte-timeout TIME  for the upstream to begin its answer (default 60s)
          --upstream-idle-timeout TIME  between two pieces of an answer (default 60s)
          --upstream-keep-alive TIME how long unused upstream connections are kept (default 4s)
          --total-timeout TIME       for a whole exchange (default 1h)
          --tunnel-idle-timeout TIME of silence in a tunnel (default 1h)

        An ADDRESS is 127.0.0.1:8080, [::1]:8080 or unix:/run/gatehouse.sock; port 0 takes any free one.
        TIME is 250ms, 10s, 5m, 1h or 1d; SIZE is 64KiB, 10MiB or 1GiB.
        SIGHUP opens the access log's file anew, for rotation; nothing else is read again.
        SIGTERM and SIGINT let exchanges under way finish, for 30 seconds; a second one ends at once.

        """

    static func main(_ words: [String]) throws(UsageError) {
        guard let settings = try settings(from: words) else { return Terminal.print(usage) }
        Signals.hold()
        raiseDescriptorLimit()
        do throws(StartFailure) {
            let gateway = try Gateway(settings)
            for address in gateway.addresses {
                Terminal.note("gatehouse: listening on \(address)")
            }
            serve(gateway)
        } catch {
            Terminal.fail("gatehouse: \(error.message)\n", code: 2)
        }
    }

    /// nil when help was asked for.
    private static func settings(from words: [String]) throws(UsageError) -> Settings? {
        var arguments = Arguments(words)
        var listen: [SocketAddress] = []
        var upstream: SocketAddress?
        var settings = Settings(listen: [], upstream: .unix(path: "/"))
        settings.workers = min(Processors.count, Bounds.workerMax)
        while let flag = arguments.next() {
            switch flag {
            case "--help", "-h": return nil
            case "--listen": listen.append(try arguments.address())
            case "--upstream": upstream = try arguments.destination()
            default:
                if try take(flag, &arguments, into: &settings) { continue }
                if try takeDeadline(flag, &arguments, into: &settings.deadlines) { continue }
                throw UsageError(
                    "`gatehouse run` has no option `\(flag)`",
                    help: Nearest.hint(to: flag, among: optionNames)
                )
            }
        }
        guard !listen.isEmpty else {
            throw UsageError("nothing to listen on", help: "say `--listen 127.0.0.1:8080`")
        }
        guard let upstream else {
            throw UsageError("nowhere to pass requests to", help: "say `--upstream 127.0.0.1:9000`")
        }
        settings.listen = listen
        settings.upstream = upstream
        return settings
    }

    private static func take(
        _ flag: String,
        _ arguments: inout Arguments,
        into settings: inout Settings
    ) throws(UsageError) -> Bool {
        switch flag {
        case "--workers": settings.workers = try arguments.integer(in: 1...Bounds.workerMax)
        case "--trust": settings.trusted.append(try arguments.network())
        case "--allow-upgrade": settings.allowsUpgrade = true
        case "--max-body": settings.bodyByteMax = try arguments.size()
        case "--access-log":
            switch try arguments.value("/var/log/gatehouse/access.log") {
            case "off": settings.accessLog = nil
            case "-": settings.accessLog = .standardOutput
            case let path: settings.accessLog = .file(path: path)
            }
        default: return false
        }
        return true
    }

    private static func takeDeadline(
        _ flag: String,
        _ arguments: inout Arguments,
        into deadlines: inout Deadlines
    ) throws(UsageError) -> Bool {
        switch flag {
        case "--head-timeout": deadlines.head = try arguments.patience()
        case "--idle-timeout": deadlines.idle = try arguments.patience()
        case "--min-rate": deadlines.bytesPerSecondMin = try arguments.integer(in: 0...1 << 30)
        case "--connect-timeout": deadlines.connect = try arguments.patience()
        case "--first-byte-timeout": deadlines.firstByte = try arguments.patience()
        case "--upstream-idle-timeout": deadlines.upstreamIdle = try arguments.patience()
        case "--upstream-keep-alive": deadlines.upstreamKeepAlive = try arguments.patience()
        case "--total-timeout": deadlines.total = try arguments.patience()
        case "--tunnel-idle-timeout": deadlines.tunnelIdle = try arguments.patience()
        default: return false
        }
        return true
    }

    private static let optionNames = usage.split(whereSeparator: \.isWhitespace)
        .filter { $0.hasPrefix("--") }.map(String.init)

    private static func serve(_ gateway: Gateway) {
        while let signal = Signals.next() {
            if signal != SIGHUP { break }
            reopenLog(of: gateway)
        }
        Terminal.note("gatehouse: draining \(gateway.connectionCount) connections")
        gateway.drain()
        let end = PreciseClock.nanoseconds() + 30_000_000_000
        while gateway.connectionCount > 0, PreciseClock.nanoseconds() < end {
            if let signal = Signals.next(within: 20), signal != SIGHUP { break }
        }
        gateway.stop()
        Terminal.note("gatehouse: stopped")
    }

    private static func reopenLog(of gateway: Gateway) {
        do throws(LogError) {
            try gateway.reopenLog()
            Terminal.note("gatehouse: access log reopened; flags are read once, at the start")
        } catch {
            Terminal.note("gatehouse: the access log stays where it was: \(error)")
        }
    }

    /// As many descriptors as the system allows: two for each exchange.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard unsafe getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit)
    }
}
