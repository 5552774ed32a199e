import Crypto
import HTTPWire
import Testing

@testable import Transport

struct AttemptsTests {
    private var attempts = Attempts()

    private mutating func ask(_ number: Int, reused: Bool = false, repeatable: Bool = true) {
        attempts.begin(with: makeServer(number))
        attempts.isReused = reused
        attempts.isRepeatable = repeatable
    }

    @Test mutating func `a kept connection that died is followed by one fresh attempt`() {
        ask(1, reused: true)
        let next = attempts.next(after: .cut(.upstream))
        #expect(next == .sameServer)
        attempts.prepare(for: next)
        #expect(attempts.wantsFresh)
        ask(1, reused: true)
        #expect(attempts.next(after: .cut(.upstream)) == .end)
    }

    @Test mutating func `a fresh connection that died is not followed`() {
        ask(1)
        #expect(attempts.next(after: .cut(.upstream)) == .end)
    }

    @Test mutating func `what would be done twice is not repeated`() {
        ask(1, reused: true, repeatable: false)
        #expect(attempts.next(after: .cut(.upstream)) == .end)
    }

    @Test mutating func `two further servers are asked when none takes a connection`() {
        for number in 1...2 {
            ask(number, repeatable: false)
            let next = attempts.next(after: number == 1 ? .unreachable : .connectTimedOut)
            #expect(next == .otherServer)
            let server = attempts.server
            attempts.prepare(for: next)
            #expect(server.map(attempts.hasTried) == true)
        }
        ask(3)
        #expect(attempts.next(after: .unreachable) == .end)
        #expect(attempts.count == 3)
    }

    @Test mutating func `hands that were not shaken are no connection, until a request has begun`()
    {
        attempts.begin(with: makeServer(1))
        #expect(attempts.next(after: .handshake(.untrusted(10), .upstream)) == .otherServer)
        // A server may refuse our certificate late, when some of the request has gone.
        attempts.noteBegun(isRepeatable: true)
        #expect(attempts.next(after: .handshake(.broken(1), .upstream)) == .end)
        attempts.begin(with: makeServer(2))
        #expect(attempts.next(after: .handshake(.cut, .upstream)) == .otherServer)
    }

    @Test mutating func `after a byte of the answer nothing is tried`() {
        ask(1, reused: true)
        attempts.noteAnswer()
        #expect(attempts.next(after: .cut(.upstream)) == .end)
        #expect(attempts.next(after: .unreachable) == .end)
    }

    @Test(
        arguments: [
            .timedOut(.upstream), .timedOut(.downstream), .cut(.downstream), .bodyTooLarge,
            .malformed(.badStatusLine, .upstream), .unaskedUpgrade, .exhausted, .busy, .noServer,
        ] as [TransportError]
    )
    mutating func `no other failure is followed by anything`(_ error: TransportError) {
        ask(1, reused: true)
        #expect(attempts.next(after: error) == .end)
    }

    @Test func `what is held against a server is what it did, and nothing its client did`() {
        let bad: [TransportError] = [
            .unreachable, .connectTimedOut, .cut(.upstream), .timedOut(.upstream),
            .malformed(.badField, .upstream), .unaskedUpgrade,
        ]
        let neither: [TransportError] = [
            .cut(.downstream), .timedOut(.downstream), .malformed(.badChunk, .downstream),
            .bodyTooLarge, .exhausted, .busy, .noServer, .breakerOpen(retryAfterSeconds: 1),
        ]
        #expect(bad.allSatisfy { Outcome($0) == .bad })
        #expect(neither.allSatisfy { Outcome($0) == .neither })
        #expect([502, 503, 504].allSatisfy { Outcome(status: $0) == .bad })
        #expect([200, 101, 304, 404, 500, 501, 505].allSatisfy { Outcome(status: $0) == .good })
    }
}
