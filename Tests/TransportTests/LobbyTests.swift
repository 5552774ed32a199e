import Testing
import Vocabulary

@testable import Transport

struct LobbyTests {
    /// A lobby and what its servers saw.
    // SAFETY: a test touches it on the thread of its loop alone.
    private final class House: @unchecked Sendable {
        let guards: Guards
        var count: ConnectionCount { guards.connections }
        private(set) var heard: [String] = []
        private(set) var hired = 0
        private let loop: EventLoop
        private var made: Lobby?

        init(on loop: EventLoop, _ guards: Guards = Guards()) {
            self.loop = loop
            self.guards = guards
        }

        /// Each server reads what came and gives the connection back.
        func lobby(
            idle: Patience = .seconds(60),
            linger: Patience = .seconds(2)
        ) -> Lobby {
            let lobby = Lobby(on: loop, idle: idle, linger: linger, guards: guards) { [self] in
                hired += 1
                loop.start { [self] in await self.serve() }
            }
            made = lobby
            return lobby
        }

        private func serve() async {
            while let guest = await made?.next() {
                guard var client = await guest.rise() else { continue }
                guard case .bytes? = try? client.receive() else { continue }
                heard.append(client.inputText)
                client.input.removeAll()
                await loop.round()
                made?.seat(guest, client)
            }
        }

        /// Lets the servers and all that holds them go.
        func leave() { made = nil }
    }

    @Test func `a guest is served when heard from, and sits again after`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby()
            let (ours, client) = Peer.unixPair()
            lobby.admit(ours, from: nil)
            await loop.round()
            #expect(house.heard.isEmpty && house.count.value == 1)

            for word in ["one", "two"] {
                client.send(word)
                await loop.rounds { house.heard.last == word }
                // The server gives the guest back a round after it has heard it.
                for _ in 0..<2 { await loop.round() }
            }

