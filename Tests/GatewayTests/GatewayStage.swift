import Crypto
import Gateway
import Glibc
import Telemetry
import TestSupport
import Testing
import Transport
import Vocabulary

/// A gateway in this process, its upstream by script, and what it writes down.
final class GatewayStage {
    let gateway: Gateway
    let upstream: RecordingUpstream
    let log: LogPipe
    /// Where the first listener is.
    var endpoint: Endpoint {
        Endpoint(gateway.addresses[0].text) ?? .ipv4("0.0.0.0", port: 0)
    }

    init(
        _ replies: [UpstreamReply] = [],
        _ manner: ListeningSocket.Manner = .accepting,
        securedBy server: TLSServer? = nil,
        _ change: (inout Settings) -> Void = { _ in },
        notice: @escaping @Sendable (Notice) -> Void = { _ in }
    ) throws {
        // Splicing into a closed connection raises it; the program ignores it at its start.
        signal(SIGPIPE, SIG_IGN)
        upstream = RecordingUpstream(manner, securedBy: server)
        upstream.begin(replies)
        log = LogPipe()
        let listen = try #require(SocketAddress("127.0.0.1:0"))
        let target = try #require(SocketAddress("\(upstream.endpoint)"))
        var settings = Settings(
            listeners: [ListenerSettings(listen)],
            policy: PlainPolicy().policy,
            upstreams: [UpstreamSettings(target)]
        )
        settings.accessLog = .descriptor(log.writing)
        settings.deadlines.linger = .milliseconds(100)
        change(&settings)
        gateway = try Gateway(settings, notice: notice)
    }

    deinit {
        gateway.drain()
        upstream.stop()
        gateway.stop()
    }

    func client(
        to endpoint: Endpoint? = nil,
        from source: String? = nil
    ) throws -> RawClient {
        try #require(RawClient(to: endpoint ?? self.endpoint, from: source))
    }

    /// Sends one request on a connection of its own and waits for its answer.
    func answer(to request: String) throws -> StrictAnswer {
        let client = try client()
        client.send(request)
        return try client.answer(to: String(request.prefix { $0 != " " }))
    }

    /// Waits for something to come true that no message tells of.
    static func wait(
        within limit: Duration = .seconds(5),
        _ what: Comment,
        sourceLocation: SourceLocation = #_sourceLocation,
        until holds: () -> Bool
    ) {
        let deadline = ContinuousClock.now + limit
        while !holds() {
            guard ContinuousClock.now < deadline else {
                Issue.record(what, sourceLocation: sourceLocation)
                return
            }
            poll(nil, 0, 1)
        }
    }
}

extension RawClient {
    func send(_ text: String) { send(Array(text.utf8)) }

    /// The next final answer, interim ones passed over.
    func answer(
        to method: String = "GET",
        within limit: Duration = .seconds(5),
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> StrictAnswer {
        while true {
            let next = nextAnswer(to: method, within: limit)
            guard case .answer(let answer) = next else {
                Issue.record("no answer but \(next.summary)", sourceLocation: sourceLocation)
                throw NoAnswer()
            }
            if !answer.isInterim { return answer }
        }
    }

    struct NoAnswer: Error {}
}

extension RawClient.Next {
    /// What came, short enough to read.
    var summary: String {
        let text = { (bytes: [UInt8]) in String(decoding: bytes.prefix(300), as: UTF8.self) }
        return switch self {
        case .answer(let answer): "an answer: \(text(answer.bytes))"
        case .broken(let why, let bytes): "what is broken (\(why)): \(text(bytes))"
        case .closed(let bytes): "the end after: \(text(bytes))"
        case .reset(let bytes): "a reset after: \(text(bytes))"
        case .nothing(let bytes): "nothing after: \(text(bytes))"
        }
    }
}

extension StrictAnswer {
    func value(_ name: String) -> String? { fields.values(name).first }
    var text: String { String(decoding: body, as: UTF8.self) }
    var saysClose: Bool { value("Connection") == "close" }
}

extension UpstreamReply {
    /// Said when the request is whole.
    static func says(_ text: String, then ending: Ending = .keep) -> UpstreamReply {
        UpstreamReply(late: [.bytes(Array(text.utf8))], ending: ending)
    }

    /// Said as soon as the request's head is in.
    static func saysEarly(_ text: String, then ending: Ending = .keep) -> UpstreamReply {
        UpstreamReply(early: [.bytes(Array(text.utf8))], ending: ending)
    }
}
