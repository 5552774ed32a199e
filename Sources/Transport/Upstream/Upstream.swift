public import Crypto
import Synchronization
import Vocabulary

/// The servers that requests are passed on to, as all workers share them.
///
/// While everything is well a request asks this for atomics alone. What goes wrong is noted under one
/// lock, where pure values decide (`Membership`, `Breaker`, `RetryBudget`), and what they decide is
/// put into effect here: another `Roster`, an open breaker, a notice.
public final class Upstream: Sendable {
    public let settings: UpstreamSettings
    public let counts = UpstreamCounts()
    let queue: PendingQueue

    private struct State {
        var membership: Membership
        var roster: Roster
        var breaker: Breaker
        var budget: RetryBudget
        var random = KernelRandom()
        var client: TLSClient?
    }

    private let state: Lock<State>
    /// Changes with the roster, in one order with who enters the queue: either they see the new roster, or
    /// whoever laid it out sees them.
    private let version = Atomic<Int>(0)
    private let isBreakerClosed = Atomic<Bool>(true)
    private let resolver = Lock<Resolver?>(nil)
    private let notice: @Sendable (Notice) -> Void
    private let token: @Sendable (SocketAddress) -> [UInt8]
    private let pointsOfOne: Int

    /// - token: what a client's cookie calls a server; asked once for each.
    /// - notice: told what an operator should know, on whichever thread finds it out.
    public init(
        _ settings: UpstreamSettings,
        token: @escaping @Sendable (SocketAddress) -> [UInt8] = { _ in [] },
        notice: @escaping @Sendable (Notice) -> Void = { _ in }
    ) {
        self.settings = settings
        self.token = token
        self.notice = notice
        queue = PendingQueue(countMax: settings.pendingMax)
        var isHashed = false
        if case .hash = settings.balance { isHashed = true }
        pointsOfOne = isHashed ? HashRing.pointsOfOne(weight: settings.weightOnRing) : 0
        state = Lock(
            State(
                membership: Membership(settings),
                roster: Roster([]),
                breaker: Breaker(settings.breaker),
                budget: RetryBudget(settings.retry)
            )
        )
        for (place, server) in settings.servers.enumerated() {
            if case .address(let address) = server.place { set(place, to: [address]) }
        }
    }

    deinit { stopResolving() }

    // MARK: Who may be asked

    /// What workers go by.
    struct Standing {
        let roster: Roster
        let client: TLSClient?
        let version: Int
    }

    /// How things stand, if otherwise than at the version given.
    func standing(after known: Int) -> Standing? {
        guard version.load(ordering: .sequentiallyConsistent) != known else { return nil }
        return state.withLock {
            Standing(
                roster: $0.roster,
                client: $0.client,
                version: version.load(ordering: .relaxed)
            )
        }
    }

    /// Everyone who belongs to the set, fit or not.
    public var servers: [Server] { state.withLock { $0.membership.servers } }
    /// Those who may be asked now.
    public var fitServers: [Server] { state.withLock { $0.roster.servers } }

    /// Has a place of the settings stand for these addresses.
    private func set(_ place: Int, to addresses: [SocketAddress]) {
        let own = settings.servers[place]
        change { state in
            let client = state.client
            let left = state.membership.set(place, to: addresses) { address, number in
                Server(
                    address,
                    number: number,
                    settings: own,
                    tls: security(of: own, client),
                    token: token(address),
                    pointCount: pointsOfOne * own.weight,
                    connectionsMax: settings.connectionsMax,
                    queue: queue
                )
            }
            for server in left { server.noteLeft() }
            return []
        }
    }

    private func security(of server: ServerSettings, _ client: TLSClient?) -> ServerTLS? {
        guard let tls = settings.tls else { return nil }
        let made = ServerTLS(tls.name(of: server.place))
        made.install(client)
        return made
    }

    /// Changes who is held to be what, and lays out a new roster if others are fit now.
    private func change(_ body: (inout State) -> [Notice]) {
        let (notices, added) = state.withLock { state in
            let changes = state.membership.changes
            let notices = body(&state)
            guard state.membership.changes != changes else { return (notices, [Server]()) }
            let fit = state.membership.fit
            let before = state.roster.servers
            guard !fit.elementsEqual(before, by: ===) else { return (notices, [Server]()) }
            for server in before { server.note(isFit: false) }
            for server in fit { server.note(isFit: true) }
            state.roster = Roster(fit)
            version.wrappingAdd(1, ordering: .sequentiallyConsistent)
            return (notices, fit)
        }
        for each in notices { notice(each) }
        // Whoever waits may have been waiting for one of these.
        if queue.isBusy { for server in added { queue.serve(server) } }
    }

    /// Requests that wait for a connection.
    public var pending: Int { queue.count }

    // MARK: Whether anyone may be asked

    /// Lets a request pass; true when it decides what becomes of the breaker.
    func pass(at now: Instant) throws(TransportError) -> Bool {
        var passage = Breaker.Passage.free
        if !isBreakerClosed.load(ordering: .relaxed) {
            passage = state.withLock { $0.breaker.passage(at: now) }
        }
        if case .refused(let end) = passage {
            counts.breakerRefusals.count()
            let left = end.milliseconds &- min(now.milliseconds, end.milliseconds)
            throw .breakerOpen(retryAfterSeconds: UInt16(clamping: left / 1000 &+ 1))
        }
        counts.requests.count()
        return passage == .probe
    }

