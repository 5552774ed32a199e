/// The guests of a lobby by number, and in the order in which they fell silent.
///
/// Newcomers, who have never asked anything, stand in a line of their own: when somebody has to go,
/// one of them goes first. So a crowd that connects and says nothing displaces itself and not those who
/// have been served before.
struct Seats {
    private struct Line {
        var first: Int32 = -1
        var last: Int32 = -1
    }

    private var guests: [Guest?] = []
    private var newcomers = Line()
    private var regulars = Line()

    subscript(_ number: Int32) -> Guest? {
        number >= 0 && Int(number) < guests.count ? guests[Int(number)] : nil
    }

    mutating func take(_ guest: Guest, as number: Int32) {
        while guests.count <= Int(number) { guests.append(nil) }
        guests[Int(number)] = guest
        var line = guest.isRegular ? regulars : newcomers
        guest.before = line.last
        guest.after = -1
        if line.last >= 0 { guests[Int(line.last)]?.after = number } else { line.first = number }
        line.last = number
        if guest.isRegular { regulars = line } else { newcomers = line }
    }

    mutating func leave(_ number: Int32) -> Guest? {
        guard let guest = self[number] else { return nil }
        guests[Int(number)] = nil
        var line = guest.isRegular ? regulars : newcomers
        if guest.before >= 0 {
            guests[Int(guest.before)]?.after = guest.after
        } else {
            line.first = guest.after
        }
        if guest.after >= 0 {
            guests[Int(guest.after)]?.before = guest.before
        } else {
            line.last = guest.before
        }
        if guest.isRegular { regulars = line } else { newcomers = line }
        return guest
    }

    /// The newcomer who has been silent longest.
    var firstNewcomer: Int32? { newcomers.first >= 0 ? newcomers.first : nil }
    /// The same of those who have been served before.
    var firstRegular: Int32? { regulars.first >= 0 ? regulars.first : nil }

    /// Whoever fell silent so long ago that `patience` has passed.
    func silent(for patience: Patience, at now: Instant) -> Int32? {
        for number in [newcomers.first, regulars.first] {
            if let guest = self[number], guest.since + patience <= now { return number }
        }
        return nil
    }

    /// Everybody who sits.
    var all: some Sequence<Guest> { guests.lazy.compactMap(\.self) }
}
