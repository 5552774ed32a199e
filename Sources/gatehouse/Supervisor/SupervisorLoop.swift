import CLinux
import Crypto
import Gateway
import Glibc
import Policy
import Transport

/// A supervisor at work: waits for what happens, and does what `Supervisor` decides.
struct SupervisorLoop: ~Copyable {
    var supervisor: Supervisor
    /// What is said about processes and the machine now.
    var standing: Standing
    var history: VersionHistory
    let secret: ProcessSecret
    var channels: [Int32: Channel]
    let program: ProgramFile
    let words: [String]
    let systemd = Systemd()
    var book: AuditBook
    /// Another crew on other rules, which has yet to show that it can.
    var candidate: Candidate?
    /// Those who asked for what the serving crew is busy with.
    var waiting = Waiting()
    var askers: [Asker] = []
    let began = Int64(time(nil))
    private let signals: Int32
    var isListening = true

    /// What the rules say that a supervisor acts on, and what it holds for that.
    struct Standing {
        let entry: String
        let settings: ProcessSettings
        var bound: [BoundAddress]
        var control: ControlSocket?
        let auditFile: String?

        init(_ configuration: Configuration, _ bound: [BoundAddress], _ control: ControlSocket?) {
            entry = configuration.entry
            settings = configuration.settings.process
            auditFile = configuration.installation.auditFile
            self.bound = bound
            self.control = control
        }

        var times: (drain: Patience, handover: Patience) {
            (drain: settings.drainTimeout, handover: settings.handoverTimeout)
        }
    }

    /// The first one, with sockets that it has bound.
    init(_ standing: Standing, _ first: Version, _ words: [String]) {
        self.init(standing, ProcessSecret(), VersionHistory([first]), [], [:], words)
    }

    /// The same process as before, with another program.
    init(_ standing: Standing, resuming handover: Handover, _ words: [String]) {
        let (crews, channels) = (handover.crews, handover.channels)
        let history = VersionHistory(handover.versions)
        self.init(standing, handover.secret, history, crews, channels, words)
    }

    private init(
        _ standing: Standing,
        _ secret: ProcessSecret,
        _ history: VersionHistory,
        _ crews: [Supervisor.Crew],
        _ channels: [Int32: Channel],
        _ words: [String]
    ) {
        self.standing = standing
        self.secret = secret
        self.history = history
        self.channels = channels
        self.words = words
        book = AuditBook(standing.auditFile)
        program = ProgramFile()
        signals = Signals.descriptor()
        supervisor = Supervisor(standing.times, resuming: crews)
    }

    /// Runs until it is told to end.
    consuming func run() -> Never {
        handle(supervisor.crews.isEmpty ? .begun : .resumed)
        reap()
        while true { waitAndHandle() }
    }

    // MARK: What happens

    private mutating func waitAndHandle() {
        let lines = channels.map { (id: $0.key, channel: $0.value) }
        var wanted = [pollfd(fd: signals, events: Int16(POLLIN), revents: 0)]
        for line in lines {
            wanted.append(pollfd(fd: line.channel.descriptor, events: Int16(POLLIN), revents: 0))
        }
        if let control = standing.control {
            wanted.append(pollfd(fd: control.descriptor, events: Int16(POLLIN), revents: 0))
        }
        for asker in askers {
            wanted.append(
                pollfd(fd: asker.channel.descriptor, events: Int16(POLLIN), revents: 0)
            )
        }
        unsafe poll(&wanted, nfds_t(wanted.count), patience())
        for (index, line) in lines.enumerated() where wanted[index + 1].revents != 0 {
            hear(line.id, line.channel)
        }
        if wanted[0].revents != 0 { takeSignals() }
        listenToAskers()
        if supervisor.nextDeadline <= PreciseClock.now() { handle(.timePassed) }
    }

    private func patience() -> Int32 {
        let deadline = supervisor.nextDeadline
        // Somebody who has connected and says nothing is sent away after a while.
        let most: Int32 = askers.isEmpty ? -1 : 1000
        guard deadline < .never else { return most }
        let now = PreciseClock.now()
        guard deadline > now else { return 0 }
        let rest = Int32(clamping: deadline.milliseconds - now.milliseconds)
        return most < 0 ? rest : min(rest, most)
    }

    private mutating func hear(_ id: Int32, _ channel: Channel) {
        var passed: Int32 = -1
        let receipt = channel.receive(passed: &passed)
        switch receipt {
        case .nothing: break
        case .end:
            // What becomes of it is its parent's to be told.
            channel.close()
            channels[id] = nil
        case .packet(let packet):
            guard let report = Report(packet) else { break }
            take(report, from: id, passed >= 0 ? Snapshot(descriptor: passed) : nil)
            return
        }
        if passed >= 0 { close(passed) }
    }

