import Synchronization

/// One server of an upstream's set, as all workers know it.
///
/// What every request asks of it is an atomic; what is decided about it is decided by the set, under
/// the set's lock.
public final class Server: Sendable {
    public let address: SocketAddress
    /// The address, as records name it.
    public let text: [UInt8]
    /// What a request without a Host is given.
    public let host: [UInt8]
    /// What a client's cookie calls it.
    public let token: [UInt8]
    /// Its place in the workers' lists of idle connections.
    let number: Int
    let weight: Int
    /// nil in clear text.
    let tls: ServerTLS?
    /// Where it stands on the ring.
    let points: [UInt64]

    private let queue: PendingQueue
    private let connectionsMax: Int
    private let taken = Atomic<Int>(0)
    private let fitness = Atomic<Bool>(true)
    private let membership = Atomic<Bool>(true)
    private let troubles = Atomic<Int>(0)

    init(
        _ address: SocketAddress,
        number: Int,
        settings: ServerSettings,
        tls: ServerTLS? = nil,
        token: [UInt8],
        pointCount: Int,
        connectionsMax: Int,
        queue: PendingQueue
    ) {
        self.address = address
        self.number = number
        self.tls = tls
        self.token = token
        self.queue = queue
        self.connectionsMax = connectionsMax
        weight = settings.weight
        text = Array(address.text.utf8)
        points = HashRing.points(of: text, count: pointCount)
        host =
            switch (settings.place, address) {
            case (.name(let name, let port), _): Array("\(name):\(port)".utf8)
            case (_, .unix): Array("localhost".utf8)
            default: text
            }
    }

    /// Requests under way to it, over all workers.
    public var inFlight: Int { taken.load(ordering: .relaxed) }

    /// Whether new requests may go to it.
    var isFit: Bool { fitness.load(ordering: .relaxed) }
    /// Whether it is not one of the set any more.
    var hasLeft: Bool { !membership.load(ordering: .relaxed) }
    /// Whether its last request failed.
    var isInTrouble: Bool { troubles.load(ordering: .relaxed) > 0 }

    func note(isFit: Bool) { fitness.store(isFit, ordering: .relaxed) }
    func note(failuresInRow count: Int) { troubles.store(count, ordering: .relaxed) }
    func noteLeft() {
        membership.store(false, ordering: .relaxed)
        fitness.store(false, ordering: .relaxed)
    }

    /// Takes one of the connections it may have in use; false when all are.
    ///
    /// Never more than there are, not even for a moment: somebody else would be turned away by that.
    func take() -> Bool {
        var count = taken.load(ordering: .sequentiallyConsistent)
        while count < connectionsMax {
            let (isDone, found) = taken.compareExchange(
                expected: count,
                desired: count &+ 1,
                ordering: .sequentiallyConsistent
            )
            if isDone { return true }
            count = found
        }
        return false
    }

    func giveBack() {
        taken.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        if queue.isBusy { queue.serve(self) }
    }
}

/// The right to one connection to one server, for one exchange.
///
/// However the exchange ends, the right goes back when this goes out of scope.
public struct Lease: ~Copyable {
    public let server: Server

    /// The server's connection has been taken already.
    init(of server: Server) { self.server = server }

    deinit { server.giveBack() }
}
