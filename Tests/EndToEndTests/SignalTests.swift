import Glibc
import TestSupport
import Testing

/// The operator's word, given to a gateway with an exchange under way.
///
/// Without a supervisor: `SupervisorTests` has the same words said to one.
struct SignalTests {
    /// A gateway whose upstream has a request in hand and has not answered it.
    private final class Scene {
        let gateway: Gateway
        let client: RawClient
        private let listener = ListeningSocket()
        private let upstream: StreamSocket

        init(_ rules: [String] = []) throws {
            gateway = try Gateway(before: listener.endpoint, rules)
            client = try gateway.client()
            client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            upstream = try #require(listener.accept())
            guard case .bytes = upstream.receive(within: .seconds(5)) else {
                throw RawClient.NoAnswer()
            }
        }

        func answer() {
            upstream.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone".utf8))
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `the first signal lets the exchange finish, and refuses others`(signal: Int32) throws {
        let scene = try Scene(["deadlines { idle 500ms }"])
        let idle = try scene.gateway.client()
        scene.gateway.process.send(signal: signal)
        scene.gateway.says("draining")
        #expect(idle.waitForEnd(within: .seconds(5)) != .nothing)
        wait("it still accepts") { RawClient(to: scene.gateway.endpoint) == nil }
        #expect(scene.gateway.process.waitForExit(within: .zero) == nil)

        scene.answer()

        let answer = try scene.client.answer()
        #expect(answer.text == "done" && answer.value("Connection") == "close")
        #expect(scene.gateway.process.waitForExit(within: .seconds(5)) == 0)
        scene.gateway.says("stopped")
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a second signal ends at once`(signal: Int32) throws {
        let scene = try Scene()
        scene.gateway.process.send(signal: SIGTERM)
        scene.gateway.says("draining")

        scene.gateway.process.send(signal: signal)

        #expect(scene.gateway.process.waitForExit(within: .seconds(3)) == 0)
        #expect(scene.client.waitForEnd(within: .seconds(5)) != .nothing)
        #expect(scene.client.unread.isEmpty)
    }

    @Test func `SIGHUP is survived, while serving and while draining`() throws {
        let scene = try Scene(["deadlines { idle 500ms }"])
        scene.gateway.process.send(signal: SIGHUP)
        scene.gateway.says("read again: still version")
        scene.gateway.process.send(signal: SIGTERM)
        scene.gateway.says("draining")
        scene.gateway.process.send(signal: SIGHUP)
        wait("the signal stayed") {
            // Taken, as the kernel's list of pending ones says.
            let status = (try? TextFile.read("/proc/\(scene.gateway.process.id)/status")) ?? ""
            return status.contains("ShdPnd:\t0000000000000000")
        }
        #expect(scene.gateway.process.waitForExit(within: .zero) == nil)

        scene.answer()

        #expect(try scene.client.answer().text == "done")
        #expect(scene.gateway.process.waitForExit(within: .seconds(5)) == 0)
    }

    @Test func `SIGUSR2 is survived, and told that nobody is there to act on it`() throws {
        let scene = try Scene()
        scene.gateway.process.send(signal: SIGUSR2)
        scene.gateway.says("needs the supervisor")

        scene.answer()

        #expect(try scene.client.answer().text == "done")
    }

    @Test func `an idle gateway ends well at the first signal`() throws {
        let echo = try RunningEcho()
        let gateway = try Gateway(before: echo.endpoint)
        #expect(try gateway.client().get("/").status == 200)
        let start = ContinuousClock.now

        gateway.process.send(signal: SIGTERM)

        #expect(gateway.process.waitForExit(within: .seconds(5)) == 0)
        #expect(ContinuousClock.now - start < .seconds(3))
    }
}
