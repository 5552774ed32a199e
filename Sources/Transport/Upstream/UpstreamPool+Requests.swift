/// What one request asks of the upstream, in this order: to be let in, a lease, a connection; and what
/// it tells of how it fared.
extension UpstreamPool {
    /// Lets a request in, unless the breaker is open.
    ///
    /// Whatever comes of it, `leave` ends it.
    public func enter(_ attempts: inout Attempts) throws(TransportError) {
        refresh()
        attempts.isProbe = try upstream.pass(at: loop.now)
    }

    /// The request is over; a probe that nobody learned anything from makes way for the next one.
    public func leave(_ attempts: borrowing Attempts) {
        guard attempts.isProbe else { return }
        upstream.note(.neither, isProbe: true, at: loop.now)
    }

    /// The server that a cookie names, if it may be asked.
    public func server(named token: RawSpan) -> Server? { roster.server(named: token) }

    /// The right to a connection, without waiting; nil when all are in use.
    public func lease(_ attempts: inout Attempts) throws(TransportError) -> Lease? {
        guard let chosen = choose(attempts) else {
            upstream.counts.down.count()
            throw .noServer
        }
        // Who comes now stands behind those who wait.
        guard !upstream.queue.isBusy else { return nil }
        if chosen.take() {
            attempts.begin(with: chosen)
            return Lease(of: chosen)
        }
        // It is full: any other will do, from a random one on.
        let servers = roster.servers
        let start = chance()
        for step in servers.indices {
            let other = servers[(start &+ step) % servers.count]
            guard !attempts.hasTried(other), other.take() else { continue }
            attempts.begin(with: other)
            return Lease(of: other)
        }
        return nil
    }

    /// The right to a connection, waited for as long as the settings allow.
    public func lease(
        _ attempts: inout Attempts,
        waitingWith client: borrowing Connection
    ) async throws(TransportError) -> Lease {
        let queue = upstream.queue
        let place = PendingQueue.Place(client.waiter)
        guard queue.enter(place) else {
            upstream.counts.queueRefusals.count()
            throw .busy
        }
        upstream.counts.queued.count()
        // A server that came back a moment ago was offered to those who waited by then.
        refresh()
        for server in roster.servers { queue.serve(server) }
        let deadline = loop.now + upstream.settings.pendingPatience
        while !queue.hasGranted(place), client.isAlive, loop.now < deadline {
            _ = await client.ready(.failed, by: deadline)
        }
        place.rise()
        guard let server = queue.leave(place) else {
            guard client.isAlive else { throw .cut(.downstream) }
            upstream.counts.queueTimeouts.count()
            throw .busy
        }
        let lease = Lease(of: server)
        guard client.isAlive else { throw .cut(.downstream) }
        attempts.begin(with: server)
        return lease
    }

    /// An idle connection to the leased server; nil where there is none, or it has to be fresh.
    public func idle(_ attempts: inout Attempts, for waiter: Waiter) -> Connection? {
        guard !attempts.wantsFresh, let server = attempts.server else { return nil }
        guard let idle = idle(to: server, for: waiter) else { return nil }
        attempts.isReused = true
        return idle
    }

    /// A new connection to the leased server.
    public func dial(
        _ attempts: Attempts,
        for waiter: Waiter
    ) async throws(TransportError) -> Connection {
        guard let server = attempts.server else { throw .noServer }
        return try await dial(server, for: waiter, by: loop.now + deadlines.connect)
    }

    // MARK: How it fared

    /// The head of the answer is here.
    public func noteAnswer(_ status: Int, _ attempts: inout Attempts) {
        attempts.noteAnswer()
        let outcome = Outcome(status: status)
        if let server = attempts.server {
            upstream.note(outcome, of: server, at: loop.now)
            upstream.noteHandshakeDone(of: server)
        }
        settle(outcome, &attempts)
    }

    /// An attempt has failed; true when another one may be made.
    public func noteFailure(_ error: TransportError, _ attempts: inout Attempts) -> Bool {
        // What breaks after the answer has begun was noted when it began.
        guard !attempts.isAnswered else { return false }
        let outcome = Outcome(error)
        if let server = attempts.server { upstream.noteHandshake(error, of: server) }
        let next = attempts.next(after: error)
        // A connection that died while nobody used it says nothing of its server.
        if next != .sameServer, let server = attempts.server {
            upstream.note(outcome, of: server, at: loop.now)
        }
        if next != .end {
            attempts.prepare(for: next)
            refresh()
            let isPossible = next == .sameServer || untried(attempts) != nil
            if isPossible, upstream.mayRetry(at: loop.now) { return true }
        }
        settle(outcome, &attempts)
        return false
    }

    /// What the request as a whole says of the upstream as a whole.
    private func settle(_ outcome: Outcome, _ attempts: inout Attempts) {
        upstream.note(outcome, isProbe: attempts.isProbe, at: loop.now)
        attempts.isProbe = false
    }
}
