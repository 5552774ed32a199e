import Testing
import Vocabulary

@testable import Transport

struct RosterTests {
    @Test func `equal servers take turns one after the other`() {
        #expect(Roster.turns(of: [1, 1, 1]) == [0, 1, 2])
        #expect(Roster.turns(of: [7, 7]) == [0, 1])
        #expect(Roster.turns(of: []) == [])
    }

    @Test func `a heavier server has more turns, and they are spread`() {
        let turns = Roster.turns(of: [4, 1, 1])
        #expect(turns.count == 6)
        #expect(turns.count { $0 == 0 } == 4)
        #expect(turns == [0, 0, 1, 2, 0, 0])
        let wide = Roster.turns(of: [100, 50, 25])
        #expect(wide.count == 7)
        #expect((0..<3).map { server in wide.count { $0 == server } } == [4, 2, 1])
    }

    @Test func `no server waits longer than its share allows`() {
        let weights = [13, 7, 5, 3, 1, 1]
        let turns = Roster.turns(of: weights)
        let twice = turns + turns
        for (server, weight) in weights.enumerated() {
            let places = twice.indices.filter { twice[$0] == server }
            let longest = zip(places, places.dropFirst()).map { $1 - $0 }.max() ?? 0
            #expect(longest <= 2 * turns.count / weight + weights.count, "server \(server)")
        }
    }

    @Test func `a cookie leads to the server of that name and to no other`() {
        let tokens = ["abcdefgh1", "abcdefgh2", "zz", "", "middle-of-it"]
        let servers = tokens.enumerated().map { makeServer($0.offset, token: $0.element) }
        let roster = Roster(servers)
        for (index, token) in tokens.enumerated() {
            let bytes = Array(token.utf8)
            let found = unsafe roster.server(named: bytes.span.bytes)
            #expect(found === servers[index])
        }
        for stranger in ["abcdefgh3", "abcdefgh", "abcdefgh11", "z", "zzz"] {
            let bytes = Array(stranger.utf8)
            let found = unsafe roster.server(named: bytes.span.bytes)
            #expect(found == nil)
        }
    }
}
