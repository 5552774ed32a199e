public import Vocabulary

/// Where connections are that have nothing to say.
///
/// A task keeps the memory of its deepest call for as long as it lives, which is many times what a
/// silent connection needs. So a silent one has no task: it sits here, and the moment it is heard from
/// it is handed to one of a few serving tasks, which take one connection after the other. Memory then
/// follows the exchanges under way and not the connections that are open.
public final class Lobby {
    private let loop: EventLoop
    private var idle: Patience
    private let linger: Patience
    private let count: ConnectionCount
    private var guests: [Guest?] = []
    private var waiting: [Guest] = []
    private var nextWaiting = 0
    private var servers: [Waiter] = []
    private let hire: () -> Void
    private var isClosed = false

    /// - idle: how long a guest may be silent.
    /// - linger: how long a guest who was said goodbye to may take to leave.
    /// - hire: starts one more task that serves whoever `next` gives it.
    public init(
        on loop: EventLoop,
        idle: Patience,
        linger: Patience = Deadlines().linger,
        count: ConnectionCount,
        hire: @escaping () -> Void
    ) {
        self.loop = loop
        self.idle = idle
        self.linger = linger
        self.count = count
        self.hire = hire
    }

    /// Takes in a new connection, or drops it when there is no room in the kernel's list.
    public func admit(_ descriptor: Int32, from peer: IPAddress?) {
        guard let socket = try? Socket(descriptor, on: loop) else { return }
        let guest = Guest(peer, count)
        guest.connection = Connection(socket, side: .downstream, waiter: loop.makeWaiter())
        seat(guest)
    }

    /// The next connection that was heard from; nil when the task is not needed any more.
    public func next() async -> Guest? {
        while nextWaiting == waiting.count {
            // Nobody is held here who has been served.
            waiting.removeAll(keepingCapacity: true)
            nextWaiting = 0
            guard !isClosed, servers.count < TransportBounds.spareServersMax else { return nil }
            let waiter = loop.makeWaiter()
            servers.append(waiter)
            _ = await waiter.sleep(until: .never)
        }
        let guest = waiting[nextWaiting]
        nextWaiting += 1
        return guest
    }

    /// Takes a connection back that has nothing to say for now.
    public func seat(_ guest: Guest, _ connection: consuming Connection) {
        guest.connection = consume connection
        seat(guest)
    }

    /// Sends the tasks home that wait, and guests too once they have been silent for `grace` from now on.
    ///
    /// A guest who still has something to ask is served: a connection that ends at the moment its client
    /// sends is a request failed.
    public func close(after grace: Patience) {
        isClosed = true
        if grace.wholeMilliseconds < idle.wholeMilliseconds { idle = grace }
        for server in servers { server.wake(.timedOut) }
        servers.removeAll()
        let end = loop.now + idle
        for case let guest? in guests { guest.connection?.hurryInLobby(until: end) }
    }

    private func seat(_ guest: Guest) { seat(guest, until: loop.now + idle) }

    private func seat(_ guest: Guest, until deadline: Instant) {
        guard let waiter = guest.connection?.waiter else { return }
        let number = Int(waiter.number)
        while guests.count <= number { guests.append(nil) }
        guests[number] = guest
        if guest.connection?.awaitInLobby(self, until: deadline) == true {
            rise(waiter.number, .ready)
        }
    }

    /// A guest was heard from, or stayed silent too long.
    func rise(_ number: Int32, _ reason: Waiter.Wake) {
        guard let guest = guests[Int(number)] else { return }
        guests[Int(number)] = nil
        if let end = guest.leavesBy {
            if reason == .ready, guest.connection?.discardInput() == true {
                return seat(guest, until: end)
            }
        } else if reason == .ready || guest.connection?.hasNews == true {
            return call(guest)
        } else {
            return dismiss(guest)
        }
        // The guest goes, and its socket closes.
        guest.connection?.leaveLobby()
    }

    /// Ends our side, and reads on until the guest has left too (RFC 9112 §9.6).
    ///
    /// A request that is on its way now finds our end and no answer, so its client may safely send it
    /// elsewhere. A close would meet it with a reset, and leave the client to guess.
    private func dismiss(_ guest: Guest) {
        let end = loop.now + linger
        guest.leavesBy = end
        guest.connection?.endSending()
        seat(guest, until: end)
    }

    /// Has a guest served.
    private func call(_ guest: Guest) {
        guest.connection?.leaveLobby()
        waiting.append(guest)
        if let server = servers.popLast() { server.wake(.ready) } else { hire() }
    }
}

/// One client's connection, for as long as it is open.
public final class Guest {
    /// Where the bytes come from; nil on a Unix socket.
    public let peer: IPAddress?
    /// nil while it is being served.
    var connection: Connection?
    /// Until when it may leave; nil while it is welcome.
    fileprivate(set) var leavesBy: Instant?
    private let count: ConnectionCount

    init(_ peer: IPAddress?, _ count: ConnectionCount) {
        self.peer = peer
        self.count = count
        count.add(1)
    }

    deinit { count.add(-1) }

    /// Hands the connection to whoever serves it.
    public func rise() -> Connection? { connection.take() }
}
