/// Guests who were heard from, and have not asked for anything yet: half a head, half a handshake.
///
/// Each holds a connection for as long as a head or a handshake may take, and one byte is enough. So in a
/// full house the oldest of them have to go, and they stand here in the order in which they came.
///
/// INVARIANT: a guest takes itself out before it goes.
@safe
final class Callers {
    private var line: [Unmanaged<Guest>?] = unsafe .init()
    /// The number of the first place in the line; numbers are never given twice.
    private var first = 0

    func add(_ guest: Guest) {
        guest.place = unsafe first + line.count
        unsafe line.append(Unmanaged.passUnretained(guest))
    }

    func leave(_ place: Int) {
        unsafe line[place - first] = nil
    }

    /// The oldest who came before `moment`.
    func oldest(before moment: Instant) -> Guest? {
        forget()
        // SAFETY: whoever stands here has not gone yet.
        guard let guest = unsafe line.first??.takeUnretainedValue(), guest.since < moment else {
            return nil
        }
        return guest
    }

    /// Closes the ranks: whoever stands first has something left to ask.
    func forget() {
        var count = 0
        while unsafe count < line.count {
            if let guest = unsafe line[count]?.takeUnretainedValue() {
                if guest.isCalling { break }
                guest.place = nil
            }
            count += 1
        }
        unsafe line.removeFirst(count)
        first += count
    }
}
