import Glibc
import Transport

/// Who asks a supervisor, and what they are told.
extension SupervisorLoop {
    /// Those who wait for the serving crew, in the order in which it answers.
    struct Waiting {
        enum Event: String { case reload, rollback }

        struct Entry {
            let event: Event
            /// Who asked, for the audit.
            let name: String
            let asker: Asker?
            /// The version that ran then.
            let was: String
        }

        private var reloads: [Entry] = []
        var statuses: [(asker: Asker, format: StatusPage.Format)] = []

        var hasReloads: Bool { !reloads.isEmpty }

        mutating func note(_ event: Event, by name: String, _ asker: Asker?, was: String) {
            reloads.append(Entry(event: event, name: name, asker: asker, was: was))
        }

        mutating func next() -> Entry? { reloads.isEmpty ? nil : reloads.removeFirst() }
    }

    mutating func listenToAskers() {
        if let control = standing.control, let asker = control.accept() {
            if askers.count < Asker.countMax { askers.append(asker) } else { asker.leave() }
        }
        for asker in askers {
            guard let request = asker.request() else { continue }
            askers.removeAll { $0 == asker }
            guard let request else {
                asker.leave()
                continue
            }
            answer(request, asker)
        }
    }

    private mutating func answer(_ request: ControlRequest, _ asker: Asker) {
        guard let crew = supervisor.crews.first(where: \.isServing)?.id else {
            return asker.reply(code: 2, "gatehouse: no process serves at the moment")
        }
        let running = history.running?.name ?? ""
        switch request {
        case .reload:
            guard candidate == nil else { return sayBusy(asker) }
            waiting.note(.reload, by: asker.name, asker, was: running)
            handle(.signal(SIGHUP))
            forgetUnheard()
        case .rollBack(let name):
            guard candidate == nil else { return sayBusy(asker) }
            guard let version = history.version(name) else {
                return asker.reply(code: 1, ControlSocket.noVersion(name, history))
            }
            let order = Order.rollBack(version.name)
            let isSent = channels[crew]?.send(
                order.packet,
                passing: version.snapshot.descriptor
            )
            guard isSent == true else {
                return asker.reply(code: 2, "gatehouse: the process that serves does not listen")
            }
            waiting.note(.rollback, by: asker.name, asker, was: running)
        case .status(let format):
            waiting.statuses.append((asker, format))
            if channels[crew]?.send(Order.tellStatus.packet) != true { answerStatus(nil) }
        }
    }

    private func sayBusy(_ asker: Asker) {
        asker.reply(code: 2, "gatehouse: another process is taking over already; ask again")
    }

    /// Nobody was told to reload: nothing serves yet, or it ends.
    mutating func forgetUnheard() {
        guard supervisor.crews.allSatisfy(\.isLeaving) else { return }
        while let entry = waiting.next() {
            entry.asker?.reply(code: 2, "gatehouse: no process serves at the moment")
        }
    }

    /// What was asked first is over.
    mutating func finish(_ outcome: ReloadOutcome) {
        guard let entry = waiting.next() else { return }
        book.note(entry.event.rawValue, outcome, was: entry.was, by: entry.name)
        var text = outcome.text
        if text.isEmpty {
            text =
                "gatehouse: \(standing.entry) read again: version \(outcome.version), was \(entry.was)"
        }
        entry.asker?.reply(code: outcome.kind == .refused ? 1 : 0, text)
    }

    mutating func answerStatus(_ status: CrewStatus?) {
        let asked = waiting.statuses
        waiting.statuses = []
        for (asker, format) in asked {
            let page = StatusPage(
                supervisor: getpid(),
                began: began,
                entry: standing.entry,
                crews: supervisor.crews.map { .init(id: $0.id, stage: $0.stage.name) },
                history: history,
                crew: status
            )
            asker.reply(code: 0, page.text(format))
        }
    }
}

extension Supervisor.Stage {
    /// As `status` calls it.
    var name: String {
        switch self {
        case .starting: "starting"
        case .serving: "serving"
        case .draining: "draining"
        case .dismissed, .condemned: "ending"
        }
    }
}
