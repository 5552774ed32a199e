import HTTPWire
import Policy
import Transport
import Vocabulary

extension RequestPath {
    /// Step **forward**: the request to a server of the upstream, and the answer back.
    ///
    /// The one place where a request is sent again. What may be tried after a failure is said by
    /// `Attempts`, and what it costs is bounded by the upstream's budget.
    mutating func forward(toTunnel wantsTunnel: Bool) async throws(Answer) {
        let route = copy.edition.policy.routes[judgement.route]
        guard case .upstream(let number) = route.destination else { throw .refusal(.upstreamDown) }
        let outlet = copy.outlets[number]
        isForwarded = true
        exchange.bodyByteMax = route.accept.byteMax
        exchange.firstByte = route.timeoutMilliseconds.map(Patience.milliseconds)
        do throws(TransportError) {
            try outlet.pool.enter(&attempts)
        } catch {
            throw fail(error)
        }
        defer { outlet.pool.leave(attempts) }
        if outlet.choosesByRequest { chooseByRequest(via: outlet) }
        while true {
            do throws(TransportError) {
                return try await attempt(wantsTunnel, via: outlet)
            } catch {
                guard outlet.pool.noteFailure(error, &attempts) else { throw fail(error) }
            }
        }
    }

    /// Asks one server.
    ///
    /// The lease is held until the exchange has ended, however it ends.
    private mutating func attempt(
        _ wantsTunnel: Bool,
        via outlet: Outlet
    ) async throws(TransportError) {
        let lease: Lease
        if let taken = try outlet.pool.lease(&attempts) {
            lease = taken
        } else {
            lease = try await outlet.pool.lease(&attempts, waitingWith: exchange.client)
        }
        let waiter = exchange.client.waiter
        let upstream: Connection
        if let idle = outlet.pool.idle(&attempts, for: waiter) {
            upstream = idle
        } else {
            upstream = try await outlet.pool.dial(attempts, for: waiter)
        }
        var relay = Relay(upstream, exchange)
        writeRequest(to: &relay.upstream.output, for: lease.server, asTunnel: wantsTunnel)
        do throws(TransportError) {
            try await awaitAnswer(&relay, wantsTunnel)
        } catch {
            attempts.noteBegun(isRepeatable: relay.isRepeatable(exchange))
            throw error
        }
        status = relay.answer.status
        outlet.pool.noteAnswer(status, &attempts)
        if status == 101 {
            try await openTunnel(relay, via: outlet)
        } else {
            try await passAnswer(relay, from: lease.server, via: outlet)
        }
    }

    /// What a failure on the way is to the client; the status is only ours while none has left.
    private mutating func fail(_ error: TransportError) -> Answer {
        if case .breakerOpen(let seconds) = error { retryAfterSeconds = Int(seconds) }
        let answer = Answer(
            error,
            canBeGiven: !exchange.hasAnswered && exchange.client.isAlive
        )
        if case .broken(let reason) = answer, status == 0 { status = reason.status }
        return answer
    }

    private func writeRequest(
        to output: inout ByteBuffer,
        for server: Server,
        asTunnel: Bool
    ) {
        output.acquire(.head, from: bench.loop.pool)
        let host = server.host
        unsafe output.append(exchange.head, hostIfNone: host.span.bytes)
        if asTunnel { output.append("Connection: Upgrade\r\nUpgrade: websocket\r\n") }
        vouch(in: &output)
        output.append("\r\n")
    }
}
