import Glibc
public import Vocabulary

/// Where connections are that have nothing to say.
///
/// A task keeps the memory of its deepest call for as long as it lives, which is many times what a
/// silent connection needs. So a silent one has no task: it sits here, and the moment it is heard from
/// it is handed to one of a few serving tasks, which take one connection after the other. Memory then
/// follows the exchanges under way and not the connections that are open.
///
/// Silence costs nobody anything, so it is the first thing to be borne less when there is little left:
/// the longest silent give way to new connections, and the time that is left to all of them shrinks.
public final class Lobby {
    private let loop: EventLoop
    private var idle: Patience
    private let linger: Patience
    private let guards: Guards
    /// How long silence is borne at the moment.
    private var patience: Patience
    private var seats = Seats()
    private let callers = Callers()
    private var waiting: [Guest] = []
    private var nextWaiting = 0
    private var servers: [Waiter] = []
    private let hire: () -> Void
    private var isClosed = false

    /// - hire: starts one more task that serves whoever `next` gives it.
    public init(
        on loop: EventLoop,
        idle: Patience,
        linger: Patience = Deadlines().linger,
        guards: Guards,
        hire: @escaping () -> Void
    ) {
        self.loop = loop
        self.idle = idle
        self.linger = linger
        self.guards = guards
        patience = idle
        self.hire = hire
    }

