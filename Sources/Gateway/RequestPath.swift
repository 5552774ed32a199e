import Crypto
import HTTPWire
import Policy
import Telemetry
import Transport
import Vocabulary

/// The path of one request, from its head to its record.
///
/// Each line of `walk` is one step, and each step has its own file in `Steps/`. A step returns what it
/// learned or throws the `Answer` that ends the walk. What the rules decide, `askPolicy` asks them: their
/// sixteen stages are one line here.
///
/// INVARIANT: the edition is taken once per request, so that a reload never splits one.
struct RequestPath: ~Copyable {
    var exchange: Exchange
    let bench: Workbench
    /// Whose connection it is, and how it began.
    let guest: Guest
    /// What the client showed of itself in the handshake, in DER.
    let clientCertificate: [UInt8]?
    /// The host it asked for in the handshake.
    let serverName: [UInt8]?
    /// What this request is judged by, and where it can go.
    var copy: WorkingCopy
    let hearing: Hearing

    // What the steps learn.
    var hasHead = false
    var isJudged = false
    /// It has gone to the upstream, or was about to.
    var isForwarded = false
    var hasShownToken = false
    /// Whose bucket had the last word, where any was asked.
    var limitKey: KeyedHash.Digest?
    /// That bucket's client is out of tokens, and shut out for it.
    var isShutOut = false
    var id = RequestID.none
    var client = ClientAddress()
    /// What the client was told.
    var status = 0
    /// Why, if it was told so by us.
    var reason: Reason?
    /// How the request fares with the upstream.
    var attempts = Attempts()
    /// When the client is told to come back, where that is known.
    var retryAfterSeconds = 0
    /// The client has nothing to say for now.
    var isSilent = false
    /// The request counts among those under way.
    var isInFlight = false
    /// The client has been told that the connection ends, or finds out.
    var isLast = false

    init(_ client: consuming Connection, of guest: Guest, at bench: Workbench) {
        self.bench = bench
        self.guest = guest
        clientCertificate = client.tls?.peerCertificate
        serverName = client.tls?.serverName
        copy = bench.copy
        hearing = bench.takeHearing()
        exchange = Exchange(
            client,
            peer: guest.peer,
            deadlines: bench.settings.deadlines,
            bodyByteMax: Bounds.bodyByteMax
        )
    }

    /// Serves one connection, request after request; true when it has fallen silent.
    mutating func run() async -> Bool {
        while await walk() {}
        bench.giveBack(hearing)
        if isSilent { return true }
        if !exchange.client.isAborted, !guest.isTurnedOut {
            await exchange.client.linger(for: bench.settings.deadlines.linger)
        }
        return false
    }

    /// What the rules make of the request; means something once it `isJudged`.
    var judgement: Judgement {
        _read { yield hearing.judgement }
        _modify { yield &hearing.judgement }
    }

    /// Hands the connection back, between two requests.
    consuming func leave() -> Connection { exchange.leave() }

    /// One request; false when there is no other to walk on with.
    private mutating func walk() async -> Bool {
        begin()
        do throws(Answer) {
            guard try await readHead() else { return false }
            guest.noteAsked()
            client = findClient()
            id = nameRequest()
            try shed()
            try redirectToTLS()
            try await askPolicy()
            try answerAtLastHop()
            let wantsTunnel = try judgeUpgrade()
            try await forward(toTunnel: wantsTunnel)
        } catch {
            await give(error)
        }
        land()
        settle()
        record()
        exchange.end()
        if isLast { return false }
        // Requests that wait already have their turn after everybody else's.
        if !exchange.client.input.isEmpty { await exchange.client.waiter.rest() }
        return true
    }

    private mutating func begin() {
        status = 0
        reason = nil
        if attempts.count > 0 { attempts = Attempts() }
        retryAfterSeconds = 0
        isLast = false
        hasHead = false
        isJudged = false
        isForwarded = false
        hasShownToken = false
        limitKey = nil
        isShutOut = false
    }
}
