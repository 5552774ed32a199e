import Policy
import Rules
import Testing
import Vocabulary

/// What rules say about the machine, as the program is given it.
struct InstallationTests {
    private static let today = DiagnosticTests.today

    private func compiled(_ text: String) throws -> Compiled {
        let files = TextFiles(["main.gate": text])
        return try Rules.compile(entry: "main.gate", in: files, now: Self.today)
    }

    private func installation(_ text: String) throws -> Installation {
        let compiled = try compiled(text)
        #expect(compiled.diagnostics.all.filter { $0.severity == .error }.map(\.message) == [])
        return compiled.installation
    }

    private func block(_ text: String) throws -> AddressBlock {
        let bytes = Array(text.utf8)
        return try #require(unsafe AddressBlock(bytes.span.bytes))
    }

    @Test func `listeners are where they are said, and begin as they are said to`() throws {
        let made = try installation(
            """
            list balancers of ip { 10.20.0.0/24, 10.30.0.1 until 2026-11-01 }
            gateway {
              listen :443 with certificate file("/a.pem") and key env("A_KEY") and proxy protocol from balancers
              listen [::1]:8443 with tls
              listen :80 redirect to https at port 8443
              listen unix "/run/web.sock" with proxy protocol
              certificate file("/b.pem") and key file("/b.key")
              tls at least 1.3
              optional client certificates from file("/clients.pem")
              insist on https for 365d
              trust x-forwarded-for from balancers
            }
            """
        )
        let networks = [try block("10.20.0.0/24")]
        var first = Installation.Listener(.everywhere(port: 443))
        (first.speaksTLS, first.proxies) = (true, networks)
        var second = Installation.Listener(.tcp(IPAddress(high: 0, low: 1), port: 8443))
        second.speaksTLS = true
        var third = Installation.Listener(.everywhere(port: 80))
        third.redirectsToPort = 8443
        var fourth = Installation.Listener(.unix(path: "/run/web.sock"))
        fourth.proxies = []

        #expect(made.listeners == [first, second, third, fourth])
        #expect(made.trusted == networks)
        #expect(made.tls.pairs.map(\.key) == [.environment("A_KEY"), .file("/b.key")])
        #expect(made.tls.isNewestOnly && made.tls.strictSeconds == 31_536_000)
        #expect(made.tls.clients == .optional && made.tls.authorities == .file("/clients.pem"))
    }

    @Test func `caps, deadlines and processes are what is said, and nil where nothing is`() throws {
        let made = try installation(
            """
            gateway {
              workers 2
              listen 127.0.0.1:8080
              secret file("/secret")
              at most 10000 connections
              at most 100 connections per address
              at most 5000 requests at once
              memory 512MiB
              deadlines {
                handshake 1s
                head 2s
                idle 3s
                connect 4s
                first byte 5s
                answer pause 6s
                keep alive 7s
                exchange 8s
                tunnel pause 9s
                bodies at least 0B a second
              }
            }
            process {
              user www-data
              pid file "/run/g.pid"
              drain for 30s
              hand over within 1h
            }
            control "/run/g.sock"
            audit "/var/log/audit.jsonl"
            access log off
            """
        )
        let times = made.deadlines
        #expect(
            [
                times.handshake, times.head, times.idle, times.connect, times.firstByte,
                times.answerPause, times.keepAlive, times.exchange, times.tunnelPause,
            ] == (1...9).map { Duration.seconds($0) }
        )
        #expect(times.bytesPerSecondMin == 0 && made.workers == 2)
        #expect(made.guards.connectionMax == 10_000 && made.guards.connectionPerAddressMax == 100)
        #expect(made.guards.requestMax == 5000 && made.guards.memoryByteMax == 512 << 20)
        #expect(made.process.user == "www-data" && made.process.pidFile == "/run/g.pid")
        #expect(made.process.drain == .seconds(30) && made.process.handOver == .seconds(3600))
        #expect(made.controlPath == "/run/g.sock" && made.auditFile == "/var/log/audit.jsonl")
        #expect(made.accessLog == .none && made.secret == .file("/secret"))

