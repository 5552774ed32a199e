import Gateway
import TestSupport
import Testing
import Transport
import Vocabulary

/// What clients see, and who is asked, when servers of the set fail.
struct UpstreamFaultTests {
    @Test func `with half of the set dead every request is answered`() throws {
        let set = try UpstreamSet([.refusing, .accepting, .refusing, .accepting]) { settings, _ in
            settings.upstream.balance = .roundRobin
            settings.upstream.ejection.failuresMin = 2
        }
        for _ in 0..<40 { #expect(try set.get().status == 200) }
        #expect(set.counts.ejections.value == 2)
        #expect(set.upstream.fitServers.count == 2)
        #expect(set.seen[1] + set.seen[3] == 40)
        // Each was tried twice before it was left alone, and nobody asked it again.
        #expect(set.counts.connectFailures.value == 4)
        set.expectQuiet()
    }

    @Test func `with all of the set dead requests fail, and then are refused at once`() throws {
        let set = try UpstreamSet([.refusing, .refusing]) { settings, _ in
            settings.upstream.breaker = BreakerSettings()
            settings.upstream.ejection = EjectionSettings()
        }
        for _ in 0..<20 {
            #expect(try Problem(try set.get()).code == "upstream_unreachable")
        }
        let refused = try set.get()
        #expect(refused.status == 503)
        #expect(try Problem(refused).code == "breaker_open")
        let seconds = try #require(refused.value("Retry-After").flatMap { Int($0) })
        #expect((5...6).contains(seconds))
        #expect(set.counts.breakerOpenings.value == 1 && set.counts.breakerRefusals.value == 1)
        // At most half is ever left alone: one of two.
        #expect(set.counts.ejections.value == 1)
        let last = try #require(try set.stage.log.records(21).last)
        #expect(last.reason == "breaker_open" && last.upstream == "")
        set.expectQuiet()
    }

    @Test func `a breaker opens, tries again, and closes`() throws {
        let fail = [UpstreamReply](repeating: .unavailable, count: 5)
        let set = try UpstreamSet([.accepting]) { settings, _ in
            settings.upstream.breaker.failurePercentMin = 50
            settings.upstream.breaker.requestsMin = 4
            settings.upstream.breaker.pause = .milliseconds(100)
        }
        set.servers[0].begin(fail)
        // The upstream's own answers pass as they are; they count all the same.
        for _ in 0..<4 { #expect(try set.get().value("X-Request-Id") != nil) }
        #expect(try Problem(try set.get()).code == "breaker_open")
        #expect(set.seen == [4])

        // The first probe is bad: it opens again. The next three are good.
        var statuses: [Int] = []
        GatewayStage.wait("it did not close") {
            guard let answer = try? set.get() else { return true }
            if answer.status != 503 || answer.value("Retry-After") == nil {
                statuses.append(answer.status)
            }
            return statuses.count == 5
        }

        #expect(statuses == [503, 200, 200, 200, 200])
        #expect(set.counts.breakerOpenings.value == 2)
        set.waits(for: .breakerClosed)
        #expect(set.seen == [9])
        set.expectQuiet()
    }

    @Test func `a probe whose client leaves makes way for the next one`() throws {
        let set = try UpstreamSet([.accepting]) { settings, _ in
            settings.upstream.breaker.failurePercentMin = 50
            settings.upstream.breaker.requestsMin = 1
            settings.upstream.breaker.pause = .milliseconds(50)
        }
        set.servers[0].begin([.unavailable, .says("")])
        #expect(try set.get().status == 503)
        var leaving = Optional(try set.stage.client())
        GatewayStage.wait("no probe went through") {
            leaving?.send(Provocation.get("/probe"))
            return leaving?.nextAnswer(to: "GET", within: .milliseconds(60)) == .nothing([])
        }
        #expect(try set.get().status == 503)
        leaving?.socket.breakOffWhenClosed()
        leaving = nil
        GatewayStage.wait("nobody else may try") { (try? set.get().status) == 200 }
        set.expectQuiet()
    }

    @Test func `a server that fails again and again is left alone, and comes back`() throws {
        let set = try UpstreamSet([.accepting, .accepting]) { settings, _ in
            settings.upstream.balance = .roundRobin
            settings.upstream.ejection.failuresMin = 3
            settings.upstream.ejection.pause = .milliseconds(300)
        }
        set.servers[0].begin([UpstreamReply](repeating: .unavailable, count: 3))
        for _ in 0..<6 { _ = try set.get() }
        #expect(set.counts.ejections.value == 1)
        #expect(set.seen == [3, 3])
        let address = set.upstream.servers[0].address
        set.waits(for: .serverEjected(address, seconds: 1))
        for _ in 0..<4 { #expect(try set.get().status == 200) }
        #expect(set.seen == [3, 7])

        set.waits(for: .serverBack(address))
        for _ in 0..<4 { #expect(try set.get().status == 200) }
        #expect(set.seen == [5, 9])
        set.expectQuiet()
    }

    @Test func `a server that flaps is left alone for longer each time`() throws {
        let set = try UpstreamSet([.accepting, .accepting]) { settings, _ in
            settings.upstream.balance = .roundRobin
            settings.upstream.ejection.failuresMin = 2
            settings.upstream.ejection.pause = .seconds(1)
        }
        set.servers[0].begin([UpstreamReply](repeating: .unavailable, count: 100))
        let address = set.upstream.servers[0].address
        for seconds in 1...2 {
            GatewayStage.wait("it was not ejected") {
                _ = try? set.get()
                return set.counts.ejections.value == seconds
            }
            set.waits(for: .serverEjected(address, seconds: seconds))
        }
        #expect(set.upstream.fitServers.count == 1)
        // Twice, and once more when it had come back.
        #expect(set.seen[0] == 3)
    }

    @Test func `a set without servers is down`() throws {
        let set = try UpstreamSet([]) { settings, _ in settings.upstream.servers = [] }
        let answer = try set.get()
        #expect(answer.status == 503)
        #expect(try Problem(answer).code == "upstream_down")
        #expect(answer.value("Retry-After") == "5")
        #expect(set.counts.down.value == 1)
        #expect(try set.stage.log.record().upstream == "")
    }

    @Test(arguments: [
        UpstreamReply.says("HTTP/1.1 20", then: .breakOff),
        .says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel", then: .breakOff),
        .says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel", then: .finish),
        .says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n", then: .finish),
    ])
    func `an answer that breaks is not asked for again, and gives everything back`(
        _ fate: UpstreamReply
    ) throws {
        let set = try UpstreamSet([.accepting])
        set.servers[0].begin([.ok, fate])
        #expect(try set.get().status == 200)
        let client = try set.stage.client()
        client.send(Provocation.get("/broken"))
        let record = try #require(try set.stage.log.records(2).last)
        #expect(record.reason == "upstream_cut")
        #expect(set.seen == [2])
        set.expectQuiet()
        #expect(try set.get().status == 200)
    }

    @Test func `a tunnel holds its place until it ends`() throws {
        let set = try UpstreamSet([.accepting]) { settings, _ in
            settings.rule { $0.allowsUpgrade = true }
            settings.upstream.connectionsMax = 1
            settings.upstream.pendingMax = 0
        }
        set.servers[0].begin([
            .says("HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
        ])
        let client = try set.stage.client()
        client.send(
            Provocation.get(
                "/ws",
                "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            )
        )
        #expect(try client.handshake().status == 101)
        #expect(try Problem(try set.get()).code == "upstream_busy")
        client.socket.finish()
        set.expectQuiet()
        #expect(try set.get().status == 200)
    }
}