    private mutating func takeSignals() {
        var word = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        while unsafe read(signals, &word, size) == size {
            let signal = Int32(word.ssi_signo)
            if signal == SIGCHLD { reap() } else { obey(signal) }
        }
    }

    private mutating func obey(_ signal: Int32) {
        if signal == SIGHUP {
            waiting.note(.reload, by: "SIGHUP", nil, was: history.running?.name ?? "")
        }
        handle(.signal(signal))
        if signal == SIGHUP { forgetUnheard() }
    }

    /// Learns which children have ended; several may share one signal.
    private mutating func reap() {
        var status: Int32 = 0
        while true {
            let id = unsafe waitpid(-1, &status, WNOHANG)
            guard id > 0 else { return }
            if let channel = channels.removeValue(forKey: id) { channel.close() }
            let signal = status & 0x7f
            handle(.ended(id, signal == 0 ? .code(status >> 8 & 0xff) : .signal(signal)))
            noteEnd(of: id)
        }
    }

    mutating func handle(_ event: Supervisor.Event) {
        for action in supervisor.take(event, at: PreciseClock.now()) { perform(action) }
    }

    // MARK: What is done

    private mutating func perform(_ action: Supervisor.Action) {
        switch action {
        case .start(let image): start(image)
        case .tell(let id, let order): channels[id]?.send(order.packet)
        case .kill(let id): kill(id, SIGKILL)
        case .present: present()
        case .announce(let announcement): systemd.tell(announcement)
        case .note(let text): Terminal.note("gatehouse: \(text)")
        case .stopListening: stopListening()
        case .replaceSelf: replaceSelf()
        case .exit(let code):
            stopListening()
            standing.settings.pidFile.map(PidFile.remove)
            if code == 0 { Terminal.note("gatehouse: stopped") }
            exit(code)
        }
    }

    private func present() {
        defer { book.noteStart(history.running?.name ?? "") }
        for address in standing.bound {
            Terminal.note("gatehouse: listening on \(address.address)")
        }
        guard geteuid() == 0 else { return }
        Terminal.note("gatehouse: it runs as root; `process { user NAME }` would end that")
    }

    private mutating func stopListening() {
        guard isListening else { return }
        isListening = false
        for address in standing.bound { address.close() }
        standing.control?.close()
        standing.control = nil
    }

    private mutating func start(_ image: Supervisor.Image) {
        let isChanged = image == .changed
        let bound = isChanged ? candidate?.standing.bound ?? [] : standing.bound
        let version = isChanged ? candidate?.version : history.running
        var handover = Handover(secret, bound)
        handover.versions = version.map { [$0] } ?? []
        let packet = handover.packet
        guard packet.count <= Channel.packetByteMax else {
            return handle(.notStarted(image, "too many listeners and workers to hand over"))
        }
        guard let (ours, theirs) = Channel.pair(), ours.send(packet) else {
            return handle(.notStarted(image, "no process can be started: no descriptors left"))
        }
        defer { theirs.close() }
        let kept =
            bound.flatMap(\.descriptors) + handover.versions.map(\.snapshot.descriptor)
            + [theirs.descriptor]
        let environment = ProgramFile.environment(handingOver: theirs)
        do throws(ProgramFile.NotStarted) {
            let program: Supervisor.Image = isChanged ? .running : image
            let id = try self.program.start(program, words, environment, keeping: kept)
            channels[id] = ours
            if isChanged { candidate?.crew = id }
            handle(.started(id, image))
        } catch {
            ours.close()
            handle(.notStarted(image, error.why))
        }
    }

    /// Goes on as the program that the file holds now; the process, its children and sockets stay.
    private mutating func replaceSelf() {
        var handover = Handover(secret, standing.bound)
        handover.crews = supervisor.crews
        handover.channels = channels
        handover.versions = history.all
        handover.control = standing.control?.descriptor ?? -1
        let packet = handover.packet
        guard let (ours, theirs) = Channel.pair() else {
            return handle(.notReplaced("no descriptors left"))
        }
        defer {
            ours.close()
            theirs.close()
        }
        guard packet.count <= Channel.packetByteMax, ours.send(packet) else {
            return handle(.notReplaced("too much to hand over"))
        }
        let kept =
            standing.bound.flatMap(\.descriptors) + channels.values.map(\.descriptor)
            + history.all.map(\.snapshot.descriptor) + [handover.control, theirs.descriptor]
        let environment = ProgramFile.environment(handingOver: theirs, asSupervisor: true)
        let why = program.replaceSelf(words, environment, keeping: kept.filter { $0 >= 0 })
        handle(.notReplaced(why))
    }
}
