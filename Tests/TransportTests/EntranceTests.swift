import Crypto
import HTTPWire
import TestSupport
import Testing
import Vocabulary

@testable import Transport

struct EntranceTests {
    /// A lobby whose servers write down who came, and what they said.
    // SAFETY: a test touches it on the thread of its loop alone.
    private final class House: @unchecked Sendable {
        let guards: Guards
        var count: ConnectionCount { guards.connections }
        let arrivals = ArrivalCount()
        private(set) var heard: [String] = []
        private(set) var peers: [IPAddress?] = []
        private let loop: EventLoop
        private let entrance: Entrance
        private var made: Lobby?

        init(
            on loop: EventLoop,
            patience: Patience = .seconds(5),
            server: TLSServer? = nil,
            proxies: [String]? = nil,
            perAddress: Int? = nil
        ) throws {
            self.loop = loop
            var guarded = GuardSettings()
            if let perAddress { guarded.connectionsPerAddress = perAddress }
            guards = Guards(guarded, limits: GuardLimits(guarded, workers: 1)) { _ in }
            var settings = ListenerSettings(.unix(path: "/"))
            settings.speaksTLS = server != nil
            settings.proxies = try proxies?.map { text in
                let bytes = Array(text.utf8)
                return try #require(unsafe AddressBlock(bytes.span.bytes))
            }
            entrance = Entrance(
                settings,
                patience: patience,
                slot: TLSSlot(server),
                count: arrivals
            )
            made = Lobby(on: loop, idle: .seconds(60), guards: guards) { [self] in
                loop.start { [self] in await self.serve() }
            }
        }

        func admit(_ descriptor: Int32, from peer: IPAddress? = .loopback) {
            made?.admit(descriptor, from: peer, through: entrance)
        }

        private func serve() async {
            while let guest = await made?.next() {
                guard var client = await guest.rise() else { continue }
                switch try? client.receive() {
                case .bytes?:
                    note(client.inputText, guest.peer)
                    client.input.removeAll()
                    made?.seat(guest, client)
                case .nothingYet?: made?.seat(guest, client)
                default: continue
                }
            }
        }

        private func note(_ text: String, _ peer: IPAddress?) {
            heard.append(text)
            peers.append(peer)
        }

        func leave() { made = nil }
    }

    private static let header = "PROXY TCP4 192.0.2.1 198.51.100.1 1 2\r\n"
    private static let source = IPAddress(v4: 0xc000_0201)
    private static let binary: [UInt8] =
        [0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x21, 0x11, 0, 12]
        + [192, 0, 2, 1, 198, 51, 100, 1, 0, 1, 0, 2]

    @Test func `the client is the one the header names`() async throws {
        for header in [Array(Self.header.utf8), Self.binary] {
            try await onLoop { loop in
                let house = try House(on: loop, proxies: [])
                let (ours, client) = Peer.tcpPair()
                house.admit(ours)
                client.send(header + Array("hello".utf8))
                await loop.rounds { house.heard == ["hello"] }
                client.send("again")
                await loop.rounds { house.heard.count == 2 }
                #expect(house.peers == [Self.source, Self.source])
            }
        }
    }

    @Test func `a header may come in pieces, and before a silence`() async throws {
        for header in [Array(Self.header.utf8), Self.binary] {
            try await onLoop { loop in
                let house = try House(on: loop, proxies: ["127.0.0.0/8"])
                let (ours, client) = Peer.tcpPair()
                house.admit(ours)
                for byte in header {
                    client.send([byte])
                    await loop.round()
                }
                for _ in 0..<10 { await loop.round() }
                #expect(house.heard.isEmpty && house.count.value == 1)
                client.send("hello")
                await loop.rounds { house.heard == ["hello"] }
                #expect(house.arrivals.badProxyHeaderCount == 0)
            }
        }
    }

    @Test func `a client is counted by the address its proxy tells, and the proxy is not`()
        async throws
    {
        try await onLoop { loop in
            let house = try House(on: loop, proxies: [], perAddress: 1)
            let pairs = (0..<3).map { _ in Peer.unixPair() }
            for pair in pairs { house.admit(pair.ours) }

            pairs[0].peer.send(Self.header + "first")
            await loop.rounds { house.heard == ["first"] }
            pairs[1].peer.send(Self.header + "second")
            await loop.rounds { house.count.value == 2 }
            pairs[2].peer.send("PROXY TCP4 192.0.2.2 198.51.100.1 1 2\r\nthird")
            await loop.rounds { house.heard == ["first", "third"] }

            #expect(house.heard == ["first", "third"] && house.count.value == 2)
            house.leave()
        }
    }

