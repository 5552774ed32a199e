import Crypto
import Foundation
import Gateway
import Glibc
import TestSupport
import Testing
import Transport
import Vocabulary

/// What TLS changes about requests and answers.
struct TransportSecurityTests {
    private static let page = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

    @Test func `the upstream is told that the client came over TLS`() throws {
        let secure = try SecureStage()
        let client = try secure.client()
        client.send(Provocation.get("/", "X-Forwarded-Proto: http\r\n"))
        #expect(try client.answer().status == 200)

        let fields = try #require(secure.stage.upstream.finish().requests.last).fields
        #expect(fields.values("X-Forwarded-Proto") == ["https"])
        #expect(fields.values("Forwarded") == ["for=127.0.0.1;host=\"a\";proto=https"])
    }

    @Test func `a trusted proxy's word on the scheme goes before ours`() throws {
        let loopback = try #require(AddressBlock(text: "127.0.0.1/32"))
        let secure = try SecureStage { settings, _ in settings.trusted = [loopback] }
        for (line, scheme) in [("X-Forwarded-Proto: http\r\n", "http"), ("", "https")] {
            let client = try secure.client()
            client.send(Provocation.get("/", line))
            #expect(try client.answer().status == 200)
            let fields = try #require(secure.stage.upstream.finish().requests.last).fields
            #expect(fields.values("X-Forwarded-Proto") == [scheme])
        }
    }

