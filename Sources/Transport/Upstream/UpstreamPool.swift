import CLinux
import Crypto
import Glibc

/// One worker's connections to the servers of an upstream: the idle ones, and how to make another.
///
/// An idle connection is closed well before servers usually close theirs, and one at which anything
/// has happened since is never used again: bytes nobody asked for belong to no exchange.
public final class UpstreamPool {
    public let upstream: Upstream
    let loop: EventLoop
    let deadlines: Deadlines
    private(set) var roster = Roster([])
    /// How new connections speak TLS; nil in clear text.
    private(set) var client: TLSClient?
    private var version = -1
    private var random = KernelRandom()
    /// Whose turn it is.
    private var turn = 0
    private var shelves = IdleShelves()
    private var isRetired = false

    public init(_ upstream: Upstream, on loop: EventLoop, deadlines: Deadlines) {
        self.upstream = upstream
        self.loop = loop
        self.deadlines = deadlines
        // Workers that began in step would stay in step.
        turn = chance()
        refresh()
    }

    // MARK: Choosing

    /// Takes in who may be asked now, and how; the connections to those who have left close, and those
    /// that were made on other terms.
    func refresh() {
        guard let state = upstream.standing(after: version) else { return }
        roster = state.roster
        version = state.version
        if client !== state.client { shelves.clearAll() }
        client = state.client
        shelves.clearAfterLeaving()
    }

    /// The server that suits the request best and was not tried in vain.
    func choose(_ attempts: borrowing Attempts) -> Server? {
        if attempts.wantsFresh, let last = attempts.server, last.isFit { return last }
        if let kept = attempts.kept, kept.isFit { return kept }
        switch upstream.settings.balance {
        case .hash: return roster.server(of: attempts.key) { attempts.hasTried($0) }
        case _ where attempts.hasTriedAny: return untried(attempts)
        case .leastRequest: return lessBusy()
        case .roundRobin: return next()
        }
    }

    private func lessBusy() -> Server? {
        let servers = roster.servers
        guard servers.count > 1 else { return servers.first }
        let turns = roster.turns
        let chance = random.next()
        let first = place(chance >> 32, turns.count)
        var second = place(chance & 0xffff_ffff, turns.count)
        if turns[first] == turns[second] { second = (second &+ 1) % turns.count }
        let one = servers[Int(turns[first])]
        let other = servers[Int(turns[second])]
        // Each is as busy as its weight makes it; the first wins a tie, as chance has chosen it.
        return one.inFlight * other.weight <= other.inFlight * one.weight ? one : other
    }

    /// A number of 32 random bits, as one below `count`.
    private func place(_ chance: UInt64, _ count: Int) -> Int {
        Int((chance &* UInt64(count)) >> 32)
    }

    private func next() -> Server? {
        let turns = roster.turns
        guard turns.count > 0 else { return nil }
        turn = turn &+ 1 < turns.count ? turn &+ 1 : (turn < turns.count ? 0 : turn % turns.count)
        return roster.servers[Int(turns[turn])]
    }

    /// A random number to begin at, which can be added to without overflow.
    func chance() -> Int { Int(truncatingIfNeeded: random.next() >> 40) }

    /// Any other server, from a random one on; no more than two are ever passed over.
    func untried(_ attempts: borrowing Attempts) -> Server? {
        let servers = roster.servers
        guard !servers.isEmpty else { return nil }
        let start = chance()
        for step in 0..<min(servers.count, Attempts.otherServersMax + 1) {
            let server = servers[(start + step) % servers.count]
            if !attempts.hasTried(server) { return server }
        }
        return nil
    }

    // MARK: Keeping

    /// An idle connection to the server, if there is one that can be trusted.
    public func idle(to server: Server, for waiter: Waiter) -> Connection? {
        while let last = shelves.take(server) {
            let isFresh = loop.now < last.since + deadlines.upstreamKeepAlive
            if isFresh, !last.hasNews(.now, with: loop.pool) {
                return Connection(last.socket, side: .upstream, waiter: waiter, tls: last.tls)
            }
            last.sayEnd()
        }
        return nil
    }

    /// Keeps a connection for the next exchange; its last one is known to be whole.
    public func giveBack(_ connection: consuming Connection, to server: Server) {
        connection.releaseMemory()
        let idle = IdleConnection(socket: connection.socket, tls: connection.tls, since: loop.now)
        guard !isRetired, !server.hasLeft, isCurrent(idle.tls),
            !idle.hasNews(.ofRound, with: loop.pool)
        else {
            return idle.sayEnd()
        }
        shelves.keep(idle, to: server)
    }

    /// No new request will come: idle connections close now, and the others when their exchange is over.
    public func retire() {
        isRetired = true
        shelves.clearAll()
    }

    /// Done every second: closes the connections that have been idle too long, or were closed by the
    /// upstream, and those to servers that have left.
    public func sweep() {
        upstream.keepHouse(at: loop.now)
        refresh()
        let (now, keepAlive) = (loop.now, deadlines.upstreamKeepAlive)
        shelves.sweep {
            now >= $0.since + keepAlive || $0.hasNews(.ofRound, with: loop.pool)
        }
    }

    // MARK: Dialling

    /// A new connection to the server: the one place where connections to upstreams begin.
    ///
    /// The deadline is for all of it, the handshake included: who waits does not care which it was.
    func dial(
        _ server: Server,
        for waiter: Waiter,
        by deadline: Instant
    ) async throws(TransportError) -> Connection {
        upstream.counts.connects.count()
        do throws(TransportError) {
            var made = try await connected(to: server.address, for: waiter, by: deadline)
            try await secure(&made, to: server, by: deadline)
            return made
        } catch {
            upstream.counts.connectFailures.count()
            upstream.noteHandshake(error, of: server)
            throw error
        }
    }

    private func connected(
        to address: SocketAddress,
        for waiter: Waiter,
        by deadline: Instant
    ) async throws(TransportError) -> Connection {
        let kind =
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(address.family, kind, 0)
        guard descriptor >= 0 else { throw .exhausted }
        if case .tcp = address { _ = linux_set_tcp_option(descriptor, TCP_NODELAY, 1) }
        let result = unsafe address.withKernelForm { unsafe connect(descriptor, $0, $1) }
        let problem = errno
        let socket = try Socket(descriptor, on: loop)
        let connection = Connection(socket, side: .upstream, waiter: waiter)
        guard result == 0 || problem == EINPROGRESS else { throw .unreachable }
        if result != 0 {
            let isTaken = await connection.ready(.output, by: deadline)
            guard isTaken else { throw .connectTimedOut }
            guard socket.pendingError() == 0 else { throw .unreachable }
        }
        return connection
    }
}