    @Test func `a connection without its header is closed, unanswered and counted`() async throws {
        for words in ["GET / HTTP/1.1\r\n\r\n", "PROXY TCP4 nonsense\r\n", "\u{16}\u{3}\u{1}"] {
            try await onLoop { loop in
                let house = try House(on: loop, proxies: [])
                let (ours, client) = Peer.tcpPair()
                house.admit(ours)
                client.send(words)
                await loop.rounds { house.count.value == 0 }
                var receipt = client.receive()
                await loop.rounds {
                    if receipt == .nothing { receipt = client.receive() }
                    return receipt != .nothing
                }
                #expect(receipt == .end || receipt == .reset)
                #expect(house.arrivals.badProxyHeaderCount == 1)
            }
        }
    }

    @Test func `half a header and an end, or a silence, is none`() async throws {
        try await onLoop { loop in
            let house = try House(on: loop, patience: .milliseconds(40), proxies: [])
            let pairs = (0..<2).map { _ in Peer.tcpPair() }
            for (ours, client) in pairs {
                house.admit(ours)
                client.send(Self.header.utf8.prefix(20))
            }
            pairs[0].peer.endSending()
            await loop.rounds { house.arrivals.badProxyHeaderCount == 2 }
            #expect(house.count.value == 0 && house.heard.isEmpty)
        }
    }

    @Test func `nobody but the proxies named may send one`() async throws {
        try await onLoop { loop in
            let house = try House(on: loop, proxies: ["10.0.0.0/8"])
            for peer in [IPAddress.loopback, nil] {
                let (ours, client) = Peer.tcpPair()
                house.admit(ours, from: peer)
                await loop.rounds { client.receive() == .end }
            }
            #expect(house.arrivals.strangerCount == 2 && house.count.value == 0)
            let (ours, client) = Peer.tcpPair()
            house.admit(ours, from: IPAddress(v4: 0x0a00_0001))
            client.send(Self.header + "hello")
            await loop.rounds { house.heard == ["hello"] }
        }
    }

    @Test func `TLS follows the header, in the same packet or later`() async throws {
        let stage = try SecureStage()
        for isTogether in [true, false] {
            try await onLoop { loop in
                let house = try House(on: loop, server: stage.server, proxies: [])
                let (ours, client) = Peer.tcpPair()
                let far = SecurePeer(client, try #require(stage.client.session()))
                house.admit(ours)
                client.send(Self.binary)
                if !isTogether { for _ in 0..<5 { await loop.round() } }
                await loop.rounds {
                    far.step()
                    return far.session.isShaken
                }
                try far.say("hello")
                await loop.rounds { house.heard == ["hello"] }
                #expect(house.peers == [Self.source])
            }
        }
    }

    @Test func `a client that shook hands and fell silent sits in the lobby`() async throws {
        let stage = try SecureStage()
        try await onLoop { loop in
            let house = try House(on: loop, server: stage.server)
            let (ours, client) = Peer.tcpPair()
            let far = SecurePeer(client, try #require(stage.client.session()))
            house.admit(ours)
            await loop.rounds {
                far.step()
                return far.session.isShaken
            }
            for word in ["one", "two", "three"] {
                for _ in 0..<5 { await loop.round() }
                try far.say(word)
                await loop.rounds { house.heard.last == word }
            }
            #expect(house.heard == ["one", "two", "three"])
        }
    }

    @Test func `who does not shake hands is gone and counted`() async throws {
        let stage = try SecureStage()
        try await onLoop { loop in
            let house = try House(on: loop, patience: .milliseconds(40), server: stage.server)
            let (plain, one) = Peer.tcpPair()
            let (slow, two) = Peer.tcpPair()
            let (silent, three) = Peer.tcpPair()
            for descriptor in [plain, slow, silent] { house.admit(descriptor) }
            one.send("GET / HTTP/1.1\r\n\r\n")
            two.send([0x16, 3, 1, 2, 0, 1])
            await loop.rounds { house.count.value == 1 }
            #expect(house.arrivals.clearTextCount == 1 && house.arrivals.failedHandshakeCount == 1)
            // Whoever says nothing at all is merely idle.
            #expect(three.receive() == .nothing)
        }
    }
}
