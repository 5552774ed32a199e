import Crypto
import Glibc
import TestSupport
import Testing
import Vocabulary

@testable import Transport

/// Connections to a server over TLS, and which of them are used twice.
struct SecurePoolTests {
    /// A pool, and the server it shakes hands with.
    // SAFETY: a test touches it on the thread of its loop alone.
    private final class Far: @unchecked Sendable {
        let upstream: Upstream
        let pool: UpstreamPool
        let loop: EventLoop
        private let terms: TLSServer
        private let listener: Int32
        private(set) var peers: [SecurePeer] = []
        private var hasConnection = false

        init(_ stage: SecureStage, on loop: EventLoop) throws {
            let made = Peer.listener(backlog: 512)
            listener = made.descriptor
            terms = stage.server
            self.loop = loop
            var settings = UpstreamSettings(made.address)
            settings.tls = UpstreamTLSSettings()
            settings.tls?.name = .host("a.test")
            upstream = Upstream(settings)
            try upstream.install(stage.terms())
            pool = UpstreamPool(upstream, on: loop, deadlines: Deadlines())
        }

        deinit { close(listener) }

        /// A connection, with the server's part of the handshake played.
        ///
        /// - isTold: the server hears the last of it, and says its tickets.
        func connection(isTold: Bool = true) async throws -> Connection {
            let count = upstream.counts.connects.value
            let running = loop.start { [self] in
                while !hasConnection {
                    if let peer = Peer.accepted(by: listener) {
                        peers.append(SecurePeer(peer, try #require(terms.session())))
                    }
                    // Its last step would be the one in which it hears that all is well.
                    if peers.count > count, peers[count].session.output.isEmpty { step(count) }
                    await loop.round()
                }
            }
            let connection = try await pool.connection(for: loop.makeWaiter())
            hasConnection = true
            try await running.value
            hasConnection = false
            if isTold, peers.count > count { await tell(count, connection.socket) }
            return connection
        }

        /// Has the server hear the last of the handshake, until its tickets are here.
        func tell(_ number: Int, _ socket: Socket) async {
            await loop.rounds {
                step(number)
                return peers[number].session.isShaken
            }
            await loop.rounds { socket.hasSomethingToReadNow() }
        }

        func step(_ number: Int) { peers[number].step() }
        var isTold: Bool { peers.last?.session.isShaken == true }
    }

    private let stage: SecureStage

    init() throws { stage = try SecureStage() }

    @Test func `a connection that was given back is lent again, with its session`() async throws {
        try await onLoop { [stage] loop in
            let far = try Far(stage, on: loop)
            for text in ["one", "two", "three"] {
                var connection =
                    far.peers.isEmpty
                    ? try await far.connection()
                    : try await far.pool.connection(for: loop.makeWaiter())
                connection.output.append(Array(text.utf8))
                #expect(try connection.send())
                await loop.round()
                far.step(0)
                far.pool.giveBack(connection)
            }
            #expect(String(decoding: far.peers[0].heard, as: UTF8.self) == "onetwothree")
            #expect(far.upstream.counts.connects.value == 1)
        }
    }

    @Test func `tickets that come before it is given back are kept, and it too`() async throws {
        try await onLoop { [stage] loop in
            let far = try Far(stage, on: loop)
            let connection = try await far.connection()
            // TLS 1.3, and the tickets lie there unread: what would look like news.
            let (version, isReadable) = (connection.tls?.version, connection.socket.isReadable)
            #expect(version == .tls13 && isReadable && far.isTold)
            far.pool.giveBack(connection)

            _ = try await far.pool.connection(for: loop.makeWaiter())

            #expect(far.upstream.counts.connects.value == 1)
            // They were not thrown away: the next connection takes the session up again.
            _ = try await far.connection()
            #expect(far.upstream.counts.connects.value == 2)
            #expect(far.upstream.counts.resumptions.value == 1)
            #expect(far.peers[1].session.isResumed)
        }
    }

    @Test(arguments: [false, true])
    func `tickets that come while it is idle leave it where it is`(isSwept: Bool) async throws {
        try await onLoop { [stage] loop in
            let far = try Far(stage, on: loop)
            let connection = try await far.connection(isTold: false)
            let socket = connection.socket
            far.pool.giveBack(connection)
            #expect(!far.isTold)
            await far.tell(0, socket)
            #expect(far.isTold)
            if isSwept { far.pool.sweep() }

            var again = try await far.pool.connection(for: loop.makeWaiter())

            #expect(far.upstream.counts.connects.value == 1)
            again.output.append("hello")
            #expect(try again.send())
            await loop.round()
            far.step(0)
            #expect(String(decoding: far.peers[0].heard, as: UTF8.self) == "hello")
        }
    }

    @Test func `an idle connection holds no blocks`() async throws {
        try await onLoop { [stage] loop in
            let far = try Far(stage, on: loop)
            let connection = try await far.connection()
            let tls = connection.tls
            far.pool.giveBack(connection)
            guard let tls else { return }
            #expect(tls.input.capacity == 0 && tls.output.capacity == 0)
        }
    }

    private enum News: CaseIterable { case data, end, close, part, sweptData }

    @Test(arguments: News.allCases)
    private func `whatever else comes, it is not used again`(news: News) async throws {
        try await onLoop { [stage] loop in
            let far = try Far(stage, on: loop)
            let connection = try await far.connection()
            let socket = connection.socket
            far.pool.giveBack(connection)
            #expect(!socket.hasSomethingToReadNow())
            let peer = far.peers[0]
            switch news {
            case .data: try peer.say("HTTP/1.1 200 OK\r\n\r\n")
            case .end: peer.sayEnd()
            case .close: peer.peer.close()
            case .part: peer.peer.send([0x17, 3, 3, 0, 80, 1, 2, 3])
            case .sweptData: try peer.say("x")
            }
            await loop.rounds { socket.hasSomethingToReadNow() }
            if news == .sweptData { far.pool.sweep() }

            _ = try await far.connection()

            #expect(far.upstream.counts.connects.value == 2)
        }
    }

    @Test func `data that nobody read keeps a connection from its shelf`() async throws {
        try await onLoop { [stage] loop in
            let far = try Far(stage, on: loop)
            var connection = try await far.connection()
            // The tickets; what comes then is data alone.
            #expect(try connection.receive() == .nothingYet)
            let socket = connection.socket
            try far.peers[0].say("surplus")
            await loop.rounds { socket.hasSomethingToReadNow() }
            far.pool.giveBack(connection)
            await loop.rounds {
                far.step(0)
                return far.peers[0].hasEnded
            }
        }
    }

    @Test func `the server is told of the end of an idle connection`() async throws {
        try await onLoop { [stage] loop in
            let far = try Far(stage, on: loop)
            far.pool.giveBack(try await far.connection())
            try far.upstream.install(stage.terms())
            far.pool.sweep()
            await loop.rounds {
                far.step(0)
                return far.peers[0].hasEnded
            }
        }
    }

    @Test func `a connection made on other terms is not kept, and nothing is resumed`() async throws
    {
        try await onLoop { [stage] loop in
            let far = try Far(stage, on: loop)
            let old = try await far.connection()
            try far.upstream.install(stage.terms())
            far.pool.refresh()
            far.pool.giveBack(old)
            _ = try await far.connection()
            #expect(far.upstream.counts.connects.value == 2)
            #expect(far.upstream.counts.resumptions.value == 0)
        }
    }

    @Test func `before there are terms no connection is made`() async throws {
        try await onLoop { loop in
            let listener = Peer.listener(backlog: 4)
            defer { close(listener.descriptor) }
            var settings = UpstreamSettings(listener.address)
            settings.tls = UpstreamTLSSettings()
            let pool = UpstreamPool(Upstream(settings), on: loop, deadlines: Deadlines())
            do throws(TransportError) {
                _ = try await pool.connection(for: loop.makeWaiter())
                Issue.record("there was one")
            } catch {
                #expect(error == .unreachable)
            }
        }
    }

    @Test func `a Unix socket without a name is never believed`() async throws {
        let address = try #require(SocketAddress("unix:/run/a.sock"))
        var settings = UpstreamSettings(address)
        settings.tls = UpstreamTLSSettings()
        #expect(settings.nameless.count == 1)
        let upstream = Upstream(settings)
        try upstream.install(stage.terms())
        #expect(upstream.servers[0].tls?.peer == nil)
        settings.tls?.name = .host("a.test")
        #expect(settings.nameless.isEmpty)
    }

    @Test(arguments: [
        ("app.test", PeerName.host("app.test")), ("App.Test", .host("app.test")),
        ("127.0.0.1", .address(.loopback)), ("*.test", nil), (".test", nil), ("a b", nil),
        ("", nil),
        ("a:80", nil), ("unix:/a", nil), ("1.2", nil),
    ])
    func `a name is a host's or an address`(text: String, name: PeerName?) {
        #expect(PeerName(text) == name)
    }
}

extension SecureStage {
    /// How a pool speaks to this server.
    func terms() throws -> TLSClient {
        var settings = TLSClientSettings()
        settings.authorities = pair.certificate
        return try TLSClient(settings)
    }
}
