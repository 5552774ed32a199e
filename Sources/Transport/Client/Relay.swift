public import HTTPWire
import Vocabulary

/// Takes one request to an upstream and its answer back, both at once.
///
/// An upstream may answer before it has heard all (a 413, an echo that streams), and a client may wait
/// for a 100 before it sends: so bodies move in both directions, and every wait is for whichever socket
/// can go on first.
public struct Relay: ~Copyable {
    public var upstream: Connection
    public private(set) var answer = AnswerHead()
    /// The whole request has reached the kernel on its way to the upstream.
    public private(set) var isRequestSent = false

    private var upload: BodyPump
    private var download = BodyPump(.none, as: .none)
    private var parser = AnswerParser()
    /// Something kept the rest of the request from being sent; the answer may come all the same.
    private var isUploadBroken = false
    /// The answer declares a body that this request does not let it have.
    private var holdsBodyBack = false
    private var uploadStall = BodyPump.Stall.source
    private var uploadPace = Pace()
    private var downloadPace = Pace()
    private var quietSince: Instant
    private var bytesBefore = 0
    /// What had been taken of the client's bytes when this began.
    private let consumedBefore: Int

    /// The request's head stands in the upstream's output already.
    public init(_ upstream: consuming Connection, _ exchange: borrowing Exchange) {
        quietSince = upstream.waiter.loop.now
        consumedBefore = exchange.client.consumed
        self.upstream = upstream
        upload = BodyPump(
            exchange.head.framing,
            as: exchange.head.framing,
            upTo: exchange.bodyByteMax
        )
    }

    /// Whether the request could be sent again without anything being done twice.
    ///
    /// Nothing of an answer has come, every byte of the body is still to be had, and what the upstream
    /// may have read of it asks for nothing that matters how often it is done (RFC 9110 §9.2.2).
    public func isRepeatable(_ exchange: borrowing Exchange) -> Bool {
        upstream.heard == 0 && exchange.client.consumed == consumedBefore
            && (upstream.sent == 0 || exchange.head.method.isIdempotent)
    }

    // MARK: The answer's head

    /// Sends the request and waits for the next head of an answer, interim ones included.
    public mutating func nextAnswer(_ exchange: inout Exchange) async throws(TransportError) {
        answer.release(to: exchange.loop.pool)
        while true {
            try pumpUpload(&exchange)
            if try parseAnswer(exchange.loop) { return }
            switch try upstream.receive() {
            case .bytes: continue
            case .end: throw .cut(.upstream)
            case .nothingYet:
                upstream.releaseEmptyMemory()
                try await wait(&exchange, for: .source)
            }
        }
    }

    private mutating func parseAnswer(_ loop: EventLoop) throws(TransportError) -> Bool {
        if upstream.input.isEmpty { return false }
        do throws(WireError) {
            return try parser.parse(&upstream.input, into: &answer, from: loop.pool)
        } catch {
            throw .malformed(error, .upstream)
        }
    }

    // MARK: The answer's body

    /// Passes the answer's body on, framed as the client can read it.
    public mutating func passBody(
        _ exchange: inout Exchange,
        _ framing: BodyFraming,
        as sink: BodyFraming
    ) async throws(TransportError) {
        download = BodyPump(framing, as: sink)
        holdsBodyBack = framing == .none && answer.declaresBody
        while true {
            try pumpUpload(&exchange)
            let stall = try download.move(from: &upstream, to: &exchange.client)
            if stall == .done { break }
            try await wait(&exchange, for: stall)
        }
        exchange.isBodyPending = !isRequestSent
    }

    /// Ends the exchange: its memory goes back, and the connection too if it may serve another.
    ///
    /// It may when both messages went whole, nobody said close, and nothing is left over. An answer that
    /// declares a body where none may come (to HEAD, with 304) ends it: a server that is mistaken would
    /// send that body late, and it would be read as the next answer.
    public consuming func end(_ pool: UpstreamPool, _ server: Server) {
        let isReusable =
            isRequestSent && answer.keepsAlive && upstream.input.isEmpty && !holdsBodyBack
            && download.reader.isComplete && !download.reader.endedWithConnection
        let blocks = upstream.pool
        answer.release(to: blocks)
        upload.release(to: blocks)
        download.release(to: blocks)
        if isReusable {
            pool.giveBack(upstream, to: server)
        } else if isRequestSent {
            upstream.sayEnd()
        }
    }

    // MARK: The request's body

    private mutating func pumpUpload(_ exchange: inout Exchange) throws(TransportError) {
        guard !isRequestSent, !isUploadBroken else { return }
        do throws(TransportError) {
            uploadStall = try upload.move(from: &exchange.client, to: &upstream)
        } catch {
            // What the upstream would not hear does not matter if it answers.
            guard case .cut(.upstream) = error else {
                upstream.abort()
                throw error
            }
            isUploadBroken = true
            return
        }
        if uploadStall == .done {
            isRequestSent = true
            exchange.isBodyPending = false
            quietSince = exchange.loop.now
        }
    }

    // MARK: Waiting

    /// Waits until either side can go on; throws when one has had its time.
    private mutating func wait(
        _ exchange: inout Exchange,
        for stall: BodyPump.Stall
    ) async throws(TransportError) {
        let isUploading = !isRequestSent && !isUploadBroken
        if stall == .turn || (isUploading && uploadStall == .turn) {
            await exchange.client.waiter.rest()
            // A stream that never stalls has its end too.
            guard exchange.loop.now < exchange.began + exchange.deadlines.total else {
                throw .timedOut(stall == .turn ? .upstream : .downstream)
            }
            return
        }
        guard exchange.client.isAlive else { throw .cut(.downstream) }
        let deadline = try patience(exchange, stall, isUploading)
        var ofClient: Readiness = .failed
        var ofUpstream: Readiness = []
        if stall == .source { ofUpstream.formUnion(.input) }
        if stall == .sink { ofClient.formUnion(.output) }
        if isUploading, uploadStall == .source { ofClient.formUnion(.input) }
        if isUploading, uploadStall == .sink { ofUpstream.formUnion(.output) }
        await exchange.client.ready(ofClient, or: upstream, ofUpstream, by: deadline)
    }

    private mutating func patience(
        _ exchange: borrowing Exchange,
        _ stall: BodyPump.Stall,
        _ isUploading: Bool
    ) throws(TransportError) -> Instant {
        let limits = exchange.deadlines
        let now = exchange.loop.now
        let bytes = upstream.received &+ upstream.sent
        if bytes != bytesBefore {
            bytesBefore = bytes
            quietSince = now
        }
        let isOnClient = isUploading && uploadStall == .source && !exchange.awaitsContinue
        var deadline = exchange.began + limits.total
        if now >= deadline {
            throw .timedOut(isOnClient || stall == .sink ? .downstream : .upstream)
        }

        if isOnClient {
            guard
                let next = uploadPace.deadline(exchange.client.received, at: now, by: limits.upload)
            else { throw .timedOut(.downstream) }
            deadline = min(deadline, next)
        } else {
            uploadPace.pause()
        }
        if stall == .sink {
            guard
                let next = downloadPace.deadline(exchange.client.sent, at: now, by: limits.download)
            else {
                throw .timedOut(.downstream)
            }
            deadline = min(deadline, next)
        } else {
            downloadPace.pause()
        }
        if stall == .source, !isOnClient {
            let firstByte = exchange.firstByte ?? limits.firstByte
            let quiet = quietSince + (answer.status == 0 ? firstByte : limits.upstreamIdle)
            if now >= quiet { throw .timedOut(.upstream) }
            deadline = min(deadline, quiet)
        }
        return deadline
    }
}
