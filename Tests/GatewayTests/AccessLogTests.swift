import Foundation
import Gateway
import TestSupport
import Testing
import Transport
import Vocabulary

/// One line for each request, whatever came of it.
struct AccessLogTests {
    @Test func `an answer of the upstream is a record without a reason`() throws {
        let stage = try GatewayStage([.says("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")])
        let before = Date.now
        let answer = try stage.answer(to: "PATCH /a/%7eb?secret=1 HTTP/1.1\r\nHost: a\r\n\r\n")

        let record = try stage.log.record()

        #expect(record.method == "PATCH")
        #expect(record.path == "/a/~b")
        #expect(record.status == 404)
        #expect(record.reason == "")
        #expect(record.id == answer.value("X-Request-Id"))
        let milliseconds = try #require(record.milliseconds)
        #expect(milliseconds > 0 && milliseconds < 5_000)
        let stamp = try #require(record.fields["ts"] as? String)
        let format = ISO8601DateFormatter()
        format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let moment = try #require(format.date(from: stamp))
        #expect(abs(moment.timeIntervalSince(before)) < 5)
    }

    @Test func `what nobody had a word on is there, and empty`() throws {
        let stage = try GatewayStage()
        _ = try stage.answer(to: Provocation.get())

        let fields = try stage.log.record().fields

        for name in ["waf_rule", "rate_limit_state", "rate_limit_key", "rl_backend", "by"] {
            #expect(fields[name] as? String == "", "\(name)")
        }
        #expect(fields["tokens_remaining"] is NSNull)
        #expect(fields.count == 18)
    }

    @Test func `a head that could not be read has no path`() throws {
        let stage = try GatewayStage()
        _ = try stage.answer(to: "GET /secret HTTP/1.1\r\nHost: a\r\nbroken\r\n\r\n")

        let record = try stage.log.record()

        #expect(record.status == 400 && record.reason == "bad_field")
        #expect(record.path == "")
    }

    @Test func `requests sent at once are as many records, in order`() throws {
        let stage = try GatewayStage()
        let client = try stage.client()
        client.send((1...20).map { Provocation.get("/\($0)") }.joined())
        for _ in 1...20 { _ = try client.answer() }

        let records = try stage.log.records(20)

        #expect(records.map(\.path) == (1...20).map { "/\($0)" })
        #expect(Set(records.map(\.id)).count == 20)
    }

    @Test func `a connection without a request is no record, however it ends`() throws {
        let stage = try GatewayStage { $0.deadlines.idle = .milliseconds(60) }
        _ = try stage.client()
        try stage.client().socket.breakOffWhenClosed()
        let lazy = try stage.client()
        let kept = try stage.client()
        kept.send(Provocation.get("/only"))
        _ = try kept.answer()
        kept.socket.breakOffWhenClosed()
        #expect(lazy.waitForEnd(within: .seconds(5)) == .closed)
        GatewayStage.wait("the connections stayed") { stage.gateway.connectionCount == 0 }

        #expect(try stage.log.record().path == "/only")
    }

    @Test func `a client that resets between two requests has cut nothing`() throws {
        let stage = try GatewayStage()
        do {
            let client = try stage.client()
            client.send(Provocation.get("/one"))
            _ = try client.answer()
            client.socket.breakOffWhenClosed()
        }
        GatewayStage.wait("the connection stayed") { stage.gateway.connectionCount == 0 }
        _ = try stage.answer(to: Provocation.get("/two"))

        #expect(try stage.log.records(2).map(\.path) == ["/one", "/two"])
    }

    @Test func `a client that leaves while its upstream thinks is a record of its own`() throws {
        let stage = try GatewayStage([.says("")])
        do {
            let client = try stage.client()
            client.send(Provocation.get("/slow"))
            GatewayStage.wait("the request did not come") {
                stage.upstream.record.requests.count == 1
            }
            client.socket.breakOffWhenClosed()
        }

        let record = try stage.log.record()

        #expect(record.reason == "request_cut" && record.path == "/slow")
    }

    @Test func `a client that leaves within its answer is a record of what it was told`() throws {
        let stage = try GatewayStage([
            .says("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\nbeginning")
        ])
        do {
            let client = try stage.client()
            client.send(Provocation.get("/long"))
            guard case .nothing(let bytes) = client.nextAnswer(to: "GET", within: .milliseconds(50))
            else {
                Issue.record("the answer was whole")
                return
            }
            #expect(!bytes.isEmpty)
            client.socket.breakOffWhenClosed()
        }

        let record = try stage.log.record()

        #expect(record.status == 200 && record.reason == "request_cut" && record.path == "/long")
    }

    @Test func `a gateway that keeps no log serves all the same`() throws {
        let stage = try GatewayStage { $0.accessLog = nil }

        #expect(try stage.answer(to: Provocation.get()).status == 200)

        #expect(try stage.log.records(0).isEmpty)
    }
}