            #expect(house.hired == 1)
            client.close()
            await loop.rounds { house.count.value == 0 }
        }
    }

    @Test func `a guest that spoke before it sat down is served too`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby()
            let (ours, client) = Peer.unixPair()
            client.send("early")

            lobby.admit(ours, from: nil)

            await loop.rounds { house.heard == ["early"] }
        }
    }

    @Test func `many who speak at once are all served, by few who are then kept`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby()
            let pairs = (0..<200).map { _ in Peer.unixPair() }
            for pair in pairs { lobby.admit(pair.ours, from: nil) }
            for turn in 1...3 {
                for (number, pair) in pairs.enumerated() { pair.peer.send("\(number)") }
                await loop.rounds { house.heard.count == 200 * turn }
            }
            #expect(Set(house.heard).count == 200)
            #expect(house.count.value == 200)
            for pair in pairs { pair.peer.close() }
            await loop.rounds { house.count.value == 0 }
        }
    }

    @Test func `a guest that stays silent too long is sent home`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby(idle: .milliseconds(50))
            let (ours, client) = Peer.unixPair()
            let start = loop.now
            lobby.admit(ours, from: nil)

            await loop.rounds { client.receive() == .end }

            #expect(loop.now >= start + .milliseconds(50))
            #expect(house.count.value == 1)
            client.close()
            await loop.rounds { house.count.value == 0 }
            #expect(house.hired == 0)
        }
    }

    @Test func `the time of a guest begins anew when it was served`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby(idle: .seconds(2))
            let (ours, client) = Peer.unixPair()
            lobby.admit(ours, from: nil)
            let waiter = loop.makeWaiter()
            for turn in 1...3 {
                await waiter.pause(for: .milliseconds(900))
                client.send("x")
                await loop.rounds { house.heard.count == turn }
            }
            #expect(client.receive() == .nothing)
        }
    }

    @Test func `a guest that was said goodbye to and stays is shut out in the end`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby(idle: .milliseconds(30), linger: .milliseconds(200))
            let (ours, client) = Peer.tcpPair()
            lobby.admit(ours, from: nil)
            await loop.rounds { client.receive() == .end }
            let start = loop.now

            // What it says meanwhile is heard by nobody, and is no reason for a reset.
            client.send("anyone?")
            for _ in 0..<5 { await loop.round() }
            #expect(client.receive() == .end && house.heard.isEmpty)
            await loop.rounds { house.count.value == 0 }

            #expect(loop.now >= start + .milliseconds(150))
            #expect(house.hired == 0)
        }
    }

    @Test func `a guest that spoke as its time ran out is served`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby()
            let (ours, client) = Peer.unixPair()
            lobby.admit(ours, from: nil)
            await loop.round()
            // The kernel has it and the loop has not been told.
            client.send("just in time")

            // It has the first waiter of the loop.
            lobby.rise(0, .timedOut)

            await loop.rounds { house.heard == ["just in time"] }
        }
    }

    @Test func `closing gives everybody a while, and then sends them home`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby()
            let pairs = (0..<10).map { _ in Peer.unixPair() }
            for pair in pairs.dropLast() { lobby.admit(pair.ours, from: nil) }
            let start = loop.now

            lobby.close(after: .milliseconds(100))
            lobby.admit(pairs[9].ours, from: nil)

            await loop.rounds { pairs.allSatisfy { $0.peer.receive() == .end } }
            #expect(loop.now >= start + .milliseconds(100))
            for pair in pairs { pair.peer.close() }
            await loop.rounds { house.count.value == 0 }
        }
    }

    @Test func `who speaks while the lobby closes is served`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby()
            let (seated, first) = Peer.unixPair()
            let (late, second) = Peer.unixPair()
            lobby.admit(seated, from: nil)
            await loop.round()

            lobby.close(after: .seconds(30))
            lobby.admit(late, from: nil)
            await loop.round()
            first.send("seated")
            second.send("late")

            await loop.rounds { Set(house.heard) == ["seated", "late"] }
            #expect(first.receive() == .nothing && second.receive() == .nothing)
        }
    }

    @Test func `closing makes nobody's time longer`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby(idle: .milliseconds(100))
            let (ours, client) = Peer.unixPair()
            let start = loop.now
            lobby.admit(ours, from: nil)

            lobby.close(after: .seconds(30))

            await loop.rounds { client.receive() == .end }
            #expect(loop.now < start + .seconds(10))
        }
    }

    // MARK: Too many

    private func guards(_ change: (inout GuardSettings) -> Void) -> Guards {
        var settings = GuardSettings()
        change(&settings)
        return Guards(settings, limits: GuardLimits(settings, workers: 1))
    }

    @Test func `beyond what one address may have, a connection is closed at once`() async throws {
        let guards = guards { $0.connectionsPerAddress = 2 }
        try await onLoop { loop in
            let house = House(on: loop, guards)
            let lobby = house.lobby()
            let pairs = (0..<4).map { _ in Peer.tcpPair() }
            let (one, other) = (IPAddress(v4: 0x0a00_0001), IPAddress(v4: 0x0a00_0002))
            for pair in pairs.prefix(3) { lobby.admit(pair.ours, from: one) }
            lobby.admit(pairs[3].ours, from: other)

            #expect(pairs.map { $0.peer.receive() } == [.nothing, .nothing, .reset, .nothing])
            #expect(guards.counts.refusedPerAddress == 1)
            #expect(house.count.value == 3 && guards.addressCount == 2)
            for pair in pairs { pair.peer.close() }
            await loop.rounds { house.count.value == 0 && guards.addressCount == 0 }
        }
    }

    @Test func `an address that is told later is counted from then on, in place of none`()
        async throws
    {
        let guards = guards { $0.connectionsPerAddress = 1 }
        try await onLoop { loop in
            let proxy = IPAddress(v4: 0x0a00_0001)
            let lobby = Lobby(on: loop, idle: .seconds(60), guards: guards) {}
            var settings = ListenerSettings(.unix(path: "/"))
            settings.proxies = []
            let told = Entrance(
                settings,
                patience: .seconds(10),
                slot: TLSSlot(),
                count: ArrivalCount()
            )
            let pairs = (0..<3).map { _ in Peer.unixPair() }
            var guests: [Guest] = []
            for pair in pairs {
                pair.peer.send("x")
                lobby.admit(pair.ours, from: proxy, through: told)
                if let guest = await lobby.next() { guests.append(guest) }
            }
            #expect(guests.count == 3 && guards.addressCount == 0)

            let client = IPAddress(v4: 0x0b00_0001)
            #expect(guests[0].count(as: client))
            #expect(!guests[1].count(as: client))
            #expect(guests[1].count(as: IPAddress(v4: 0x0b00_0002)))
            #expect(guests[0].count(as: IPAddress(v4: 0x0b00_0003)))
            #expect(guests[2].count(as: client))
            #expect(guards.addressCount == 3)
            guests = []
            lobby.close(after: .seconds(30))
            _ = await lobby.next()
            #expect(guards.addressCount == 0 && guards.connections.value == 0)
        }
    }

    @Test func `in a full house the longest silent gives way, newcomers before regulars`()
        async throws
    {
        let guards = guards { $0.connections = 3 }
        try await onLoop { loop in
            let house = House(on: loop, guards)
            let lobby = house.lobby()
            let pairs = (0..<6).map { _ in Peer.unixPair() }
            for pair in pairs.prefix(3) { lobby.admit(pair.ours, from: nil) }
            await loop.round()
            // The first is a regular now.
            pairs[0].peer.send("hello")
            await loop.rounds { house.heard == ["hello"] }
            for _ in 0..<4 { await loop.round() }

            let left = { pairs.prefix(3).map { $0.peer.receive() } }
            lobby.admit(pairs[3].ours, from: nil)
            #expect(left() == [.nothing, .end, .nothing])
            lobby.admit(pairs[4].ours, from: nil)
            #expect(left() == [.nothing, .end, .end])
            #expect(house.count.value == 3 && guards.counts.evictedIdle == 2)
            #expect(pairs[3].peer.receive() == .nothing && pairs[4].peer.receive() == .nothing)
        }
    }

    @Test func `who has just asked something is served and not sent home`() async throws {
        let guards = guards { $0.connections = 2 }
        try await onLoop { loop in
            let house = House(on: loop, guards)
            let lobby = house.lobby()
            let pairs = (0..<3).map { _ in Peer.unixPair() }
            for pair in pairs.prefix(2) { lobby.admit(pair.ours, from: nil) }
            await loop.round()
            // The loop has not been told of it.
            pairs[0].peer.send("wait")

            lobby.admit(pairs[2].ours, from: nil)

            await loop.rounds { house.heard == ["wait"] }
            #expect(pairs.map { $0.peer.receive() } == [.nothing, .end, .nothing])
        }
    }

    @Test func `in a house full of busy guests a new one is refused`() async throws {
        let guards = guards { $0.connections = 2 }
        try await onLoop { loop in
            let lobby = Lobby(on: loop, idle: .seconds(60), guards: guards) {}
            let pairs = (0..<3).map { _ in Peer.tcpPair() }
            var busy: [Guest] = []
            for pair in pairs.prefix(2) {
                pair.peer.send("x")
                lobby.admit(pair.ours, from: nil)
                if let guest = await lobby.next() { busy.append(guest) }
            }
            lobby.admit(pairs[2].ours, from: nil)

            #expect(pairs[2].peer.receive() == .reset)
            #expect(guards.counts.refusedOverall == 1 && guards.connections.value == 2)
            #expect(busy.count == 2)
        }
    }

    @Test func `under pressure those who sit already have less time, and no pressure no less`()
        async throws
    {
        let guards = guards { $0.connections = 10 }
        try await onLoop { loop in
            let house = House(on: loop, guards)
            let lobby = house.lobby(idle: .seconds(3600))
            let pairs = (0..<9).map { _ in Peer.unixPair() }
            for pair in pairs.prefix(5) { lobby.admit(pair.ours, from: nil) }
            let start = loop.now
            let waiter = loop.makeWaiter()
            await waiter.pause(for: .milliseconds(1050))
            lobby.keepHouse()
            #expect(house.count.value == 5)

            // Nine of ten: a second, counted from when each sat down.
            for pair in pairs.suffix(4) { lobby.admit(pair.ours, from: nil) }
            lobby.keepHouse()

            #expect(pairs.prefix(5).allSatisfy { $0.peer.receive() == .end })
            #expect(pairs.suffix(4).allSatisfy { $0.peer.receive() == .nothing })
            #expect(guards.counts.evictedIdle == 5 && loop.now >= start + .seconds(1))
        }
    }

    @Test func `a crowd that comes and goes leaves nothing behind`() async throws {
        let guards = guards { $0.connections = 50 }
        try await onLoop { loop in
            let house = House(on: loop, guards)
            let lobby = house.lobby()
            let pairs = (0..<200).map { _ in Peer.unixPair() }
            for (number, pair) in pairs.enumerated() {
                lobby.admit(pair.ours, from: IPAddress(v4: UInt32(number)))
                if number % 3 == 0 { pair.peer.send("\(number)") }
                if number % 7 == 0 { await loop.round() }
            }
            #expect(house.count.value <= 51)
            for pair in pairs { pair.peer.close() }
            await loop.rounds { house.count.value == 0 && guards.addressCount == 0 }
            #expect(!lobby.makeRoom())
        }
    }
}
