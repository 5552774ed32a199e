import Crypto
import Gateway
import Glibc
import TestSupport
import Testing
import Transport
import Vocabulary

/// A gateway in front of a server that speaks TLS, and shows what it should.
final class SecureUpstream {
    let stage: GatewayStage
    let files: TestCertificates
    /// What the server shows.
    let pair: TestCertificates.Pair
    let notices = Monitor<[Notice]>([])
    var upstream: RecordingUpstream { stage.upstream }
    var counts: UpstreamCounts { stage.gateway.upstream.counts }
    var address: SocketAddress { stage.gateway.upstream.servers[0].address }

    init(
        _ replies: [UpstreamReply] = [],
        showing names: [String] = ["127.0.0.1"],
        _ change: (inout Settings, TestCertificates) throws -> Void = { _, _ in },
        server terms: (inout TLSSettings, TestCertificates) throws -> Void = { _, _ in }
    ) throws {
        let files = try TestCertificates()
        let pair = try files.make(names)
        self.files = files
        self.pair = pair
        var settings = TLSSettings()
        settings.certificates = [CertificateFiles(pair)]
        try terms(&settings, files)
        let told = notices
        stage = try GatewayStage(
            replies,
            securedBy: try TLSServer(settings, ProcessSecret())
        ) { settings in
            settings.upstream.breaker.failurePercentMin = 0
            settings.upstream.ejection.failuresMin = 0
            settings.upstream.tls = UpstreamTLSSettings()
            settings.upstream.tls?.client.authorities = pair.certificate
            do { try change(&settings, files) } catch { Issue.record(error) }
        } notice: { word in
            told.withState { $0.append(word) }
        }
    }

    func get(_ target: String = "/", _ lines: String = "") throws -> StrictAnswer {
        try stage.answer(to: Provocation.get(target, lines))
    }

    /// Waits until nothing is under way, so that connections are back on their shelves.
    func settle(sourceLocation: SourceLocation = #_sourceLocation) {
        GatewayStage.wait("requests are still under way", sourceLocation: sourceLocation) {
            stage.gateway.upstream.servers.allSatisfy { $0.inFlight == 0 }
        }
    }

    func waits(for notice: Notice, sourceLocation: SourceLocation = #_sourceLocation) {
        let came = notices.wait(atMost: .seconds(10)) { $0.contains(notice) }
        #expect(came, "\(notice)", sourceLocation: sourceLocation)
    }

    /// Every request of `count` fails with this reason, and each costs a connection.
    func expectFailure(
        _ reason: Reason,
        _ count: Int = 2,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for number in 1...count {
            let answer = try get()
            #expect(answer.status == reason.status, sourceLocation: sourceLocation)
            #expect(try Problem(answer).code == reason.rawValue, sourceLocation: sourceLocation)
            #expect(counts.connectFailures.value == number, sourceLocation: sourceLocation)
            #expect(counts.handshakeFailures.value == number, sourceLocation: sourceLocation)
        }
        let lines = try stage.log.records(count)
        #expect(lines.allSatisfy { $0.reason == reason.rawValue }, sourceLocation: sourceLocation)
        #expect(upstream.finish().requests.isEmpty, sourceLocation: sourceLocation)
    }
}
