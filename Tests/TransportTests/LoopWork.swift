import Glibc
import Testing
import Vocabulary

@testable import Transport

/// Runs `work` on the thread of a loop of its own, as the programs run theirs.
///
/// Everything a test does with sockets happens on that one thread, so that what is ready is decided
/// by the rounds of the loop and never by luck.
func onLoop<Answer: Sendable>(
    _ work: @escaping @Sendable (EventLoop) async throws -> Answer
) async throws -> Answer {
    let loop = try EventLoop()
    try loop.startThread()
    defer {
        loop.stop()
        loop.join()
    }
    return try await Task(executorPreference: loop) { try await work(loop) }.value
}

extension EventLoop {
    /// Lets the loop go round, taking the kernel's news each time, until `holds`.
    func rounds(
        until holds: () -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let waiter = makeWaiter()
        let limit = PreciseClock.nanoseconds() + 5_000_000_000
        var count = 0
        while !holds() {
            guard PreciseClock.nanoseconds() < limit else {
                Issue.record("it never came true", sourceLocation: sourceLocation)
                return
            }
            // What takes many rounds is a matter of time, which others may use meanwhile.
            count += 1
            if count < 500 {
                await waiter.rest()
            } else {
                await waiter.pause(for: .milliseconds(1))
            }
        }
    }

    /// One round, in which the loop hears of all that has happened to its sockets so far.
    ///
    /// A rest may end within the round it began in; the second one cannot.
    func round() async {
        let waiter = makeWaiter()
        await waiter.rest()
        await waiter.rest()
    }

    /// Starts a task on this loop.
    @discardableResult
    func start<Answer: Sendable>(
        _ work: sending @escaping @isolated(any) () async throws -> Answer
    ) -> Task<Answer, any Error> {
        Task(executorPreference: self, operation: work)
    }
}

extension Connection {
    /// One end of a pair, watched by the loop, with a waiter of its own unless one is given.
    init(
        _ descriptor: Int32,
        on loop: EventLoop,
        _ side: Side = .downstream,
        sharing waiter: Waiter? = nil
    ) throws {
        self.init(
            try Socket(descriptor, on: loop),
            side: side,
            waiter: waiter ?? loop.makeWaiter()
        )
    }

    /// What came, as text.
    var inputText: String { String(decoding: input.array, as: UTF8.self) }
}

extension ByteBuffer {
    var array: [UInt8] { (0..<count).map { bytes[$0] } }

    mutating func append(_ bytes: [UInt8]) { unsafe append(bytes.span.bytes) }
}