    @Test func `requests follow each other on one connection, sent ahead or not`() throws {
        let replies = (0..<5).map {
            UpstreamReply.says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\($0)")
        }
        let secure = try SecureStage(replies)
        let client = try secure.client()
        client.send(Provocation.get("/0"))
        #expect(try client.answer().text == "0")
        client.send((1..<4).map { Provocation.get("/\($0)") }.joined())
        for number in 1..<4 { #expect(try client.answer().text == "\(number)") }
        client.send(Provocation.get("/4", "Connection: close\r\n"))
        #expect(try client.answer().text == "4")
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
    }

    @Test func `a target that names the scheme has to name this one`() throws {
        let secure = try SecureStage()
        let client = try secure.client()
        client.send("GET https://b/x HTTP/1.1\r\nHost: b\r\n\r\n")
        #expect(try client.answer().status == 200)
        client.send("GET http://b/x HTTP/1.1\r\nHost: b\r\n\r\n")
        #expect(try client.answer().status == 421)
        let request = try #require(secure.stage.upstream.finish().requests.last)
        #expect(request.fields.values("Host") == ["b"])
    }

    @Test func `an answer that is cut is cut over TLS too`() throws {
        let secure = try SecureStage([
            .says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", then: .finish)
        ])
        let client = try secure.client()
        client.send(Provocation.get())
        guard case .reset = client.nextAnswer(to: "GET", within: .seconds(5)) else {
            Issue.record("it did not end in a cut")
            return
        }
    }

    @Test func `plain HTTP on a port for TLS is no request`() throws {
        let secure = try SecureStage()
        let client = try secure.stage.client()
        client.send(Provocation.get())
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
        #expect(client.unread.isEmpty)
        GatewayStage.wait("it is counted") { secure.gateway.arrivals.clearTextCount == 1 }
        #expect(secure.stage.upstream.finish().requests.isEmpty)
    }

    @Test func `an idle connection is told that it ends`() throws {
        let secure = try SecureStage { settings, _ in
            settings.deadlines.idle = .milliseconds(50)
        }
        let client = try secure.client()
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
    }

    // MARK: Strict transport security

    @Test func `every answer over TLS says how long to insist on it`() throws {
        let secure = try SecureStage([
            .says(
                "HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=1\r\nContent-Length: 0\r\n\r\n"
            )
        ]) { settings, _ in settings.strictSeconds = 86400 }
        let client = try secure.client()
        for request in [
            Provocation.get(), Provocation.get("/%2f"),
        ] {
            client.send(request)
            let answer = try client.answer()
            #expect(answer.fields.values("Strict-Transport-Security") == ["max-age=86400"])
        }
    }

    @Test func `where it is not set, or in clear text, the upstream's own word passes`() throws {
        let reply =
            "HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=1\r\nContent-Length: 0\r\n\r\n"
        let unset = try SecureStage([.says(reply)])
        let client = try unset.client()
        client.send(Provocation.get())
        #expect(try client.answer().fields.values("Strict-Transport-Security") == ["max-age=1"])

        let clear = try GatewayStage([.says(reply)]) { $0.strictSeconds = 5 }
        let answer = try clear.answer(to: Provocation.get())
        #expect(answer.fields.values("Strict-Transport-Security") == ["max-age=1"])
    }

    // MARK: Redirects

    @Test(
        arguments: [
            (
                "GET /a/%7Eb?c=d%2f HTTP/1.1\r\nHost: A.test:8080\r\n\r\n",
                "https://a.test/a/~b?c=d%2f", 443
            ),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", "https://a:8443/", 8443),
            ("GET /? HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "https://[::1]:444/?", 444),
            ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "https://a", 443),
            ("GET http://b/x HTTP/1.1\r\nHost: b\r\n\r\n", "https://b/x", 443),
        ] as [(String, String, UInt16)]
    )
    func `a listener that redirects sends everybody on`(
        request: String,
        location: String,
        port: UInt16
    ) throws {
        let stage = try GatewayStage { $0.listeners[0].redirectsToPort = port }
        let answer = try stage.answer(to: request)
        #expect(answer.status == 308)
        #expect(answer.fields.values("Location") == [location])
        #expect(answer.saysClose == request.hasPrefix("POST"))
        #expect(try stage.log.record().status == 308)
        #expect(stage.upstream.finish().requests.isEmpty)
    }

    @Test func `without a host there is nowhere to send anybody`() throws {
        let stage = try GatewayStage { $0.listeners[0].redirectsToPort = 443 }
        #expect(try Problem(stage.answer(to: "GET / HTTP/1.0\r\n\r\n")).code == "unknown_host")
    }

    @Test func `nobody is sent to a host that is not served here`() throws {
        let stage = try GatewayStage { $0.listeners[0].redirectsToPort = 443 }
        let answer = try stage.answer(to: "GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n")
        #expect(answer.status == 421 && answer.value("Location") == nil)
    }

    // MARK: Client certificates

    @Test func `who showed a certificate is said to the upstream, and nobody else can`() throws {
        var known: TestCertificates.Pair?
        let secure = try SecureStage([.says(Self.page), .says(Self.page)]) { settings, files in
            let authority = try files.make([], subject: "an authority")
            known = try files.make(["client.test"], signedBy: authority)
            settings.tls.clients = .optional
            settings.tls.clientAuthorities = authority.certificate
        }
        let forged = "Client-Cert: :AAAA:\r\nClient_Cert: :AAAA:\r\nClient-Cert-Chain: :AAAA:\r\n"
        let pair = try #require(known)
        for own in [pair, nil] {
            let client = try secure.client(showing: own)
            client.send(Provocation.get("/", forged))
            #expect(try client.answer().status == 200)
        }

        let sent = secure.stage.upstream.finish().requests
        let pem = try TextFile.read(pair.certificate).split(separator: "\n")
        let encoded = pem.dropFirst().dropLast().joined()
        #expect(sent.map { $0.fields.values("Client-Cert") } == [[":\(encoded):"], []])
        for name in ["Client-Cert-Chain", "Client_Cert"] {
            #expect(sent.allSatisfy { $0.fields.values(name).isEmpty })
        }
    }

    // MARK: PROXY headers

    @Test func `the client a PROXY header names is the client everywhere`() throws {
        let secure = try SecureStage { settings, _ in settings.listeners[0].proxies = [] }
        let header = "PROXY TCP4 203.0.113.7 198.51.100.1 1 2\r\n"
        let client = try secure.client(after: Array(header.utf8))
        client.send(Provocation.get())
        #expect(try client.answer().status == 200)

        let fields = try #require(secure.stage.upstream.finish().requests.last).fields
        #expect(fields.values("X-Forwarded-For") == ["203.0.113.7"])
        #expect(fields.values("X-Real-IP") == ["203.0.113.7"])
    }

    @Test func `a request without the PROXY header that is required is not answered`() throws {
        let stage = try GatewayStage { $0.listeners[0].proxies = [] }
        let client = try stage.client()
        client.send(Provocation.get())
        _ = client.waitForEnd(within: .seconds(5))
        #expect(client.unread.isEmpty)
        GatewayStage.wait("it is counted") { stage.gateway.arrivals.badProxyHeaderCount == 1 }
    }
}
