import Crypto
import Gateway
import Glibc
import Policy
import Rules
import Telemetry
import Transport

/// A gateway at work in this process, what it runs on, and how it leaves: the same with a supervisor and
/// without.
struct Shift {
    private let gateway: Gateway
    private(set) var configuration: Configuration
    /// What the last reload was about, be it installed or left to another crew.
    private(set) var proposed: Configuration?
    /// Earlier versions that have been compiled here already, by their names.
    private var compiled: [String: Configuration] = [:]
    private var watch = Watch()
    private var looksAt = Instant.never
    /// What each line begins with.
    private let voice: String
    private let hasLogFile: Bool
    /// When it ends, whatever is still under way; nil while it serves.
    private var endsBy: Instant?

    init(_ gateway: Gateway, _ configuration: Configuration, as voice: String) {
        self.gateway = gateway
        self.configuration = configuration
        self.voice = voice
        hasLogFile = if case .file = configuration.settings.accessLog { true } else { false }
        // Before the first request is judged, as far as that is ours to say.
        _ = look()
    }

    var isDraining: Bool { endsBy != nil }

    /// Whether there is nothing left to do, or no time left to do it.
    var isOver: Bool {
        guard let endsBy else { return false }
        return gateway.connectionCount == 0 || PreciseClock.now() >= endsBy
    }

    /// Lets every exchange finish, until that time.
    mutating func drain(leavingQueues: Bool, within patience: Patience) {
        let end = PreciseClock.now() + patience
        if let endsBy {
            self.endsBy = min(endsBy, end)
            return
        }
        endsBy = end
        Terminal.note("\(voice): draining \(gateway.connectionCount) connections")
        gateway.drain(leavingQueues: leavingQueues)
    }

    mutating func endAtOnce() { endsBy = PreciseClock.now() }

    /// Ends the workers and writes out the log.
    func end() {
        let cut = gateway.connectionCount
        gateway.stop()
        if cut > 0 { Terminal.note("\(voice): \(cut) connections were cut") }
    }

    // MARK: Files that speak

    /// Looks at switches and lists, once a second; the switches that were found turned.
    mutating func look() -> [(name: String, isOn: Bool)] {
        let now = PreciseClock.now()
        guard looksAt == .never || now >= looksAt else { return [] }
        looksAt = now + .seconds(1)
        var turned: [(name: String, isOn: Bool)] = []
        var policy = configuration.policy
        var isOther = false
        let news =
            watch.lookAtSwitches(policy, now: Int64(time(nil)))
            + watch.lookAtLists(policy, configuration.compiled, in: DiskFiles(), now: now)
        for one in news {
            switch one {
            case .switched(let name, let isOn):
                turned.append((name, isOn))
                Terminal.note("\(voice): \(name) is \(isOn ? "on" : "off")")
            case .said(let text): Terminal.note("\(voice): \(text)")
            case .list(let number, let list):
                policy.lists[number] = list
                isOther = true
                Terminal.note("\(voice): list `\(list.name)` is version \(list.version) now")
            }
        }
        gateway.switches.isUnderMaintenance = watch.isUnderMaintenance
        gateway.switches.isKillSwitchOn = watch.isKillSwitchOn
        if isOther { take(policy) }
        return turned
    }

    /// Goes on with other lists, and everything else as it is.
    private mutating func take(_ policy: Policy) {
        do throws(LoadFailure) {
            let settings = configuration.settings
            _ = try gateway.install(
                policy,
                upstreams: settings.upstreams,
                reading: settings.readFile
            )
            configuration.policy = policy
        } catch {
            Terminal.note("\(voice): the lists stay what they were: \(error.message)")
        }
    }

    // MARK: Reload

    /// Opens the log anew, for rotation; false where it stays where it was.
    @discardableResult
    func reopenLog() -> Bool {
        guard hasLogFile else { return true }
        do throws(LogError) {
            try gateway.reopenLog()
            Terminal.note("\(voice): access log reopened")
            return true
        } catch {
            Terminal.note("\(voice): the access log stays where it was: \(error)")
            return false
        }
    }

    /// Reads all files again and goes on with what they say, whole or not at all.
    ///
    /// - canBeRelieved: another process can be started where this one cannot go on with it.
    mutating func reload(canBeRelieved: Bool) -> ReloadOutcome {
        reopenLog()
        do throws(Configuration.Refusal) {
            let next = try Configuration.read(configuration.entry)
            return install(next, canBeRelieved: canBeRelieved)
        } catch {
            Terminal.note(error.text)
            return .refused(error.text, codes: error.codes)
        }
    }

    /// Goes back to a version whose files are in the snapshot.
    mutating func rollBack(
        to version: String,
        _ snapshot: Snapshot?,
        canBeRelieved: Bool
    ) -> ReloadOutcome {
        if let known = compiled[version] {
            return install(known, canBeRelieved: canBeRelieved)
        }
        guard let record = snapshot?.record() else {
            return .refused("gatehouse: version \(version) is not there any more")
        }
        do throws(Configuration.Refusal) {
            let next = try Configuration.read(
                configuration.entry,
                from: record,
                isTried: false
            )
            return install(next, canBeRelieved: canBeRelieved)
        } catch {
            Terminal.note(error.text)
            return .refused(error.text, codes: error.codes)
        }
    }

    private mutating func install(_ next: Configuration, canBeRelieved: Bool) -> ReloadOutcome {
        proposed = next
        let was = configuration.version
        guard configuration.canBecome(next) else {
            guard canBeRelieved else {
                let text =
                    "gatehouse: \(next.entry): listeners, servers, caps or deadlines changed; "
                    + "in the foreground that needs a new start, and nothing changes"
                Terminal.note(text)
                return .refused(text)
            }
            return ReloadOutcome(kind: .needsRelief, version: next.version, text: "")
        }
        do throws(LoadFailure) {
            let warnings = try gateway.install(
                next.policy,
                upstreams: next.settings.upstreams,
                reading: next.settings.readFile
            )
            for warning in warnings { Terminal.note("\(voice): \(warning)") }
        } catch {
            let text = "gatehouse: \(error.message); nothing changes"
            Terminal.note(text)
            return .refused(text)
        }
        remember(configuration)
        configuration = next
        let again =
            next.version == was ? "still version \(was)" : "version \(next.version), was \(was)"
        let text = "gatehouse: \(next.entry) read again: \(again)"
        Terminal.note("\(voice): \(next.entry) read again: \(again)")
        return ReloadOutcome(kind: .installed, version: next.version, text: text)
    }

    private mutating func remember(_ configuration: Configuration) {
        compiled[configuration.version] = configuration
        if compiled.count > Version.keptMax, let oldest = compiled.keys.sorted().first {
            compiled[oldest] = nil
        }
    }

    // MARK: Status

    var status: CrewStatus {
        var status = CrewStatus()
        status.version = configuration.version
        status.connectionCount = UInt32(clamping: gateway.connectionCount)
        status.lists = watch.report(configuration.policy, now: PreciseClock.now())
        status.switches = watch.switches
        status.exceptions = ExceptionReport.endingSoon(
            in: configuration.program,
            now: Int64(time(nil))
        )
        return status
    }
}
