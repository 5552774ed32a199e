/// Guests who were heard from, and have not asked for anything yet: half a head, half a handshake.
///
/// Each holds a connection for as long as a head or a handshake may take, and one byte is enough. So in a
/// full house the oldest of them have to go, and they stand here in the order in which they came.
struct Callers {
    private struct Caller {
        weak var guest: Guest?
        let since: Instant
    }

    private var line: [Caller] = []
    private var next = 0

    mutating func add(_ guest: Guest) {
        line.append(Caller(guest: guest, since: guest.since))
    }

    /// The oldest who came before `moment`, taken out of the line.
    mutating func oldest(before moment: Instant) -> Guest? {
        while next < line.count {
            let caller = line[next]
            guard let guest = caller.guest, guest.isCalling else {
                next += 1
                continue
            }
            guard caller.since < moment else { return nil }
            next += 1
            return guest
        }
        return nil
    }

    /// Drops whoever has asked by now, or has gone.
    mutating func forget() {
        line = line[next...].filter { $0.guest?.isCalling == true }
        next = 0
    }
}
