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
        ])
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

    @Test func `idle connections end at once, new ones are refused`() throws {
        let stage = try GatewayStage { $0.workers = 2 }
        let clients = try (0..<10).map { _ in try stage.client() }
        for client in clients.prefix(5) {
            client.send(Provocation.get())
            _ = try client.answer()
        }
        GatewayStage.wait("they did not come") { stage.gateway.connectionCount == 10 }
        stage.gateway.drain()

        for client in clients { #expect(client.waitForEnd(within: .seconds(2)) == .closed) }
        GatewayStage.wait("it still accepts") { RawClient(to: stage.endpoint) == nil }
        GatewayStage.wait("a connection is left") { stage.gateway.connectionCount == 0 }
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
            upstream: UpstreamSettings(socket)
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
            upstream: UpstreamSettings(.unix(path: path))
        )

        let failure = #expect(throws: StartFailure.self) { _ = try Gateway(settings) }

        let words = "cannot listen on \(stage.endpoint): it is taken by another process"
        #expect(failure?.message == words)
        #expect(unsafe access(path, F_OK) != 0)
    }
}
