import Testing
import Vocabulary

@testable import Transport

struct LobbyTests {
    /// A lobby and what its servers saw.
    // SAFETY: a test touches it on the thread of its loop alone.
    private final class House: @unchecked Sendable {
        let count = ConnectionCount()
        private(set) var heard: [String] = []
        private(set) var hired = 0
        private let loop: EventLoop
        private var made: Lobby?

        init(on loop: EventLoop) { self.loop = loop }

        /// Each server reads what came and gives the connection back.
        func lobby(idle: Patience = .seconds(60)) -> Lobby {
            let lobby = Lobby(on: loop, idle: idle, count: count) { [self] in
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
            #expect(house.count.value == 0)
            #expect(house.hired == 0)
        }
    }

    @Test func `the time of a guest begins anew when it was served`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby(idle: .milliseconds(300))
            let (ours, client) = Peer.unixPair()
            lobby.admit(ours, from: nil)
            let waiter = loop.makeWaiter()
            for turn in 1...4 {
                await waiter.pause(for: .milliseconds(100))
                client.send("x")
                await loop.rounds { house.heard.count == turn }
            }
            #expect(client.receive() == .nothing)
        }
    }

    @Test func `closing sends everybody home, and whoever comes later`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby()
            let pairs = (0..<10).map { _ in Peer.unixPair() }
            for pair in pairs.dropLast() { lobby.admit(pair.ours, from: nil) }

            lobby.close()
            lobby.admit(pairs[9].ours, from: nil)

            for pair in pairs { #expect(pair.peer.receive() == .end) }
            #expect(house.count.value == 0)
        }
    }

    @Test func `who is being served when the lobby closes goes home afterwards`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby()
            let (ours, client) = Peer.unixPair()
            lobby.admit(ours, from: nil)
            client.send("just in time")
            await loop.rounds { house.heard == ["just in time"] }
            #expect(client.receive() == .nothing)

            lobby.close()

            await loop.rounds { client.receive() == .end }
            #expect(house.count.value == 0)
        }
    }

    @Test func `whoever had asked when the lobby closed is still served`() async throws {
        try await onLoop { loop in
            let house = House(on: loop)
            let lobby = house.lobby()
            let (seated, first) = Peer.unixPair()
            let (late, second) = Peer.unixPair()
            lobby.admit(seated, from: nil)
            await loop.round()
            // The loop has not been told of either.
            first.send("seated")
            second.send("late")

            lobby.close()
            lobby.admit(late, from: nil)

            await loop.rounds { Set(house.heard) == ["seated", "late"] }
            await loop.rounds { first.receive() == .end && second.receive() == .end }
            await loop.rounds { house.count.value == 0 }
        }
    }
}
