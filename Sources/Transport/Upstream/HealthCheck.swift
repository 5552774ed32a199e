import HTTPWire
import Vocabulary

/// Which servers one worker checks, and when.
///
/// Each server is checked by exactly one of the workers, over the same code that serves requests.
/// What a check finds out counts for all.
public final class HealthRounds {
    private let pool: UpstreamPool
    private let worker: Int
    private let workerCount: Int
    /// When each is due, by its number.
    private var due: [(server: Server, at: Instant)?] = []
    private var random = KernelRandom()

    /// nil when no checks are asked for.
    public init?(_ pool: UpstreamPool, worker: Int, of workerCount: Int) {
        guard pool.upstream.settings.health != nil else { return nil }
        self.pool = pool
        self.worker = worker
        self.workerCount = workerCount
    }

    /// Those whose time has come; none of them comes again before `isOver` was said of it.
    public func take() -> [Server] {
        let now = pool.loop.now
        var taken: [Server] = []
        // Whoever has left would be due for ever.
        for index in due.indices where due[index]?.server.hasLeft == true { due[index] = nil }
        for server in pool.upstream.servers where server.number % workerCount == worker {
            while due.count <= server.number { due.append(nil) }
            if let known = due[server.number], known.server === server, now < known.at { continue }
            due[server.number] = (server, .never)
            taken.append(server)
        }
        return taken
    }

    /// A check has been made; the next one follows after the interval, a tenth of it by chance.
    public func isOver(_ server: Server) {
        guard let settings = pool.upstream.settings.health,
            due[server.number]?.server === server
        else { return }
        let whole = settings.interval.wholeMilliseconds
        let part = UInt64.random(in: 0...(whole / 10), using: &random)
        let pause = Patience.milliseconds(Int(clamping: whole &- part))
        due[server.number] = (server, pool.loop.now + pause)
    }

    /// How long nothing falls due.
    ///
    /// A check that is under way may end meanwhile and a new server may come, so it is looked again
    /// within a quarter of the interval, and at least once a second.
    public var pause: Patience {
        let interval = pool.upstream.settings.health?.interval.wholeMilliseconds ?? 1000
        let most = min(max(interval / 4, 1), 1000)
        let next = due.compactMap { $0?.at }.min() ?? .never
        let now = pool.loop.now.milliseconds
        let left = next.milliseconds &- min(now, next.milliseconds)
        return .milliseconds(Int(clamping: min(max(left, 1), most)))
    }
}

extension UpstreamPool {
    /// Asks a server whether it is well, and notes what it says.
    public func check(_ server: Server) async {
        guard let settings = upstream.settings.health else { return }
        var isGood = false
        do throws(TransportError) {
            isGood = try await ask(server, settings)
        } catch {}
        if !server.hasLeft { upstream.noteCheck(of: server, isGood: isGood) }
    }

    /// Well is who answers 2xx in time; a redirection leads to where nobody looks.
    private func ask(
        _ server: Server,
        _ settings: HealthSettings
    ) async throws(TransportError) -> Bool {
        let deadline = loop.now + settings.patience
        var connection = try await dial(server, for: loop.makeWaiter(), by: deadline)
        connection.output.append("GET ")
        connection.output.append(text: settings.path)
        connection.output.append(" HTTP/1.1\r\nHost: ")
        let host = server.host
        unsafe connection.output.append(host.span.bytes)
        connection.output.append("\r\nUser-Agent: gatehouse\r\nConnection: close\r\n\r\n")
        while try !connection.send() {
            guard await connection.ready(.output, by: deadline) else { throw .timedOut(.upstream) }
        }
        let status: Int
        do throws(TransportError) {
            status = try await Self.status(from: &connection, by: deadline)
        } catch {
            upstream.noteHandshake(error, of: server)
            throw error
        }
        upstream.noteHandshakeDone(of: server)
        connection.sayEnd()
        return status / 100 == 2
    }

    /// The status of the final answer.
    private static func status(
        from connection: inout Connection,
        by deadline: Instant
    ) async throws(TransportError) -> Int {
        var parser = AnswerParser()
        var answer = AnswerHead()
        for _ in 0...TransportBounds.interimAnswersMax {
            while try !parse(&connection, &parser, &answer) {
                guard try await connection.fill(by: deadline) else { throw .cut(.upstream) }
            }
            if !answer.isInterim { return answer.status }
            answer.release(to: connection.pool)
        }
        throw .malformed(.badStatusLine, .upstream)
    }

    private static func parse(
        _ connection: inout Connection,
        _ parser: inout AnswerParser,
        _ answer: inout AnswerHead
    ) throws(TransportError) -> Bool {
        if connection.input.isEmpty { return false }
        do throws(WireError) {
            return try parser.parse(&connection.input, into: &answer, from: connection.pool)
        } catch {
            throw .malformed(error, .upstream)
        }
    }
}
