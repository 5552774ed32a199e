import Gateway
import Glibc
import Telemetry
import Transport

/// `gatehouse run`: the gateway, configured by the flags of `RunOptions`.
enum Run {
    static func main(_ words: [String]) throws(UsageError) {
        guard let options = try RunOptions.read(words) else {
            return Terminal.print(RunOptions.usage)
        }
        Signals.hold()
        raiseDescriptorLimit()
        do throws(StartFailure) {
            let gateway = try Gateway(options.settings) {
                Terminal.mention("gatehouse: \($0)")
            }
            for address in gateway.addresses {
                Terminal.note("gatehouse: listening on \(address)")
            }
            serve(gateway)
        } catch {
            Terminal.fail("gatehouse: \(error.message)\n", code: 2)
        }
    }

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
