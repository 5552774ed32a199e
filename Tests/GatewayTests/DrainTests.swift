import Gateway
import Glibc
import Telemetry
import TestSupport
import Testing
import Transport
import Vocabulary

/// How a gateway goes out of service without anyone losing an answer.
struct DrainTests {
    @Test func `an exchange under way is finished, and is the last on its connection`() throws {
        let stage = try GatewayStage([
            UpstreamReply(
                late: [
                    .untilAnswered,
                    .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)),
                ]
            )
        ])
        let client = try stage.client()
        client.send(Provocation.get())
        GatewayStage.wait("the request did not come") { stage.upstream.record.requests.count == 1 }
        stage.gateway.drain()
        GatewayStage.wait("it still accepts") { RawClient(to: stage.endpoint) == nil }
        stage.upstream.noteReceipt()

        let answer = try client.answer()

        #expect(answer.status == 200 && answer.text == "ok")
        #expect(answer.saysClose)
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
        GatewayStage.wait("a connection is left") { stage.gateway.connectionCount == 0 }
    }

    @Test func `an answer that had begun is finished, and the connection ends after it`() throws {
        let stage = try GatewayStage([
            UpstreamReply(
                late: [
                    .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello".utf8)),
                    .untilAnswered, .bytes(Array("world".utf8)),
                ]
            )
        ]) { $0.deadlines.drainGrace = .milliseconds(200) }
        let client = try stage.client()
        client.send(Provocation.get())
        guard case .nothing = client.nextAnswer(to: "GET", within: .milliseconds(100)) else {
            Issue.record("the answer was whole at once")
            return
        }
        stage.gateway.drain()
        GatewayStage.wait("it still accepts") { RawClient(to: stage.endpoint) == nil }
        stage.upstream.noteReceipt()

        #expect(try client.answer().text == "helloworld")
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
        GatewayStage.wait("a connection is left") { stage.gateway.connectionCount == 0 }
    }

    @Test func `silent connections end after a while, in order, and new ones are refused`() throws {
        let stage = try GatewayStage {
            $0.workers = 2
            $0.deadlines.drainGrace = .milliseconds(300)
        }
        let clients = try (0..<10).map { _ in try stage.client() }
        for client in clients.prefix(5) {
            client.send(Provocation.get())
            _ = try client.answer()
        }
        GatewayStage.wait("they did not come") { stage.gateway.connectionCount == 10 }
        let start = ContinuousClock.now
        stage.gateway.drain()

        GatewayStage.wait("it still accepts") { RawClient(to: stage.endpoint) == nil }
        for client in clients { #expect(client.waitForEnd(within: .seconds(2)) == .closed) }
        #expect(ContinuousClock.now - start >= .milliseconds(300))
        GatewayStage.wait("a connection is left") { stage.gateway.connectionCount == 0 }
    }

    @Test func `a client that asks while draining is answered, and told to go`() throws {
        let stage = try GatewayStage()
        let used = try stage.client()
        used.send(Provocation.get())
        #expect(try !used.answer().saysClose)
        let fresh = try stage.client()
        GatewayStage.wait("they did not come") { stage.gateway.connectionCount == 2 }
        stage.gateway.drain()
        GatewayStage.wait("it still accepts") { RawClient(to: stage.endpoint) == nil }

        for client in [used, fresh] {
            client.send(Provocation.get())
            let answer = try client.answer()
            #expect(answer.status == 200 && answer.saysClose)
            #expect(client.waitForEnd(within: .seconds(5)) == .closed)
        }
        GatewayStage.wait("a connection is left") { stage.gateway.connectionCount == 0 }
    }

    @Test func `a request that meets the goodbye is not answered, and not met with a reset`() throws
    {
        let stage = try GatewayStage {
            $0.deadlines.drainGrace = .milliseconds(50)
            $0.deadlines.linger = .seconds(2)
        }
        let client = try stage.client()
        client.send(Provocation.get())
        _ = try client.answer()
        stage.gateway.drain()
        // The end is here, and the request goes out all the same, as if the two had crossed.
        #expect(client.waitForEnd(within: .seconds(5)) == .closed)
        client.send(Provocation.get())

        client.socket.waitUntilTaken()
        // After a reset nothing more could be sent.
        #expect(client.socket.send([0x47]) && client.socket.receive(within: .zero) == .closed)
        #expect(stage.upstream.record.requests.count == 1)
    }

    @Test func `connections nobody has accepted are left to who shares the socket`() throws {
        let stage = try GatewayStage { $0.workers = 1 }
        let any = try #require(SocketAddress("127.0.0.1:0"))
        let bound = try BoundAddress.bind(any, workers: 1)
        let shared = try #require(
            BoundAddress(inherited: [dup(bound.descriptors[0])], at: bound.address, nil)
        )
        var settings = Settings(
            listeners: [ListenerSettings(bound.address)],
            policy: PlainPolicy().policy,
            upstreams: [UpstreamSettings(stage.gateway.addresses[0])]
        )
        settings.accessLog = nil
        let first = try Gateway(settings, on: [bound])
        GatewayStage.wait("it does not accept") { first.isAccepting }
        first.drain(leavingQueues: true)
        GatewayStage.wait("it drains for ever") { first.connectionCount == 0 }
        let endpoint = try #require(Endpoint(bound.address.text))
        let client = try stage.client(to: endpoint)
        client.send(Provocation.get())
        #expect(client.socket.receive(within: .milliseconds(100)) == .nothing)

        let second = try Gateway(settings, on: [shared])

        #expect(try client.answer().status == 200)
        first.stop()
        second.stop()
    }

    @Test func `draining twice is draining`() throws {
        let stage = try GatewayStage()
        stage.gateway.drain()
        stage.gateway.drain()

        GatewayStage.wait("it still accepts") { RawClient(to: stage.endpoint) == nil }
    }

    @Test func `a gateway that stops takes its Unix socket's name away`() throws {
        let path = "/tmp/gatehouse-test-\(ProcessID.own)-drain.sock"
        let stage = try GatewayStage {
            $0.listeners = [ListenerSettings(.unix(path: path))]
            $0.workers = 3
        }
        #expect(try stage.answer(to: Provocation.get()).status == 200)

        stage.gateway.drain()
        stage.gateway.stop()

        #expect(unsafe access(path, F_OK) != 0)
    }

    @Test func `a gateway that cannot start leaves nothing bound`() throws {
        let path = "/tmp/gatehouse-test-\(ProcessID.own)-start.sock"
        let socket = SocketAddress.unix(path: path)
        var settings = Settings(
            listeners: [ListenerSettings(socket)],
            policy: PlainPolicy().policy,
            upstreams: [UpstreamSettings(socket)]
        )
        settings.accessLog = .file(path: "/nonexistent/access.log")

        let failure = #expect(throws: StartFailure.self) { _ = try Gateway(settings) }

        #expect(failure?.message.contains("/nonexistent/access.log") == true)
        #expect(unsafe access(path, F_OK) != 0)
    }

    @Test func `one address that is taken keeps the others free`() throws {
        let stage = try GatewayStage()
        let path = "/tmp/gatehouse-test-\(ProcessID.own)-taken.sock"
        let settings = Settings(
            listeners: [
                ListenerSettings(.unix(path: path)), ListenerSettings(stage.gateway.addresses[0]),
            ],
            policy: PlainPolicy().policy,
            upstreams: [UpstreamSettings(.unix(path: path))]
        )

        let failure = #expect(throws: StartFailure.self) { _ = try Gateway(settings) }

        let words = "cannot listen on \(stage.endpoint): it is taken by another process"
        #expect(failure?.message == words)
        #expect(unsafe access(path, F_OK) != 0)
    }
}
