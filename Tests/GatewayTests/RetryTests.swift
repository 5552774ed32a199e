import Gateway
import TestSupport
import Testing
import Transport
import Vocabulary

/// What is sent again and what is not, by how often the server saw it.
struct RetryTests {
    /// A request on a connection that served one before, which the upstream ends in this way.
    private func second(
        _ request: String,
        _ fate: [UpstreamReply],
        _ change: (inout Settings) -> Void = { _ in }
    ) throws -> (answer: StrictAnswer, stage: GatewayStage) {
        let stage = try GatewayStage([.ok] + fate, .accepting) {
            $0.upstream.breaker.failurePercentMin = 0
            change(&$0)
        }
        let client = try stage.client()
        client.send(Provocation.get("/first"))
        #expect(try client.answer().status == 200)
        // The connection is back in the pool once its answer has gone.
        GatewayStage.wait("it was not given back") {
            stage.gateway.upstream.servers[0].inFlight == 0
        }
        client.send(request)
        return (try client.answer(to: String(request.prefix { $0 != " " })), stage)
    }

    @Test(arguments: [UpstreamReply.leaves, .resets])
    func `a GET on a kept connection that died is sent again exactly once`(
        _ fate: UpstreamReply
    ) throws {
        let (answer, stage) = try second(Provocation.get("/again"), [fate, .ok])

        #expect(answer.status == 200 && answer.text == "ok")
        let record = stage.upstream.finish()
        #expect(record.requests.map(\.target) == ["/first", "/again", "/again"])
        #expect(record.connections.count == 2)
        #expect(stage.gateway.upstream.counts.retries.value == 1)
        let line = try #require(try stage.log.records(2).last)
        #expect(line.status == 200 && line.attempts == 2)
        #expect(line.upstream == "\(stage.upstream.endpoint)")
    }

    @Test func `what one request has tried does not stick to the next one behind it`() throws {
        let stage = try GatewayStage([.ok, .leaves, .ok, .ok])
        let client = try stage.client()
        client.send(["/1", "/2", "/3"].map { Provocation.get($0) }.joined())
        for _ in 1...3 { #expect(try client.answer().status == 200) }
        let lines = try stage.log.records(3)
        #expect(lines.map(\.attempts) == [nil, 2, nil])
    }

    @Test func `a fresh connection that dies is an answer, not a reason to repeat`() throws {
        let (answer, stage) = try second(Provocation.get("/again"), [.leaves, .leaves, .ok])

        #expect(answer.status == 502)
        #expect(try Problem(answer).code == "upstream_cut")
        #expect(stage.upstream.finish().requests.count == 3)
        #expect(stage.gateway.upstream.counts.retries.value == 1)
    }

    @Test func `a request on a first connection is never repeated`() throws {
        let stage = try GatewayStage([.leaves, .ok])

        #expect(try stage.answer(to: Provocation.get("/once")).status == 502)

        #expect(stage.upstream.finish().requests.count == 1)
        #expect(stage.gateway.upstream.counts.retries.value == 0)
        let line = try stage.log.record()
        #expect(line.attempts == nil && line.upstream == "\(stage.upstream.endpoint)")
    }

    @Test(
        arguments: [
            "POST / HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
            "PATCH / HTTP/1.1\r\nHost: a\r\n\r\n", "PURGE / HTTP/1.1\r\nHost: a\r\n\r\n",
        ])
    func `what may have been done is never sent again`(_ request: String) throws {
        let (answer, stage) = try second(request, [.leaves, .ok])

        #expect(answer.status == 502)
        let record = stage.upstream.finish()
        #expect(record.requests.count == 2)
        #expect(stage.gateway.upstream.counts.retries.value == 0)
    }

    @Test(arguments: ["PUT", "DELETE", "HEAD", "OPTIONS"])
    func `what does no more when done twice is sent again`(_ method: String) throws {
        let request = "\(method) /again HTTP/1.1\r\nHost: a\r\n\r\n"

        let (answer, stage) = try second(
            request,
            [.leaves, .says("HTTP/1.1 204 No Content\r\n\r\n")]
        )

        #expect(answer.status == 204)
        #expect(stage.upstream.finish().requests.count == 3)
    }

    @Test func `a byte of an answer ends all repeating, interim ones too`() throws {
        for said in ["H", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"] {
            let (answer, stage) = try second(
                Provocation.get("/again"),
                [.says(said, then: .finish), .ok]
            )
            #expect(answer.status == 502)
            #expect(stage.upstream.finish().requests.count == 2)
        }
    }

    @Test func `a request that was answered late is not sent again`() throws {
        let (answer, stage) = try second(Provocation.get("/slow"), [.says(""), .ok]) {
            $0.deadlines.firstByte = .milliseconds(80)
        }
        #expect(answer.status == 504)
        #expect(stage.upstream.finish().requests.count == 2)
    }

    @Test func `without a budget nothing is sent again`() throws {
        let (answer, stage) = try second(Provocation.get("/again"), [.leaves, .ok]) {
            $0.upstream.retry.percentMax = 0
            $0.upstream.retry.perSecondMin = 0
        }
        #expect(answer.status == 502)
        #expect(stage.upstream.finish().requests.count == 2)
        #expect(stage.gateway.upstream.counts.retriesRefused.value == 1)
    }

    @Test func `a server that refuses is passed over for another, whatever the method`() throws {
        let set = try UpstreamSet([.refusing, .accepting]) { settings, _ in
            settings.upstream.balance = .roundRobin
        }
        for _ in 0..<4 {
            let answer = try set.stage.answer(
                to: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
            )
            #expect(answer.status == 200)
        }
        #expect(set.seen == [0, 4])
        #expect(set.counts.retries.value == 2)
        #expect(set.counts.connectFailures.value == 2)
        set.expectQuiet()
    }

    @Test func `a server that takes no connection is passed over when its time is up`() throws {
        let set = try UpstreamSet([.deaf, .accepting]) { settings, _ in
            settings.upstream.balance = .roundRobin
            settings.deadlines.connect = .milliseconds(80)
        }
        for _ in 0..<2 { #expect(try set.get().status == 200) }
        #expect(set.seen == [0, 2])
        #expect(set.counts.retries.value == 1)
        set.expectQuiet()
    }

    @Test func `no more than three servers are asked for one request`() throws {
        let set = try UpstreamSet([.refusing, .refusing, .refusing, .refusing, .refusing])

        let answer = try set.get()

        #expect(answer.status == 502)
        #expect(try Problem(answer).code == "upstream_unreachable")
        #expect(set.counts.connects.value == 3)
        #expect(try set.stage.log.record().attempts == 3)
        set.expectQuiet()
    }

    @Test func `a lone server that refuses is asked once`() throws {
        let set = try UpstreamSet([.refusing])
        #expect(try set.get().status == 502)
        #expect(set.counts.connects.value == 1 && set.counts.retries.value == 0)
    }
}
