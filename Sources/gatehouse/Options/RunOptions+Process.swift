import Gateway
import Transport

/// How the program runs as a process.
extension RunOptions {
    static let processUsage = """
          --foreground               one process, without the supervisor that replaces one that died
          --user NAME                who to become once it listens; started by root
          --pid-file FILE            where to write the number of the process that takes signals
          --drain-timeout TIME       for exchanges to finish after SIGTERM (default 30s)
          --handover-timeout TIME    for those of the old process after SIGUSR2 (default 1h)
        """

    mutating func takeProcess(
        _ flag: String,
        _ arguments: inout Arguments
    ) throws(UsageError) -> Bool {
        switch flag {
        case "--foreground": settings.process.isForeground = true
        case "--user": settings.process.user = try arguments.value("gatehouse")
        case "--pid-file":
            settings.process.pidFile = try arguments.value("/run/gatehouse/gatehouse.pid")
        case "--drain-timeout": settings.process.drainTimeout = try arguments.patience()
        case "--handover-timeout": settings.process.handoverTimeout = try arguments.patience()
        default: return false
        }
        return true
    }
}
