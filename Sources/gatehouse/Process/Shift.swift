import Crypto
import Gateway
import Telemetry
import Transport

/// A gateway at work in this process, and how it leaves: the same with a supervisor and without.
struct Shift {
    private let gateway: Gateway
    /// What each line begins with.
    private let voice: String
    private let hasLogFile: Bool
    /// When it ends, whatever is still under way; nil while it serves.
    private var endsBy: Instant?

    init(_ gateway: Gateway, _ settings: Settings, as voice: String) {
        self.gateway = gateway
        self.voice = voice
        hasLogFile = if case .file = settings.accessLog { true } else { false }
    }

    var isDraining: Bool { endsBy != nil }

    /// Whether there is nothing left to do, or no time left to do it.
    var isOver: Bool {
        guard let endsBy else { return false }
        return gateway.connectionCount == 0 || PreciseClock.now() >= endsBy
    }

    /// Does what it is told; what has come of it, where somebody waits for that.
    mutating func take(_ order: Order) -> Report? {
        switch order {
        case .drain(let leavingQueues, let patience):
            drain(leavingQueues, until: PreciseClock.now() + patience)
            return nil
        case .end:
            endsBy = PreciseClock.now()
            return nil
        case .reload:
            return .reloaded(whole: reload())
        }
    }

    /// Ends the workers and writes out the log.
    func end() {
        let cut = gateway.connectionCount
        gateway.stop()
        if cut > 0 { Terminal.note("\(voice): \(cut) connections were cut") }
    }

    private mutating func drain(_ leavingQueues: Bool, until end: Instant) {
        if let endsBy {
            self.endsBy = min(endsBy, end)
            return
        }
        endsBy = end
        Terminal.note("\(voice): draining \(gateway.connectionCount) connections")
        gateway.drain(leavingQueues: leavingQueues)
    }

    /// Reads everything again that is read again, each thing whole or not at all; true if all was.
    private func reload() -> Bool {
        if !hasLogFile, !gateway.hasFilesToReload {
            Terminal.note("\(voice): nothing to read again; flags are read once, at the start")
        }
        let isLogOpen = reopenLog()
        return reloadCertificates() && isLogOpen
    }

    private func reopenLog() -> Bool {
        do throws(LogError) {
            try gateway.reopenLog()
            guard hasLogFile else { return true }
            Terminal.note("\(voice): access log reopened; flags are read once, at the start")
            return true
        } catch {
            Terminal.note("\(voice): the access log stays where it was: \(error)")
            return false
        }
    }

    private func reloadCertificates() -> Bool {
        guard gateway.hasFilesToReload else { return true }
        do throws(LoadFailure) {
            for warning in try gateway.reload() { Terminal.note("\(voice): \(warning)") }
            Terminal.note("\(voice): certificates and secret read again")
            return true
        } catch {
            Terminal.note("\(voice): the old certificates and secret stay: \(error.message)")
            return false
        }
    }
}
