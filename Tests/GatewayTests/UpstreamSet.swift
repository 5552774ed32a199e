import Gateway
import Glibc
import TestSupport
import Testing
import Transport
import Vocabulary

/// A gateway in front of several servers by script.
final class UpstreamSet {
    let servers: [RecordingUpstream]
    let stage: GatewayStage
    let notices = Monitor<[Notice]>([])
    var upstream: Upstream { stage.gateway.upstream }
    var counts: UpstreamCounts { upstream.counts }

    init(
        _ manners: [ListeningSocket.Manner],
        begun replies: [[UpstreamReply]] = [],
        _ change: @escaping (inout Settings, [SocketAddress]) -> Void = { _, _ in }
    ) throws {
        let servers = manners.map { RecordingUpstream($0) }
        for (index, server) in servers.enumerated() {
            server.begin(index < replies.count ? replies[index] : [])
        }
        self.servers = servers
        let addresses = try servers.map { try #require(SocketAddress("\($0.endpoint)")) }
        let told = notices
        stage = try GatewayStage([], .accepting) {
            $0.upstream = UpstreamSettings(addresses.map { ServerSettings(.address($0)) })
            // What a test is about it turns on.
            $0.upstream.breaker.failurePercentMin = 0
            $0.upstream.ejection.failuresMin = 0
            change(&$0, addresses)
        } notice: { word in
            told.withState { $0.append(word) }
        }
    }

    deinit { for server in servers { server.stop() } }

    /// How many requests each server has seen.
    var seen: [Int] { servers.map { $0.record.requests.count } }

    func get(_ target: String = "/", _ lines: String = "") throws -> StrictAnswer {
        try stage.answer(to: Provocation.get(target, lines))
    }

    /// Everything that was taken has been given back.
    func expectQuiet(sourceLocation: SourceLocation = #_sourceLocation) {
        GatewayStage.wait("requests are still under way", sourceLocation: sourceLocation) {
            upstream.servers.allSatisfy { $0.inFlight == 0 }
        }
    }

    func waits(for notice: Notice, sourceLocation: SourceLocation = #_sourceLocation) {
        let came = notices.wait(atMost: .seconds(10)) { $0.contains(notice) }
        #expect(came, "\(notice)", sourceLocation: sourceLocation)
    }
}

extension UpstreamReply {
    static let ok = says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    static let unavailable = says(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
    )
    /// Takes the whole request and ends without a word.
    static let leaves = says("", then: .finish)
    static let resets = says("", then: .breakOff)
}