    /// What came of a whole request, repetitions included.
    func note(_ outcome: Outcome, isProbe: Bool, at now: Instant) {
        if outcome == .good { counts.successes.count() }
        guard isProbe || outcome == .bad else { return }
        let successes = counts.successes.value
        change { state in
            let change: Breaker.Change?
            if isProbe {
                let isGood = outcome == .neither ? nil : outcome == .good
                change = state.breaker.noteProbe(isGood: isGood, at: now, using: &state.random)
            } else {
                state.breaker.note(successes: successes, at: now)
                change = state.breaker.noteFailure(at: now, using: &state.random)
            }
            isBreakerClosed.store(state.breaker.isClosed, ordering: .relaxed)
            switch change {
            case nil: return []
            case .closed?: return [.breakerClosed]
            case .opened(let pause)?:
                counts.breakerOpenings.count()
                return [.breakerOpened(seconds: pause.seconds)]
            }
        }
    }

    /// Whether one more request may be sent again.
    func mayRetry(at now: Instant) -> Bool {
        let requests = counts.requests.value
        let isGranted = state.withLock { state in
            state.budget.note(requests: requests, at: now)
            return state.budget.take(at: now)
        }
        if isGranted { counts.retries.count() } else { counts.retriesRefused.count() }
        return isGranted
    }

    // MARK: What is held against whom

    /// What one attempt says of its server.
    func note(_ outcome: Outcome, of server: Server, at now: Instant) {
        switch outcome {
        case .neither: return
        case .good:
            guard server.isInTrouble else { return }
            state.withLock { $0.membership.noteSuccess(of: server) }
        case .bad:
            change { state in
                guard let pause = state.membership.noteFailure(of: server, at: now) else {
                    return []
                }
                counts.ejections.count()
                return [.serverEjected(server.address, seconds: pause.seconds)]
            }
        }
    }

    /// What one health check says of its server.
    func noteCheck(of server: Server, isGood: Bool) {
        counts.healthChecks.count()
        change { state in
            guard let isWell = state.membership.noteCheck(of: server, isGood: isGood) else {
                return []
            }
            counts.healthChanges.count()
            return [isWell ? .serverWell(server.address) : .serverUnwell(server.address)]
        }
    }

    /// Done about every second: ejected servers come back, and the windows move on.
    func keepHouse(at now: Instant) {
        let requests = counts.requests.value
        let successes = counts.successes.value
        change { state in
            state.budget.note(requests: requests, at: now)
            state.breaker.note(successes: successes, at: now)
            return state.membership.comeBack(at: now).map { .serverBack($0.address) }
        }
    }

    // MARK: TLS

    /// Has new connections made on these terms; idle ones made on others close.
    public func install(_ client: TLSClient) {
        state.withLock { state in
            state.client = client
            for server in state.membership.servers { server.tls?.install(client) }
            version.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// A connection, or an attempt to use one, has failed; only what TLS says of it is news.
    func noteHandshake(_ error: TransportError, of server: Server) {
        guard case .handshake(let fault, .upstream) = error, let tls = server.tls,
            tls.note(fault)
        else { return }
        notice(.handshakeFailed(server.address, fault))
    }

    /// The server has answered, so hands were shaken.
    func noteHandshakeDone(of server: Server) {
        guard let tls = server.tls, tls.isFailing, tls.note(nil) else { return }
        notice(.handshakeDone(server.address))
    }

    // MARK: Names

    /// Has the names of the set resolved, now and from now on, by a thread of its own.
    public func startResolving() throws(TransportError) {
        let names = settings.names
        guard !names.isEmpty else { return }
        let made = try Resolver(names.map(\.name), asking: settings.resolver) { [weak self] in
            self?.learn(names[$0].place, names[$0].port, $1)
        }
        resolver.withLock { $0 = made }
        try made.start()
    }

    /// Waits until every name was asked for once, but no longer than this.
    public func awaitNames(atMost patience: Patience) {
        resolver.withLock { $0 }?.awaitAnswers(atMost: patience)
    }

    public func stopResolving() {
        resolver.withLock { $0.take() }?.stop()
    }

    /// Takes in what the resolver was told of a name.
    func learn(_ place: Int, _ port: UInt16, _ news: Resolver.News) {
        switch news {
        case .addresses(let addresses):
            set(place, to: addresses.map { .tcp($0, port: port) })
        case .failure: counts.nameFailures.count()
        case .notice(let word): notice(word)
        }
    }
}

extension UpstreamSettings {
    fileprivate var names: [(place: Int, name: String, port: UInt16)] {
        servers.indices.compactMap { place in
            guard case .name(let name, let port) = servers[place].place else { return nil }
            return (place, name, port)
        }
    }

    /// All weight together; a name stands for several servers.
    fileprivate var weightOnRing: Int {
        servers.reduce(0) { sum, server in
            if case .name = server.place { return sum + server.weight * 8 }
            return sum + server.weight
        }
    }
}

extension Patience {
    /// In whole seconds, rounded up.
    var seconds: Int {
        let whole = wholeMilliseconds / 1000
        return Int(clamping: wholeMilliseconds % 1000 > 0 ? whole + 1 : whole)
    }
}
