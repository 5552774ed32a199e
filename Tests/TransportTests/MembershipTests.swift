import TestSupport
import Testing
import Vocabulary

@testable import Transport

struct MembershipTests {
    private static let addresses = (1...12).map {
        SocketAddress.tcp(IPAddress(v4: UInt32($0)), port: 80)
    }

    private func membership(
        _ count: Int,
        _ change: (inout UpstreamSettings) -> Void = { _ in }
    ) -> Membership {
        var settings = UpstreamSettings([])
        change(&settings)
        var membership = Membership(settings)
        _ = membership.set(0, to: Array(Self.addresses.prefix(count))) { makeServer($1, of: $0) }
        return membership
    }

    private func fail(_ membership: inout Membership, _ server: Server, at now: Int) -> Bool {
        (0..<5).contains { _ in membership.noteFailure(of: server, at: .at(now)) != nil }
    }

    @Test(arguments: [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (10, 5)])
    func `at most half of the set is ejected at any moment`(_ size: Int, _ most: Int) {
        var membership = membership(size)
        let ejected = membership.servers.count { fail(&membership, $0, at: 0) }
        #expect(ejected == most)
        #expect(membership.fit.count == size - most)
    }

    @Test func `who could not be ejected is, as soon as another has come back`() {
        var membership = membership(2)
        let servers = membership.servers
        #expect(fail(&membership, servers[0], at: 0) == true)
        #expect(fail(&membership, servers[1], at: 1_000) == false)
        #expect(membership.comeBack(at: .at(29_999)).count == 0)
        #expect(membership.comeBack(at: .at(30_000)).map(\.address) == [servers[0].address])
        #expect(membership.noteFailure(of: servers[1], at: .at(30_000)) == .seconds(30))
        #expect(membership.fit.map(\.address) == [servers[0].address])
    }

    @Test func `the last that could be asked is never ejected`() {
        var membership = membership(4) { $0.health = HealthSettings(path: "/") }
        let servers = membership.servers
        for server in servers.dropFirst() {
            for _ in 0..<3 { _ = membership.noteCheck(of: server, isGood: false) }
        }
        #expect(membership.fit.map(\.address) == [servers[0].address])
        #expect(fail(&membership, servers[0], at: 0) == false)
    }

    @Test func `where the well ones are ejected they are asked rather than nobody`() {
        var membership = membership(2) { $0.health = HealthSettings(path: "/") }
        let servers = membership.servers
        #expect(fail(&membership, servers[0], at: 0) == true)
        for _ in 0..<3 { _ = membership.noteCheck(of: servers[1], isGood: false) }
        #expect(membership.fit.map(\.address) == [servers[0].address])
        for _ in 0..<3 { _ = membership.noteCheck(of: servers[0], isGood: false) }
        #expect(membership.fit.isEmpty)
    }

    @Test func `servers that stay keep all that is known of them, and those that leave are named`()
    {
        var membership = membership(3)
        let before = membership.servers
        #expect(fail(&membership, before[0], at: 0) == true)

        let left = membership.set(0, to: [Self.addresses[0], Self.addresses[2], Self.addresses[5]])
        {
            makeServer($1, of: $0)
        }

        #expect(left.map(\.address) == [Self.addresses[1]])
        let after = membership.servers
        #expect(after.count == 3 && after[0] === before[0] && after[1] === before[2])
        #expect(membership.fit.count == 2)
        // The number that became free is given to the one who came.
        #expect(after[2].number == before[1].number)
    }

    @Test func `what is said of a server that has left changes nothing`() {
        var membership = membership(2)
        let old = membership.servers[1]
        _ = membership.set(0, to: [Self.addresses[0]]) { makeServer($1, of: $0) }
        #expect(fail(&membership, old, at: 0) == false)
        #expect(membership.noteCheck(of: old, isGood: false) == nil)
        #expect(membership.fit.count == 1)
    }

    @Test func `no order of events ejects more than half or leaves nobody`() {
        var random = SeededRandom(99)
        var membership = membership(7)
        var now = 0
        for _ in 0..<20_000 {
            now += random.below(2_000)
            let server = random.pick(membership.servers)
            if random.once(in: 3) {
                membership.noteSuccess(of: server)
            } else {
                _ = membership.noteFailure(of: server, at: .at(now))
            }
            _ = membership.comeBack(at: .at(now))
            #expect((4...7).contains(membership.fit.count), "seed \(random.seed)")
        }
    }
}
