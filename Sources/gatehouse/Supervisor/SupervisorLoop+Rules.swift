import Gateway
import Glibc
import Policy
import Transport

/// What crews say about rules, and another crew for rules that the serving one cannot go on with.
extension SupervisorLoop {
    /// Another crew with its own idea of the machine.
    struct Candidate {
        var crew: Int32?
        let version: Version
        let standing: Standing
        /// Sockets that were bound for it.
        let fresh: [BoundAddress]
        let freshControl: ControlSocket?
        let outcome: ReloadOutcome
    }

    mutating func take(_ report: Report, from id: Int32, _ snapshot: Snapshot?) {
        switch report {
        case .ready(let name): welcome(id, name, snapshot)
        case .reloaded(let outcome): hear(outcome, from: id, snapshot)
        case .status(let status):
            snapshot?.close()
            answerStatus(status)
        case .switched(let name, let isOn):
            snapshot?.close()
            guard supervisor.crews.contains(where: { $0.id == id && $0.isServing }) else { return }
            book.noteSwitch(name, isOn: isOn)
        }
    }

    private mutating func welcome(_ id: Int32, _ name: String, _ snapshot: Snapshot?) {
        if let candidate, candidate.crew == id {
            adopt(candidate, snapshot)
        } else if let snapshot {
            let since = history.running.flatMap { $0.name == name ? $0.since : nil }
            let version = Version(
                name: name,
                since: since ?? Int64(time(nil)),
                snapshot: snapshot
            )
            history.append(version)
        }
        handle(.ready(id))
        if let candidate, candidate.crew == id {
            self.candidate = nil
            finish(candidate.outcome)
        }
    }

    private mutating func hear(_ outcome: ReloadOutcome, from id: Int32, _ snapshot: Snapshot?) {
        guard supervisor.crews.contains(where: { $0.id == id && $0.isServing }) else {
            snapshot?.close()
            return
        }
        switch outcome.kind {
        case .refused:
            snapshot?.close()
            handle(.reloaded(id, whole: false))
            finish(outcome)
        case .installed:
            if let snapshot { note(outcome.version, snapshot) }
            handle(.reloaded(id, whole: true))
            finish(outcome)
        case .needsRelief:
            do throws(StartFailure) {
                guard let snapshot else {
                    throw StartFailure(message: "there is no memory left for another version")
                }
                candidate = try makeCandidate(outcome, snapshot)
                handle(.reliefWanted)
                if candidate?.crew == nil { abandon("no process could be started for it") }
            } catch {
                let text = "gatehouse: \(error.message); nothing changes"
                Terminal.note(text)
                handle(.reloaded(id, whole: false))
                finish(.refused(text))
            }
        }
    }

    private mutating func note(_ name: String, _ snapshot: Snapshot) {
        let running = history.running
        let since = running?.name == name ? running?.since : nil
        history.append(
            Version(name: name, since: since ?? Int64(time(nil)), snapshot: snapshot)
        )
    }

    // MARK: Another crew

    /// Binds what the new rules want beside what there is already.
    private func makeCandidate(
        _ outcome: ReloadOutcome,
        _ snapshot: Snapshot
    ) throws(StartFailure) -> Candidate {
        guard supervisor.canChange else {
            snapshot.close()
            throw StartFailure(message: "another process is taking over already")
        }
        do throws(StartFailure) {
            let next = try configuration(in: snapshot)
            let process = next.settings.process
            guard process.user == standing.settings.user,
                process.pidFile == standing.settings.pidFile
            else {
                throw StartFailure(message: "another user or pid file needs a new start")
            }
            let (bound, fresh) = try sockets(for: next.settings)
            var control = standing.control
            var freshControl: ControlSocket?
            if next.installation.controlPath != standing.control?.path {
                control = nil
                if let path = next.installation.controlPath {
                    do throws(StartFailure) {
                        freshControl = try ControlSocket.bind(path, for: nil)
                        control = freshControl
                    } catch {
                        for address in fresh { address.close() }
                        throw error
                    }
                }
            }
            return Candidate(
                version: Version(
                    name: outcome.version,
                    since: Int64(time(nil)),
                    snapshot: snapshot
                ),
                standing: Standing(next, bound, control),
                fresh: fresh,
                freshControl: freshControl,
                outcome: outcome
            )
        } catch {
            snapshot.close()
            throw error
        }
    }

    private func configuration(in snapshot: Snapshot) throws(StartFailure) -> Configuration {
        guard let record = snapshot.record() else {
            throw StartFailure(message: "the files could not be kept")
        }
        do throws(Configuration.Refusal) {
            return try Configuration.read(standing.entry, from: record, isTried: false)
        } catch {
            throw StartFailure(message: error.text)
        }
    }

    /// The sockets for these settings: those there are where they fit, and others for the rest.
    private func sockets(
        for settings: Settings
    ) throws(StartFailure) -> (bound: [BoundAddress], fresh: [BoundAddress]) {
        var bound: [BoundAddress] = []
        var fresh: [BoundAddress] = []
        var left = standing.bound
        do throws(ListenFailure) {
            for listener in settings.listeners {
                if let index = left.firstIndex(where: { $0.address.answers(listener.address) }) {
                    let (whole, added) = try left.remove(at: index).resized(to: settings.workers)
                    bound.append(whole)
                    if let added { fresh.append(added) }
                } else {
                    let made = try BoundAddress.bind(listener.address, workers: settings.workers)
                    bound.append(made)
                    fresh.append(made)
                }
            }
        } catch {
            for address in fresh { address.close() }
            throw StartFailure(message: error.message)
        }
        return (bound, fresh)
    }

    /// Goes on with what the candidate stands for, which serves now.
    private mutating func adopt(_ candidate: Candidate, _ snapshot: Snapshot?) {
        let kept = Set(candidate.standing.bound.flatMap(\.descriptors))
        let names = Set(candidate.standing.bound.map(\.address))
        for address in standing.bound {
            for descriptor in address.descriptors where !kept.contains(descriptor) {
                close(descriptor)
            }
            if !names.contains(address.address) { address.unbind() }
        }
        if standing.control?.path != candidate.standing.control?.path { standing.control?.close() }
        standing = candidate.standing
        book = AuditBook(standing.auditFile)
        supervisor.adopt(standing.times)
        if let snapshot {
            candidate.version.snapshot.close()
            note(candidate.version.name, snapshot)
        } else {
            note(candidate.version.name, candidate.version.snapshot)
        }
        for address in candidate.fresh {
            Terminal.note("gatehouse: listening on \(address.address)")
        }
    }

    /// The candidate has come to nothing: what was there stays.
    mutating func abandon(_ why: String) {
        guard let candidate else { return }
        self.candidate = nil
        for address in candidate.fresh { address.close() }
        candidate.freshControl?.close()
        candidate.version.snapshot.close()
        if let id = supervisor.crews.first(where: \.isServing)?.id {
            handle(.reloaded(id, whole: false))
        }
        finish(.refused("gatehouse: \(why); nothing changes"))
    }

    /// A process has ended: somebody may have waited for what it was doing.
    mutating func noteEnd(of id: Int32) {
        if candidate?.crew == id {
            abandon("the process with the new rules ended before it was ready")
        } else if candidate == nil, !supervisor.crews.contains(where: \.isServing) {
            while waiting.hasReloads {
                finish(.refused("gatehouse: the process that was asked has ended; nothing changes"))
            }
            answerStatus(nil)
        }
    }
}
