import Gateway
import Glibc
import Transport

/// `gatehouse run --foreground`: one process, which nobody starts again.
enum Foreground {
    static func run(_ settings: Settings, on bound: [BoundAddress]) throws(StartFailure) {
        let gateway = try Gateway(settings, on: bound) { Terminal.mention("gatehouse: \($0)") }
        for address in gateway.addresses {
            Terminal.note("gatehouse: listening on \(address)")
        }
        let systemd = Systemd()
        systemd.tell(.ready(status: "serving in the foreground"))
        var shift = Shift(gateway, settings, as: "gatehouse")
        while !shift.isOver {
            guard let signal = Signals.next(within: shift.isDraining ? 20 : nil) else { continue }
            switch signal {
            case SIGHUP: _ = shift.take(.reload)
            case SIGUSR2: Terminal.note("gatehouse: an upgrade needs the supervisor")
            case SIGTERM, SIGINT:
                if shift.isDraining {
                    _ = shift.take(.end)
                } else {
                    systemd.tell(.stopping)
                    let patience = settings.process.drainTimeout
                    _ = shift.take(.drain(leavingQueues: false, within: patience))
                }
            default: break
            }
        }
        shift.end()
        settings.process.pidFile.map(PidFile.remove)
        Terminal.note("gatehouse: stopped")
    }
}
