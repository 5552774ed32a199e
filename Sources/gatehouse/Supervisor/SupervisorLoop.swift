import CLinux
import Gateway
import Crypto
import Glibc
import Transport

/// A supervisor at work: waits for what happens, and does what `Supervisor` decides.
struct SupervisorLoop: ~Copyable {
    private var supervisor: Supervisor
    private let settings: ProcessSettings
    private let bound: [BoundAddress]
    private let secret: ProcessSecret
    private var channels: [Int32: Channel]
    private let program: ProgramFile
    private let words: [String]
    private let systemd = Systemd()
    private let signals: Int32
    private var isListening = true

    /// The first one, with sockets that it has bound.
    init(_ settings: ProcessSettings, on bound: [BoundAddress], _ words: [String]) {
        self.init(settings, bound, ProcessSecret(), [], [:], words)
    }

    /// The same process as before, with another program.
    init?(_ settings: ProcessSettings, resuming handover: Handover, _ words: [String]) {
        guard let bound = handover.bound(namesAreOurs: true) else { return nil }
        let (crews, channels) = (handover.crews, handover.channels)
        self.init(settings, bound, handover.secret, crews, channels, words)
    }

    private init(
        _ settings: ProcessSettings,
        _ bound: [BoundAddress],
        _ secret: ProcessSecret,
        _ crews: [Supervisor.Crew],
        _ channels: [Int32: Channel],
        _ words: [String]
    ) {
        self.settings = settings
        self.bound = bound
        self.secret = secret
        self.channels = channels
        self.words = words
        program = ProgramFile()
        signals = Signals.descriptor()
        supervisor = Supervisor(
            (drain: settings.drainTimeout, handover: settings.handoverTimeout),
            resuming: crews
        )
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
        unsafe poll(&wanted, nfds_t(wanted.count), patience())
        for (index, line) in lines.enumerated() where wanted[index + 1].revents != 0 {
            hear(line.id, line.channel)
        }
        if wanted[0].revents != 0 { takeSignals() }
        if supervisor.nextDeadline <= PreciseClock.now() { handle(.timePassed) }
    }

    private func patience() -> Int32 {
        let deadline = supervisor.nextDeadline
        guard deadline < .never else { return -1 }
        let now = PreciseClock.now()
        guard deadline > now else { return 0 }
        return Int32(clamping: deadline.milliseconds - now.milliseconds)
    }

    private mutating func hear(_ id: Int32, _ channel: Channel) {
        switch channel.receive() {
        case .nothing: break
        case .end:
            // What becomes of it is its parent's to be told.
            channel.close()
            channels[id] = nil
        case .packet(let packet):
            switch Report(packet) {
            case .ready: handle(.ready(id))
            case .reloaded(let isWhole): handle(.reloaded(id, whole: isWhole))
            case nil: break
            }
        }
    }

    private mutating func takeSignals() {
        var word = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        while unsafe read(signals, &word, size) == size {
            let signal = Int32(word.ssi_signo)
            if signal == SIGCHLD { reap() } else { handle(.signal(signal)) }
        }
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
        }
    }

    private mutating func handle(_ event: Supervisor.Event) {
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
            settings.pidFile.map(PidFile.remove)
            if code == 0 { Terminal.note("gatehouse: stopped") }
            exit(code)
        }
    }

    private func present() {
        for address in bound { Terminal.note("gatehouse: listening on \(address.address)") }
        guard geteuid() == 0 else { return }
        Terminal.note("gatehouse: it runs as root; `--user NAME` would end that")
    }

    private mutating func stopListening() {
        guard isListening else { return }
        isListening = false
        for address in bound { address.close() }
    }

    private mutating func start(_ image: Supervisor.Image) {
        let handover = Handover(secret, bound).packet
        guard handover.count <= Channel.packetByteMax else {
            return handle(.notStarted(image, "too many listeners and workers to hand over"))
        }
        guard let (ours, theirs) = Channel.pair(), ours.send(handover) else {
            return handle(.notStarted(image, "no process can be started: no descriptors left"))
        }
        defer { theirs.close() }
        let kept = bound.flatMap(\.descriptors) + [theirs.descriptor]
        let environment = ProgramFile.environment(handingOver: theirs)
        do throws(ProgramFile.NotStarted) {
            let id = try program.start(image, words, environment, keeping: kept)
            channels[id] = ours
            handle(.started(id, image))
        } catch {
            ours.close()
            handle(.notStarted(image, error.why))
        }
    }

    /// Goes on as the program that the file holds now; the process, its children and sockets stay.
    private mutating func replaceSelf() {
        var handover = Handover(secret, bound)
        handover.crews = supervisor.crews
        handover.channels = channels
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
        let kept = bound.flatMap(\.descriptors) + channels.values.map(\.descriptor)
        let environment = ProgramFile.environment(handingOver: theirs, asSupervisor: true)
        let why = program.replaceSelf(words, environment, keeping: kept + [theirs.descriptor])
        handle(.notReplaced(why))
    }
}