        let bare = try installation("gateway { listen 127.0.0.1:8080 }")
        #expect(bare.deadlines == Installation.Deadlines() && bare.guards == Installation.Guards())
        #expect(bare.accessLog == .standardOutput && bare.workers == nil)
    }

    @Test func `upstreams come in the order of their names, as a policy numbers them`() throws {
        let made = try compiled(
            """
            upstream web {
              servers 10.0.0.1:80 weight 3, app.internal:81, unix "/run/app.sock"
              servers [::1]:82
              balance by header.x-tenant
              stay by cookie "srv"
              check GET /up every 5s within 2s
              timeout 10s
              at most 100 connections and 20 waiting for 1s
              eject never
              break above 40% failures
              retry at most 0%
              resolver 127.0.0.1:53
            }
            upstream api { servers env("API_SERVERS")
              tls with ca file("/ca.pem") and certificate file("/c.pem") and key file("/c.key") and name api.internal }
            """
        )
        #expect(made.policy?.upstreams == ["api", "web"])
        #expect(made.installation.upstreams.map(\.name) == ["api", "web"])
        let (api, web) = (made.installation.upstreams[0], made.installation.upstreams[1])
        #expect(api.serversFrom == .environment("API_SERVERS") && api.servers.isEmpty)
        #expect(api.tls?.name == "api.internal" && api.tls?.authorities == .file("/ca.pem"))
        #expect(api.tls?.pair?.certificate == .file("/c.pem"))
        #expect(web.servers.map(\.weight) == [3, 1, 1, 1])
        #expect(web.servers[1].place == .name("app.internal", port: 81))
        #expect(web.servers[2].place == .unix(path: "/run/app.sock"))
        #expect(web.balance == .byField("header.x-tenant") && web.stickyCookie == "srv")
        #expect(web.check == .init(path: "/up", every: .seconds(5), within: .seconds(2)))
        #expect(web.connectionMax == 100 && web.waitingMax == 20 && web.waiting == .seconds(1))
        #expect(web.ejectAfter == 0 && web.breakAbovePercent == 40 && web.retryPercentMax == 0)
        #expect(web.resolver == .tcp(IPAddress(v4: 0x7f00_0001), port: 53))
    }

    @Test func `a route has its class, its tunnels, and the time of its upstream`() throws {
        let policy = try compiled(
            """
            upstream api { servers 10.0.0.1:80
              timeout 7s }
            site api.example.com {
              send to api
              route feed GET /feed { websocket
                priority batch }
              route slow GET /slow { timeout 9s }
              route home GET /
            }
            """
        ).policy
        let routes = try #require(policy?.routes)
        let feed = try #require(routes.first { $0.name == "feed" })
        #expect(feed.allowsUpgrade && feed.rank == .batch && feed.timeoutMilliseconds == 7000)
        let slow = try #require(routes.first { $0.name == "slow" })
        #expect(!slow.allowsUpgrade && slow.rank == nil && slow.timeoutMilliseconds == 9000)
        // The root is no segment.
        let home = try #require(routes.first { $0.name == "home" })
        #expect(home.pattern.segments.isEmpty && home.pattern.text == "/")
    }

    @Test func `what is said of the machine is part of the version`() throws {
        let one = try compiled("gateway { listen 127.0.0.1:8080 }").policy?.version
        let two = try compiled("gateway { listen 127.0.0.1:8081 }").policy?.version
        let same = try compiled("# why\ngateway {\n  listen 127.0.0.1:8080\n}").policy?.version

        #expect(one != nil && one != two && one == same)
    }

    @Test func `another list of trusted networks or another listener is another installation`()
        throws
    {
        let plain = try installation("gateway { listen :80 }\nupstream a { servers 10.0.0.1:1 }")
        let other = try installation("gateway { listen :80 }\nupstream a { servers 10.0.0.2:1 }")
        let more = try installation(
            "gateway { listen :80\nworkers 3 }\nupstream a { servers 10.0.0.1:1 }"
        )

        #expect(plain.canBecome(other))
        #expect(!plain.canBecome(more))
    }
}