    /// Takes in a new connection, or drops it when there is no room: in the kernel's list, for its
    /// address, or at all.
    ///
    /// Where a proxy says whose it is, it is counted once that is known.
    public func admit(
        _ descriptor: Int32,
        from peer: IPAddress?,
        through entrance: Entrance = .open
    ) {
        guard entrance.admits(peer) else { return Socket.refuse(descriptor) }
        let guest = Guest(peer, entrance, guards, loop.makeWaiter(), callers)
        if let peer, !entrance.isTold, !guest.count(as: peer) { return Socket.refuse(descriptor) }
        if !guards.hasRoom {
            guards.noteFull()
            guard makeRoom() else {
                guards.counts.noteRefusedOverall()
                return Socket.refuse(descriptor)
            }
        }
        guard let socket = try? Socket(descriptor, on: loop) else { return }
        guest.connection = Connection(socket, side: .downstream, waiter: guest.waiter)
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
    ///
    /// - wasAsked: it came with a request. One that shook hands and no more is as new as before, and one
    ///   that made us listen for nothing has been silent since it sat down.
    public func seat(
        _ guest: Guest,
        _ connection: consuming Connection,
        wasAsked: Bool = true
    ) {
        let isNews = wasAsked || !guest.hasSatDown
        guest.hasSatDown = true
        guest.isRegular = guest.isRegular || wasAsked
        guest.connection = consume connection
        seat(guest, since: isNews ? loop.now : guest.since)
    }

    /// Sends the tasks home that wait, and guests too once they have been silent for `grace` from now on.
    ///
    /// A guest who still has something to ask is served: a connection that ends at the moment its client
    /// sends is a request failed.
    public func close(after grace: Patience) {
        isClosed = true
        idle = min(idle, grace)
        patience = min(patience, idle)
        for server in servers { server.wake(.timedOut) }
        servers.removeAll()
        let end = loop.now + patience
        for guest in seats.all { guest.connection?.hurryInLobby(until: end) }
    }

    /// Has somebody leave whom it costs least; false when there is nobody.
    ///
    /// Newcomers who say nothing go first, then those who began something long ago and have not asked for
    /// anything yet, then the silent who have been served before, and at last whoever has not asked.
    public func makeRoom() -> Bool {
        if sendHome({ $0.firstNewcomer }) { return true }
        if turnOut(before: loop.now - TransportBounds.pressedIdle) { return true }
        return sendHome { $0.firstRegular } || turnOut(before: .never)
    }

    /// Ends the oldest call that has come to nothing.
    private func turnOut(before moment: Instant) -> Bool {
        guard let caller = callers.oldest(before: moment) else { return false }
        caller.turnOut()
        guards.counts.noteEvicted()
        return true
    }

    /// One whose next request has just come loses nothing: it is served, and another is asked.
    private func sendHome(_ next: (Seats) -> Int32?) -> Bool {
        for _ in 0..<TransportBounds.askedToLeaveMax {
            guard let number = next(seats), let guest = seats[number] else { return false }
            guard guest.connection?.hasNews != true || guest.leavesBy != nil else {
                rise(number, .ready)
                continue
            }
            _ = seats.leave(number)
            guest.connection?.leaveLobby()
            guest.connection?.sayEnd()
            guards.counts.noteEvicted()
            return true
        }
        return false
    }

    /// Done every second: adjusts the patience with the silent, those who sit already included.
    public func keepHouse() {
        callers.forget()
        patience = guards.patience(idle)
        guard patience != idle else { return }
        while let number = seats.silent(for: patience, at: loop.now) {
            if seats[number]?.leavesBy == nil { guards.counts.noteEvicted() }
            rise(number, .timedOut)
        }
    }

    /// - deadline: nil for when the patience with it ends.
    private func seat(_ guest: Guest, since: Instant? = nil, until deadline: Instant? = nil) {
        guard let waiter = guest.connection?.waiter else { return }
        guest.since = since ?? loop.now
        seats.take(guest, as: waiter.number)
        let end = deadline ?? guest.since + patience
        if guest.connection?.awaitInLobby(self, until: end) == true {
            rise(waiter.number, .ready)
        }
    }

    /// A guest was heard from, or stayed silent too long.
    func rise(_ number: Int32, _ reason: Waiter.Wake) {
        guard let guest = seats.leave(number) else { return }
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
        if !guest.isRegular, guest.place == nil { callers.add(guest) }
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
    /// It has been served before.
    var isRegular = false
    /// A request of its has been read.
    private(set) var hasAsked = false
    /// It has to go, whatever it was about to say.
    public private(set) var isTurnedOut = false
    fileprivate let waiter: Waiter
    /// Where it stands among the callers.
    var place: Int?
    private let callers: Callers
    /// It has sat down again after it began.
    fileprivate var hasSatDown = false
    /// Until when it may leave; nil while it is welcome.
    fileprivate(set) var leavesBy: Instant?
    /// When it fell silent.
    var since = Instant(milliseconds: 0)
    /// Its neighbours in the order of that.
    var before: Int32 = -1
    var after: Int32 = -1
    private let guards: Guards
    /// The address it is counted for.
    private var counted: IPAddress?
    private var hasBegun = false

    init(
        _ peer: IPAddress?,
        _ entrance: Entrance,
        _ guards: Guards,
        _ waiter: Waiter,
        _ callers: Callers
    ) {
        self.peer = peer
        self.callers = callers
        self.waiter = waiter
        self.entrance = entrance
        self.guards = guards
        guards.connections.add(1)
    }

    deinit {
        if let place { callers.leave(place) }
        if let counted { guards.leave(counted) }
        guards.connections.add(-1)
    }

    /// What it came for is known from here on.
    public func noteAsked() { hasAsked = true }

    /// Somebody serves it, and it has not asked for anything yet.
    var isCalling: Bool { connection == nil && !hasAsked && !isTurnedOut }

    /// Ends its call: whoever waits for it to say something has waited long enough.
    func turnOut() {
        isTurnedOut = true
        waiter.wake(.timedOut)
    }

    /// Counts the connection for the client's address, once that is known; false when the client has
    /// too many already, and this one is to be closed.
    func count(as client: IPAddress) -> Bool {
        if let counted { guards.leave(counted) }
        counted = nil
        guard guards.isCounted(client) else { return true }
        guard guards.enter(client) else { return false }
        counted = client
        return true
    }

    /// Hands the connection to whoever serves it, once it has begun as its listener asks.
    ///
    /// nil when it has not, or is served already.
    public func rise() async -> Connection? {
        guard var connection = connection.take() else { return nil }
        if hasBegun { return connection }
        do throws(TransportError) {
            guard note(source: try await entrance.begin(&connection)) else { return nil }
        } catch {
            return nil
        }
        return connection
    }

    /// False where the client has too many connections already.
    private func note(source: IPAddress?) -> Bool {
        hasBegun = true
        if let source { peer = source }
        guard entrance.isTold, let peer else { return true }
        return count(as: peer)
    }
}
