import CLinux
import Gateway
import Glibc
import Policy
import Telemetry
import Transport

/// `gatehouse run --foreground`: one process, which nobody starts again.
struct Foreground {
    private var shift: Shift
    private var history = VersionHistory()
    private let book: AuditBook
    private let control: ControlSocket?
    private var askers: [Asker] = []
    private let systemd = Systemd()
    private let began = Int64(time(nil))

    init(
        _ configuration: Configuration,
        on bound: [BoundAddress],
        _ control: ControlSocket?
    ) throws(StartFailure) {
        let gateway = try Gateway(configuration.settings, on: bound) {
            Terminal.mention("gatehouse: \($0)")
        }
        for address in gateway.addresses {
            Terminal.note("gatehouse: listening on \(address)")
        }
        self.control = control
        book = AuditBook(configuration.installation.auditFile)
        book.noteStart(configuration.version)
        shift = Shift(gateway, configuration, as: "gatehouse")
        remember()
        systemd.tell(.ready(status: "serving in the foreground"))
    }

    consuming func run() {
        // Without a control socket there is nothing to wait for but signals, and no descriptor is spent.
        let signals = control == nil ? -1 : Signals.descriptor()
        while !shift.isOver {
            for turned in shift.look() { book.noteSwitch(turned.name, isOn: turned.isOn) }
            guard signals >= 0 else {
                if let signal = Signals.next(within: patience) { obey(signal) }
                continue
            }
            wait(signals)
            var word = signalfd_siginfo()
            let size = MemoryLayout<signalfd_siginfo>.size
            while unsafe read(signals, &word, size) == size { obey(Int32(word.ssi_signo)) }
            listen()
        }
        shift.end()
        control?.close()
        shift.configuration.settings.process.pidFile.map(PidFile.remove)
        Terminal.note("gatehouse: stopped")
    }

    private var patience: Int { shift.isDraining ? 20 : 1000 }

    private func wait(_ signals: Int32) {
        var wanted = [pollfd(fd: signals, events: Int16(POLLIN), revents: 0)]
        if let control {
            wanted.append(pollfd(fd: control.descriptor, events: Int16(POLLIN), revents: 0))
        }
        for asker in askers {
            wanted.append(
                pollfd(fd: asker.channel.descriptor, events: Int16(POLLIN), revents: 0)
            )
        }
        unsafe poll(&wanted, nfds_t(wanted.count), Int32(patience))
    }

    private mutating func obey(_ signal: Int32) {
        switch signal {
        case SIGHUP: reload(by: "SIGHUP", nil)
        case SIGUSR2: Terminal.note("gatehouse: an upgrade needs the supervisor")
        case SIGTERM, SIGINT:
            if shift.isDraining {
                shift.endAtOnce()
            } else {
                systemd.tell(.stopping)
                let patience = shift.configuration.settings.process.drainTimeout
                shift.drain(leavingQueues: false, within: patience)
            }
        default: break
        }
    }

    // MARK: Control

    private mutating func listen() {
        if let control, let asker = control.accept() { askers.append(asker) }
        for asker in askers {
            switch asker.request() {
            case .none: continue
            case .some(let request):
                askers.removeAll { $0 == asker }
                if let request { answer(request, asker) } else { asker.leave() }
            }
        }
    }

    private mutating func answer(_ request: ControlRequest, _ asker: Asker) {
        switch request {
        case .reload: reload(by: asker.name, asker)
        case .rollBack(let name): rollBack(to: name, by: asker.name, asker)
        case .status(let format):
            let page = StatusPage(
                supervisor: nil,
                began: began,
                entry: shift.configuration.entry,
                crews: [],
                history: history,
                crew: shift.status
            )
            asker.reply(code: 0, page.text(format))
        }
    }

    private mutating func reload(by name: String, _ asker: Asker?) {
        guard !shift.isDraining else {
            asker?.reply(code: 2, "gatehouse: it is ending")
            return
        }
        systemd.tell(.reloading)
        let was = shift.configuration.version
        finish(shift.reload(canBeRelieved: false), "reload", was, name, asker)
    }

    private mutating func rollBack(to wanted: String?, by name: String, _ asker: Asker) {
        guard let version = history.version(wanted) else {
            asker.reply(code: 1, ControlSocket.noVersion(wanted, history))
            return
        }
        systemd.tell(.reloading)
        let was = shift.configuration.version
        let outcome = shift.rollBack(
            to: version.name,
            version.snapshot,
            canBeRelieved: false
        )
        finish(outcome, "rollback", was, name, asker)
    }

    private mutating func finish(
        _ outcome: ReloadOutcome,
        _ event: String,
        _ was: String,
        _ name: String,
        _ asker: Asker?
    ) {
        book.note(event, outcome, was: was, by: name)
        let isInstalled = outcome.kind == .installed
        if isInstalled { remember() }
        let rest = isInstalled ? "" : "; not all could be read again"
        systemd.tell(.ready(status: "serving in the foreground" + rest))
        asker?.reply(code: isInstalled ? 0 : 1, outcome.text)
    }

    private mutating func remember() {
        // Nobody could ask to go back.
        guard control != nil else { return }
        guard let snapshot = Snapshot(of: shift.configuration.record) else { return }
        let name = shift.configuration.version
        history.append(Version(name: name, since: Int64(time(nil)), snapshot: snapshot))
    }
}
