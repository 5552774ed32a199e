import Gateway
import Glibc
import Transport

/// A crew at work: serves on the sockets it was given, and does what its supervisor says.
///
/// When the supervisor is gone it drains, as if it had been told to: nobody would ever tell it anything
/// again, and whoever starts the program next needs the sockets.
struct CrewLoop {
    private var shift: Shift
    /// nil once the supervisor is gone.
    private var channel: Channel?
    private let drainTimeout: Patience

    /// Starts the gateway, and reports that it serves once it does.
    init(
        _ configuration: Configuration,
        from handover: Handover,
        _ channel: Channel
    ) throws(StartFailure) {
        var configuration = configuration
        guard let bound = handover.bound(namesAreOurs: false),
            Self.match(bound, configuration.settings.listeners)
        else {
            throw StartFailure(message: "the handover does not go with the rules")
        }
        configuration.settings.secret = handover.secret
        let gateway = try Gateway(configuration.settings, on: bound) {
            Terminal.mention("gatehouse: \($0)")
        }
        shift = Shift(gateway, configuration, as: "gatehouse[\(getpid())]")
        self.channel = channel
        drainTimeout = configuration.settings.process.drainTimeout
        let end = PreciseClock.now() + SupervisorBounds.readyPatience
        while !gateway.isAccepting {
            guard PreciseClock.now() < end else {
                throw StartFailure(message: "the workers do not accept")
            }
            poll(nil, 0, 1)
        }
        send(.ready(version: configuration.version))
    }

    /// Serves until it is told to end, and has.
    consuming func run() -> Never {
        while !shift.isOver {
            var passed: Int32 = -1
            let order = nextOrder(&passed)
            if let order { obey(order, passed) }
            if passed >= 0 { close(passed) }
            for turned in shift.look() { send(.switched(turned.name, isOn: turned.isOn)) }
        }
        shift.end()
        exit(0)
    }

    private mutating func obey(_ order: Order, _ passed: Int32) {
        switch order {
        case .drain(let leavingQueues, let patience):
            shift.drain(leavingQueues: leavingQueues, within: patience)
        case .end: shift.endAtOnce()
        case .reopen: shift.reopenLog()
        case .reload:
            // First this, then the report: a call takes `self` before its arguments.
            let outcome = shift.reload(canBeRelieved: true)
            send(.reloaded(outcome))
        case .rollBack(let version):
            let snapshot = passed >= 0 ? Snapshot(descriptor: passed) : nil
            let outcome = shift.rollBack(to: version, snapshot, canBeRelieved: true)
            send(.reloaded(outcome))
        case .tellStatus: send(.status(shift.status))
        }
    }

    /// Reports, with the files of the version it is about.
    private func send(_ report: Report) {
        var snapshot: Snapshot?
        switch report {
        case .ready: snapshot = Snapshot(of: shift.configuration.record)
        case .reloaded(let outcome) where outcome.kind != .refused:
            snapshot = shift.proposed.flatMap { Snapshot(of: $0.record) }
        default: break
        }
        channel?.send(report.packet, passing: snapshot?.descriptor ?? -1)
        snapshot?.close()
    }

    private mutating func nextOrder(_ passed: inout Int32) -> Order? {
        let patience: Int32 = shift.isDraining ? 20 : 1000
        guard let channel else {
            poll(nil, 0, 20)
            return nil
        }
        switch channel.receive(within: patience, passed: &passed) {
        case .packet(let packet): return Order(packet)
        case .nothing: return nil
        case .end:
            self.channel = nil
            Terminal.note("gatehouse[\(getpid())]: the supervisor is gone")
            return .drain(leavingQueues: false, within: drainTimeout)
        }
    }

    /// Whether the sockets are those that the rules speak of; port 0 is any.
    private static func match(_ bound: [BoundAddress], _ listeners: [ListenerSettings]) -> Bool {
        guard bound.count == listeners.count else { return false }
        return zip(bound, listeners).allSatisfy { $0.address.answers($1.address) }
    }
}

extension SocketAddress {
    /// Whether a bound address is what was asked for; port 0 is any.
    func answers(_ asked: SocketAddress) -> Bool {
        switch (self, asked) {
        case (.tcp(let given, _), .tcp(let wanted, 0)): given == wanted
        default: self == asked
        }
    }
}
