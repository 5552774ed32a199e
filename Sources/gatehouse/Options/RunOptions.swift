import Gateway
import Policy
import Telemetry
import Transport
import Vocabulary

/// The flags of `gatehouse run`, read into settings.
///
/// Each group of flags has a file of its own, with its part of the help.
struct RunOptions {
    var settings = Settings(
        listeners: [],
        policy: Policy(),
        upstreams: [UpstreamSettings([])]
    )
    /// What the policy is made of, as long as flags say it.
    var rules = InterimRules()
    /// Without a path nothing is checked.
    var healthSettings = HealthSettings(path: "")
    var upstreamTLS = UpstreamTLSWords()

    static let usage =
        """
        usage: gatehouse run --listen ADDRESS --upstream ADDRESS [OPTIONS]

        Passes HTTP/1.1 requests on to the servers of one upstream.

          --listen ADDRESS           where to accept connections; may be given several times
          --upstream ADDRESS[,weight=N]  where requests go, a name and port too; several make a set
          --workers N                threads that serve, up to 256 (default: one per core)
          --trust NETWORK            proxies believed about the client: X-Forwarded-For and -Proto,
                                     X-Request-Id; several times
          --allow-upgrade            let WebSocket tunnels be opened
          --access-log WHERE         a file, `-` for standard output (default), or `off`
          --max-body SIZE            the largest request body (default 16GiB)

        Servers:
        \(upstreamUsage)

        \(upstreamTLSUsage)

        TLS and PROXY:
        \(tlsUsage)

        Time:
        \(deadlineUsage)

        Too many:
        \(guardUsage)

        Process:
        \(processUsage)

        An ADDRESS is 127.0.0.1:8080, [::1]:8080 or unix:/run/gatehouse.sock; port 0 takes any free one.
        \(listenerUsage)
        TIME is 250ms, 10s, 5m, 1h or 1d; SIZE is 64KiB, 10MiB or 1GiB; a NETWORK is 10.0.0.0/8.
        SIGHUP opens the access log's file anew, for rotation, and has certificates, keys,
        authorities and the secret read again. Flags are read once, at the start.
        SIGTERM and SIGINT let exchanges under way finish; a second one ends at once.
        SIGUSR2 goes on as the program that the same file holds now; nobody is refused meanwhile.

        """

    private static let names = usage.split(whereSeparator: \.isWhitespace)
        .filter { $0.hasPrefix("--") }.map(String.init)

    /// nil when help was asked for.
    static func read(_ words: [String]) throws(UsageError) -> RunOptions? {
        var options = RunOptions()
        options.settings.workers = min(Processors.count, Bounds.workerMax)
        var arguments = Arguments(words)
        while let flag = arguments.next() {
            if flag == "--help" || flag == "-h" { return nil }
            if try options.take(flag, &arguments) { continue }
            if try options.takeUpstream(flag, &arguments) { continue }
            if try options.takeUpstreamTLS(flag, &arguments) { continue }
            if try options.takeDeadline(flag, &arguments) { continue }
            if try options.takeGuard(flag, &arguments) { continue }
            if try options.takeProcess(flag, &arguments) { continue }
            if try options.takeTLS(flag, &arguments) { continue }
            throw UsageError(unknown: flag, of: "gatehouse run", among: names)
        }
        if !options.healthSettings.path.isEmpty {
            options.settings.upstreams[0].health = options.healthSettings
        }
        try options.settleUpstreamTLS()
        try options.check()
        options.settings.policy = options.rules.policy
        return options
    }

    private mutating func take(
        _ flag: String,
        _ arguments: inout Arguments
    ) throws(UsageError) -> Bool {
        switch flag {
        case "--listen": settings.listeners.append(try arguments.listener())
        case "--workers": settings.workers = try arguments.integer(in: 1...Bounds.workerMax)
        case "--trust": settings.trusted.append(try arguments.network())
        case "--allow-upgrade": rules.allowsUpgrade = true
        case "--max-body": rules.bodyByteMax = try arguments.size()
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

    /// What no flag alone can get wrong.
    private func check() throws(UsageError) {
        let times = [healthSettings.interval, healthSettings.patience]
        let usual = HealthSettings(path: "")
        if settings.upstreams[0].health == nil, times != [usual.interval, usual.patience] {
            throw UsageError("no health check to time", help: "say `--health-check /healthz`")
        }
        guard !settings.listeners.isEmpty else {
            throw UsageError("nothing to listen on", help: "say `--listen 127.0.0.1:8080`")
        }
        try checkListeners()
        try checkTLS()
        guard !settings.upstreams[0].servers.isEmpty else {
            throw UsageError("nowhere to pass requests to", help: "say `--upstream 127.0.0.1:9000`")
        }
    }

    /// Else the second would find the address taken, by us.
    private func checkListeners() throws(UsageError) {
        let addresses = settings.listeners.map(\.address)
        for (index, address) in addresses.enumerated() {
            if case .tcp(_, 0) = address { continue }
            guard addresses[..<index].contains(address) else { continue }
            throw UsageError(
                "`--listen \(address)` is there twice",
                help: "say it once, with all its words, as `--listen 0.0.0.0:443,tls,proxy`"
            )
        }
    }
}
