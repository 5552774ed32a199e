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
    init(_ settings: Settings, from handover: Handover, _ channel: Channel) throws(StartFailure) {
        guard let bound = handover.bound(namesAreOurs: false),
            Self.match(bound, settings.listeners)
        else {
            throw StartFailure(message: "the handover does not go with the flags")
        }
        var settings = settings
        settings.secret = handover.secret
        let gateway = try Gateway(settings, on: bound) { Terminal.mention("gatehouse: \($0)") }
        shift = Shift(gateway, settings, as: "gatehouse[\(getpid())]")
        self.channel = channel
        drainTimeout = settings.process.drainTimeout
        let end = PreciseClock.now() + SupervisorBounds.readyPatience
        while !gateway.isAccepting {
            guard PreciseClock.now() < end else {
                throw StartFailure(message: "the workers do not accept")
            }
            poll(nil, 0, 1)
        }
        channel.send(Report.ready.packet)
    }

    /// Serves until it is told to end, and has.
    consuming func run() -> Never {
        while !shift.isOver {
            if let order = nextOrder(), let report = shift.take(order) {
                channel?.send(report.packet)
            }
        }
        shift.end()
        exit(0)
    }

    private mutating func nextOrder() -> Order? {
        let patience: Int32? = shift.isDraining ? 20 : nil
        guard let channel else {
            poll(nil, 0, 20)
            return nil
        }
        switch channel.receive(within: patience) {
        case .packet(let packet): return Order(packet)
        case .nothing: return nil
        case .end:
            self.channel = nil
            Terminal.note("gatehouse[\(getpid())]: the supervisor is gone")
            return .drain(leavingQueues: false, within: drainTimeout)
        }
    }

    /// Whether the sockets are those that the flags speak of; port 0 is any.
    private static func match(_ bound: [BoundAddress], _ listeners: [ListenerSettings]) -> Bool {
        guard bound.count == listeners.count else { return false }
        return zip(bound, listeners).allSatisfy { bound, listener in
            switch (bound.address, listener.address) {
            case (.tcp(let given, _), .tcp(let asked, 0)): given == asked
            case (let given, let asked): given == asked
            }
        }
    }
}
