public import HTTPWire
public import Vocabulary

/// One request and the means to answer it.
///
/// It stays with its connection and begins anew for every request on it, so that a busy connection
/// makes nothing anew and an idle one holds next to nothing.
public struct Exchange: ~Copyable {
    public var client: Connection
    public private(set) var head = RequestHead()
    /// Where the bytes come from; nil on a Unix socket.
    public let peer: IPAddress?
    public let deadlines: Deadlines
    /// The largest request body that is passed on.
    public var bodyByteMax: Int
    /// For the upstream to begin its answer, where that is another time than in general.
    public var firstByte: Patience?
    /// When the first byte of the request was there.
    public private(set) var began: Instant
    /// The same moment, to the nanosecond.
    public private(set) var beganNanoseconds: UInt64 = 0
    /// Some of the request's body may still be on its way.
    public var isBodyPending = false
    /// A request has come, and not only what goes before one.
    public private(set) var hasBeenAsked = false
    /// The client holds its body back until it is told to go on.
    public var awaitsContinue = false
    /// The answer has begun to leave, so no other can be given.
    public var hasAnswered: Bool { client.given > sentBefore }

    private var parser: RequestParser
    private var sentBefore = 0
    /// The body that is held for somebody to read.
    var held = HeldBody()

    public init(
        _ client: consuming Connection,
        peer: IPAddress?,
        deadlines: Deadlines,
        bodyByteMax: Int
    ) {
        began = client.waiter.loop.now
        parser = RequestParser(isSecure: client.isSecure)
        self.client = client
        self.peer = peer
        self.deadlines = deadlines
        self.bodyByteMax = bodyByteMax
    }

    public var loop: EventLoop { client.waiter.loop }

    /// What came of waiting for a request.
    public enum Arrival: Sendable {
        case head
        /// The client is silent, and needs nobody to wait with it.
        case silence
        case gone
    }

    /// Reads the next request's head, if the client has begun one.
    public mutating func nextHead() async throws(TransportError) -> Arrival {
        began = loop.now
        let deadline = began + deadlines.head
        if client.input.isEmpty, let other = await firstBytes(by: deadline) { return other }
        beganNanoseconds = PreciseClock.nanoseconds()
        sentBefore = client.given
        while true {
            do throws(WireError) {
                if try parser.parse(&client.input, into: &head, from: loop.pool) { break }
            } catch {
                // A head that says where its body ends may be refused for what else it says.
                isBodyPending = !head.framing.isEmpty
                throw .malformed(error, .downstream)
            }
            guard try await client.fill(by: deadline) else {
                // An empty line or nothing at all is no request.
                if client.input.isEmpty { return .gone }
                throw .cut(.downstream)
            }
        }
        isBodyPending = !head.framing.isEmpty
        awaitsContinue = head.expectsContinue
        hasBeenAsked = true
        return .head
    }

    /// Takes what begins a request; what there is instead, if nothing does.
    ///
    /// Over TLS half a record is a beginning already: whoever sends one byte of it a minute would else be
    /// silent for ever, and never for long.
    private mutating func firstBytes(by deadline: Instant) async -> Arrival? {
        do throws(TransportError) {
            while true {
                switch try client.receive() {
                case .bytes: return nil
                case .end: return .gone
                case .nothingYet:
                    guard client.hasPartialRecord else {
                        client.releaseMemory()
                        return .silence
                    }
                    guard await client.ready(.input, by: deadline) else { return .gone }
                }
            }
        } catch {
            // Nothing was under way that a reset could have cut.
            return .gone
        }
    }

    /// Reads the whole body into memory, for those who answer requests themselves.
    public mutating func readBody() async throws(TransportError) -> ByteBuffer {
        var reader = BodyReader(head.framing)
        var body = ByteBuffer()
        var pace = Pace()
        while true {
            let count: Int
            do throws(WireError) {
                count = try reader.next(in: &client.input, from: loop.pool)
            } catch {
                throw .malformed(error, .downstream)
            }
            guard body.count + count <= bodyByteMax else { throw .bodyTooLarge }
            body.append(client.input.bytes.extracting(first: count))
            client.input.removeFirst(count)
            if count > 0 { continue }
            if reader.isComplete { break }
            guard let deadline = pace.deadline(client.received, at: loop.now, by: deadlines.upload)
            else {
                throw .timedOut(.downstream)
            }
            guard try await client.fill(by: deadline) else { throw .cut(.downstream) }
        }
        isBodyPending = false
        return body
    }

    /// Throws the body away, if all of it is here already, so that the connection can go on.
    public mutating func dropBodyAtHand() {
        guard isBodyPending else { return }
        if held.isWhole {
            client.input.removeFirst(held.rawCount)
        } else if case .length(let count) = head.framing, count <= client.input.count {
            client.input.removeFirst(count)
        } else {
            return
        }
        releaseHeldBody()
        isBodyPending = false
    }

    /// Sends all that is queued for the client.
    public mutating func flush() async throws(TransportError) {
        var pace = Pace()
        while try !client.send() {
            guard let deadline = pace.deadline(client.sent, at: loop.now, by: deadlines.download)
            else {
                throw .timedOut(.downstream)
            }
            _ = await client.ready(.output, by: deadline)
        }
    }

    /// What has been sent so far was an interim answer; the real one is still to be given.
    public mutating func noteInterim() { sentBefore = client.given }

    /// Hands the connection back, between two requests.
    public consuming func leave() -> Connection { client }

    /// Makes it ready for the next request.
    public mutating func end() {
        head.release(to: loop.pool)
        releaseHeldBody()
        client.releaseEmptyMemory()
        isBodyPending = false
        firstByte = nil
    }
}
