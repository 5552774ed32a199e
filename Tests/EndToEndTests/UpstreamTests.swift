import Glibc
import TestSupport
import Testing

/// Several servers behind the program, as the rules set them up.
struct UpstreamTests {
    private static let ok = UpstreamReply(
        late: [.bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8))]
    )

    private static func cut(_ text: String, _ ending: UpstreamReply.Ending) -> UpstreamReply {
        UpstreamReply(late: [.bytes(Array(text.utf8))], ending: ending)
    }

    /// Answers that end in every way an answer should not.
    private static let faults: [UpstreamReply] = [
        cut("", .finish), cut("", .breakOff), cut("HTTP/1.1 2", .breakOff),
        cut("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel", .breakOff),
        cut("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel", .finish),
        cut("no HTTP\r\n\r\n", .finish), cut("", .keep),
        cut("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel", .keep),
    ]

    @Test func `no fault of any server costs a descriptor`() throws {
        let manners: [ListeningSocket.Manner] = [.accepting, .refusing, .deaf]
        let servers = manners.map { RecordingUpstream($0) }
        defer { for server in servers { server.stop() } }
        for server in servers { server.begin() }
        let gateway = try Gateway(
            before: servers[0].endpoint,
            servers.dropFirst().flatMap { ["upstream servers \($0.endpoint)"] } + [
                "workers 2", "deadlines { connect 50ms }", "deadlines { first byte 100ms }",
                "deadlines { answer pause 100ms }", "deadlines { keep alive 50ms }",
                "upstream break never", "upstream eject never", "access log off",
                "upstream at most 4 connections and 1 waiting for 50ms",
            ]
        )
        let before = gateway.process.descriptorCount
        for round in 0..<3 {
            servers[0].begin(Self.faults.flatMap { [Self.ok, $0, $0] })
            for number in 0..<30 {
                let client = try gateway.client()
                client.send("GET /\(round)/\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
                // Whatever comes, be it nothing: some of these answers are never whole.
                _ = client.nextAnswer(to: "GET", within: .milliseconds(number % 5 == 0 ? 1 : 400))
            }
        }
        wait("descriptors were lost") { gateway.process.descriptorCount <= before }
    }

    @Test func `a name is resolved, and what becomes of it is said`() throws {
        let server = RecordingUpstream()
        server.begin()
        defer { server.stop() }
        guard case .ipv4(_, let port) = server.endpoint else { return }
        let names = FakeNameServer(["app.test": .addresses(["127.0.0.1"])])
        defer { names.stop() }
        let gateway = try Gateway(
            before: Endpoint("127.0.0.77:\(port)") ?? server.endpoint,
            [
                "upstream servers app.test:\(port) weight 100",
                "upstream resolver \(names.endpoint)",
                "upstream eject after 1 failures", "upstream check GET /up every 50ms",
            ]
        )
        for _ in 0..<3 { #expect(try gateway.client().get("/").status == 200) }
        gateway.says("gatehouse: upstream 127.0.0.77:\(port) fails its health checks")
        names.set("app.test", to: .missing)
        gateway.says("gatehouse: `app.test` cannot be resolved; what was known of it stays in use")
        #expect(try gateway.client().get("/").status == 200)
    }

    @Test func `a cookie, a ring and turns can be asked for`() throws {
        let servers = (0..<2).map { _ in RecordingUpstream() }
        defer { for server in servers { server.stop() } }
        for server in servers { server.begin() }
        let more = ["upstream servers \(servers[1].endpoint)"]
        for rules in [
            ["upstream balance in turn"], ["upstream balance by client"],
            ["upstream balance by header.x-key", "upstream stay by cookie \"srv\""],
            ["upstream balance least busy"],
        ] {
            let gateway = try Gateway(before: servers[0].endpoint, more + rules)
            let answer = try gateway.client().get("/")
            #expect(answer.status == 200)
            #expect((answer.value("Set-Cookie") != nil) == (rules.count == 2))
        }
    }
}
