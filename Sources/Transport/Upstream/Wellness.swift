/// What a server's health checks have said of it.
///
/// A server that was never checked counts as well: the first requests of a start need not wait for
/// the first checks, and one that is not there is found out by the requests themselves.
struct Wellness {
    private let settings: HealthSettings
    private(set) var isWell = true
    /// Checks in a row that say the opposite of what is held of it.
    private var opposed = 0

    init(_ settings: HealthSettings) { self.settings = settings }

    /// Takes in one check; true when it changes what is held of the server.
    mutating func note(isGood: Bool) -> Bool {
        guard isGood != isWell else {
            opposed = 0
            return false
        }
        opposed += 1
        guard opposed >= (isWell ? settings.badMin : settings.goodMin) else { return false }
        isWell = isGood
        opposed = 0
        return true
    }
}
