import Glibc
public import Vocabulary

/// Where connections are that have nothing to say.
///
/// A task keeps the memory of its deepest call for as long as it lives, which is many times what a
/// silent connection needs. So a silent one has no task: it sits here, and the moment it is heard from
/// it is handed to one of a few serving tasks, which take one connection after the other. Memory then
/// follows the exchanges under way and not the connections that are open.
public final class Lobby {
    private let loop: EventLoop
    private let idle: Patience
    private let count: ConnectionCount
    private var guests: [Guest?] = []
    private var waiting: [Guest] = []
    private var nextWaiting = 0
    private var servers: [Waiter] = []
    private let hire: () -> Void
    private var isClosed = false

    /// - hire: starts one more task that serves whoever `next` gives it.
    public init(
        on loop: EventLoop,
        idle: Patience,
        count: ConnectionCount,
        hire: @escaping () -> Void
    ) {
        self.loop = loop
        self.idle = idle
        self.count = count
        self.hire = hire
    }

    /// Takes in a new connection, or drops it when there is no room in the kernel's list.
    public func admit(
        _ descriptor: Int32,
        from peer: IPAddress?,
        through entrance: Entrance = .open
    ) {
        guard entrance.admits(peer) else {
            Glibc.close(descriptor)
            return
        }
        guard let socket = try? Socket(descriptor, on: loop) else { return }
        let guest = Guest(peer, entrance, count)
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

    /// Sends everyone home, now and from now on: silent clients, and the tasks that waited for them.
    ///
    /// Whoever has asked something already is served.
    public func close() {
        isClosed = true
        let seated = guests
        guests.removeAll()
        for server in servers { server.wake(.timedOut) }
        servers.removeAll()
        for case let guest? in seated {
            if guest.connection?.hasNews == true { call(guest) } else { guest.connection?.sayEnd() }
        }
    }

    private func seat(_ guest: Guest) {
        guard let waiter = guest.connection?.waiter else { return }
        if isClosed {
            if guest.connection?.hasNews == true { call(guest) } else { guest.connection?.sayEnd() }
            return
        }
        let number = Int(waiter.number)
        while guests.count <= number { guests.append(nil) }
        guests[number] = guest
        if guest.connection?.awaitInLobby(self, until: loop.now + idle) == true {
            rise(waiter.number, .ready)
        }
    }

    /// A guest was heard from, or stayed silent too long.
    func rise(_ number: Int32, _ reason: Waiter.Wake) {
        guard let guest = guests[Int(number)] else { return }
        guests[Int(number)] = nil
        if reason == .ready {
            call(guest)
        } else {
            // The guest goes, and its socket closes.
            guest.connection?.leaveLobby()
            guest.connection?.sayEnd()
        }
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
    /// Where the bytes come from, by the word of the proxy in front if there is one; nil on a Unix
    /// socket.
    public private(set) var peer: IPAddress?
    public let entrance: Entrance
    /// nil while it is being served.
    var connection: Connection?
    private let count: ConnectionCount
    private var hasBegun = false

    init(_ peer: IPAddress?, _ entrance: Entrance, _ count: ConnectionCount) {
        self.peer = peer
        self.entrance = entrance
        self.count = count
        count.add(1)
    }

    deinit { count.add(-1) }

    /// Hands the connection to whoever serves it, once it has begun as its listener asks.
    ///
    /// nil when it has not, or is served already.
    public func rise() async -> Connection? {
        guard var connection = connection.take() else { return nil }
        if hasBegun { return connection }
        do throws(TransportError) {
            note(source: try await entrance.begin(&connection))
        } catch {
            return nil
        }
        return connection
    }

    private func note(source: IPAddress?) {
        hasBegun = true
        if let source { peer = source }
    }
}
