/// Who belongs to the set, what is held against each, and so who may be asked.
///
/// It decides and performs nothing: what it says has changed is put into effect by the `Upstream`.
struct Membership {
    private struct Member {
        let server: Server
        /// Which of the settings' servers it comes from.
        let place: Int
        var ejection: Ejection
        var wellness: Wellness?
    }

    private let settings: UpstreamSettings
    private var members: [Member] = []
    /// How often it has changed who may be asked.
    private(set) var changes = 0

    init(_ settings: UpstreamSettings) { self.settings = settings }

    var servers: [Server] { members.map(\.server) }

    /// Who may be asked now.
    ///
    /// Where nobody would be left, those who failed requests and not their health checks are better
    /// than nobody.
    var fit: [Server] {
        let well = members.filter { $0.wellness?.isWell ?? true }
        let fit = well.filter { !$0.ejection.isEjected }
        return (fit.isEmpty ? well : fit).map(\.server)
    }

    /// Has the place stand for these addresses, and answers who has left.
    ///
    /// Those it stood for already keep all that is known of them.
    mutating func set(
        _ place: Int,
        to addresses: [SocketAddress],
        make: (_ address: SocketAddress, _ number: Int) -> Server
    ) -> [Server] {
        changes += 1
        let left = members.filter { $0.place == place && !addresses.contains($0.server.address) }
        members.removeAll { $0.place == place && !addresses.contains($0.server.address) }
        for address in addresses {
            let isKnown = members.contains { $0.place == place && $0.server.address == address }
            guard !isKnown else { continue }
            members.append(
                Member(
                    server: make(address, vacantNumber()),
                    place: place,
                    ejection: Ejection(settings.ejection),
                    wellness: settings.health.map(Wellness.init)
                )
            )
        }
        return left.map(\.server)
    }

    private func vacantNumber() -> Int {
        let taken = Set(members.map(\.server.number))
        var number = 0
        while taken.contains(number) { number += 1 }
        return number
    }

    mutating func noteSuccess(of server: Server) {
        guard let index = index(of: server) else { return }
        members[index].ejection.noteSuccess()
        server.note(failuresInRow: members[index].ejection.failuresInRow)
    }

    /// One more request it failed; how long it is left alone if that was one too many.
    mutating func noteFailure(of server: Server, at now: Instant) -> Patience? {
        guard let index = index(of: server) else { return nil }
        let isTooMany = members[index].ejection.noteFailure()
        server.note(failuresInRow: members[index].ejection.failuresInRow)
        guard isTooMany, mayEject(members[index]) else { return nil }
        changes += 1
        return members[index].ejection.eject(at: now)
    }

    /// At most half of the set is left alone at any moment, and never the last that could be asked.
    private func mayEject(_ member: Member) -> Bool {
        let ejected = members.count { $0.ejection.isEjected }
        let others = members.contains {
            $0.server !== member.server && !$0.ejection.isEjected && $0.wellness?.isWell ?? true
        }
        return (ejected + 1) * 2 <= members.count && others
    }

    /// Those whose time is over come back.
    mutating func comeBack(at now: Instant) -> [Server] {
        var back: [Server] = []
        for index in members.indices where members[index].ejection.comesBack(at: now) {
            members[index].server.note(failuresInRow: members[index].ejection.failuresInRow)
            back.append(members[index].server)
            changes += 1
        }
        return back
    }

    /// Takes in a health check; whether the server is well now, if that is new.
    mutating func noteCheck(of server: Server, isGood: Bool) -> Bool? {
        guard let index = index(of: server),
            members[index].wellness?.note(isGood: isGood) == true
        else { return nil }
        changes += 1
        return members[index].wellness?.isWell
    }

    private func index(of server: Server) -> Int? {
        members.firstIndex { $0.server === server }
    }
}
