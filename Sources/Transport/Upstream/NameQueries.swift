import CCares
import Glibc
import Vocabulary

/// Questions to name servers, asked and answered without blocking, by way of c-ares.
///
/// All of it is used by one thread. What comes back is hostile: no more than so many addresses of an
/// answer are taken, and none that leads nowhere or to everybody.
@safe
final class NameQueries {
    /// What came of a question.
    enum Answer: Equatable {
        case addresses([IPAddress], holdsSeconds: Int)
        case failure
    }

    static let addressesMax = 64
    /// How long a name server is waited for, and how often it is asked.
    private static let patienceMilliseconds: Int32 = 1500
    private static let tries: Int32 = 2
    /// c-ares tells of so many sockets at once; it opens one or two for each name server.
    private static let socketCount = 16

    private let channel: UnsafeMutableRawPointer
    private var answers: [(name: Int, answer: Answer)] = []

    /// - server: asked in place of those the system names.
    init(asking server: SocketAddress?) throws(TransportError) {
        guard let channel = unsafe cares_open(Self.patienceMilliseconds, Self.tries, server?.text)
        else { throw .exhausted }
        unsafe self.channel = channel
    }

    /// Every question that is still open is answered with this, before anything else goes.
    deinit { unsafe cares_close(channel) }

    /// What has been answered since this was asked last.
    func takeAnswers() -> [(name: Int, answer: Answer)] {
        let all = answers
        answers.removeAll()
        return all
    }

    /// Asks for all addresses of a name, which bears a number from here on.
    func ask(_ name: String, _ number: Int) {
        let question = unsafe Unmanaged.passRetained(Question(self, number)).toOpaque()
        unsafe cares_ask(
            channel,
            name,
            { context, addresses in
                // SAFETY: retained when it was asked, and answered once.
                let question = unsafe Unmanaged<Question>.fromOpaque(context).takeRetainedValue()
                unsafe question.queries?.answers.append(
                    (question.number, NameQueries.answer(in: addresses))
                )
            },
            question
        )
    }

    /// One question, on its way through c-ares.
    private final class Question {
        weak var queries: NameQueries?
        let number: Int

        init(_ queries: NameQueries, _ number: Int) {
            self.queries = queries
            self.number = number
        }
    }

    /// Waits for name servers, for the doorbell, or for the time to pass, and takes in what came.
    func wait(milliseconds: Int32, doorbell: Int32) {
        var wanted = [pollfd(fd: doorbell, events: Int16(POLLIN), revents: 0)]
        var sockets = [Int32](repeating: -1, count: Self.socketCount)
        let bits = unsafe cares_sockets(channel, &sockets)
        for index in sockets.indices {
            let reads = bits & (1 << Int32(index)) != 0
            let writes = bits & (1 << Int32(index + Self.socketCount)) != 0
            guard reads || writes else { continue }
            let events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0)
            wanted.append(pollfd(fd: sockets[index], events: Int16(events), revents: 0))
        }
        let patience = unsafe cares_timeout(channel, max(milliseconds, 0))
        unsafe poll(&wanted, nfds_t(wanted.count), patience)
        for each in wanted.dropFirst() where each.revents != 0 {
            let reads = each.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0
            let writes = each.revents & Int16(POLLOUT) != 0
            unsafe cares_process(channel, reads ? each.fd : -1, writes ? each.fd : -1)
        }
        // Who was waited for too long is found out this way.
        unsafe cares_process(channel, -1, -1)
    }

    /// The addresses in an answer, each once and in an order of their own.
    private static func answer(in addresses: UnsafeRawPointer?) -> Answer {
        var found: Set<IPAddress> = []
        var seconds = NameSchedule.secondsMax
        var place = unsafe addresses
        while found.count < addressesMax {
            var bytes = [UInt8](repeating: 0, count: 16)
            var holdsSeconds: Int32 = 0
            let family = unsafe cares_next(&place, &bytes, &holdsSeconds)
            if family == 0 { break }
            guard family > 0 else { continue }
            let address = address(bytes, isV4: family == AF_INET)
            guard address.isOfOne else { continue }
            seconds = min(seconds, Int(holdsSeconds))
            found.insert(address)
        }
        guard !found.isEmpty else { return .failure }
        let sorted = found.sorted { ($0.high, $0.low) < ($1.high, $1.low) }
        return .addresses(sorted, holdsSeconds: seconds)
    }

    private static func address(_ bytes: [UInt8], isV4: Bool) -> IPAddress {
        let number = { (range: Range<Int>) in
            bytes[range].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        if isV4 { return IPAddress(v4: UInt32(truncatingIfNeeded: number(0..<4))) }
        return IPAddress(high: number(0..<8), low: number(8..<16))
    }
}
