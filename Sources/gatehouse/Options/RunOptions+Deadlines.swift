import Gateway
import Transport

/// How long everything may take.
extension RunOptions {
    static let deadlineUsage = """
          --head-timeout TIME        for a request's head to arrive (default 10s)
          --idle-timeout TIME        between requests on a connection (default 60s)
          --min-rate BYTES           a second, for clients that send or take a body (default 256; 0: any)
          --connect-timeout TIME     for the upstream to take a connection (default 3s)
          --first-byte-timeout TIME  for the upstream to begin its answer (default 60s)
          --upstream-idle-timeout TIME  between two pieces of an answer (default 60s)
          --upstream-keep-alive TIME how long unused upstream connections are kept (default 4s)
          --total-timeout TIME       for a whole exchange (default 1h)
          --tunnel-idle-timeout TIME of silence in a tunnel (default 1h)
        """

    mutating func takeDeadline(
        _ flag: String,
        _ arguments: inout Arguments
    ) throws(UsageError) -> Bool {
        switch flag {
        case "--head-timeout": settings.deadlines.head = try arguments.patience()
        case "--idle-timeout": settings.deadlines.idle = try arguments.patience()
        case "--min-rate":
            settings.deadlines.bytesPerSecondMin = try arguments.integer(in: 0...1 << 30)
        case "--connect-timeout": settings.deadlines.connect = try arguments.patience()
        case "--first-byte-timeout": settings.deadlines.firstByte = try arguments.patience()
        case "--upstream-idle-timeout": settings.deadlines.upstreamIdle = try arguments.patience()
        case "--upstream-keep-alive":
            settings.deadlines.upstreamKeepAlive = try arguments.patience()
        case "--total-timeout": settings.deadlines.total = try arguments.patience()
        case "--tunnel-idle-timeout": settings.deadlines.tunnelIdle = try arguments.patience()
        default: return false
        }
        return true
    }
}
