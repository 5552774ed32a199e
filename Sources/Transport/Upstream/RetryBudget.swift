/// How many requests may be sent a second time: a share of all, and a few in any case.
///
/// An upstream that fails under its load gets more of it from everybody who tries again. The budget
/// bounds that more, however many requests fail.
struct RetryBudget {
    private let settings: RetrySettings
    private var requests = RollingCount()
    private var retries = RollingCount()
    private var requestsBefore = 0

    init(_ settings: RetrySettings) { self.settings = settings }

    /// Takes in how many requests there have been since the beginning.
    mutating func note(requests count: Int, at now: Instant) {
        requests.add(count &- requestsBefore, at: now)
        requestsBefore = count
    }

    /// Whether one more may be repeated; it is counted if so.
    mutating func take(at now: Instant) -> Bool {
        requests.turn(to: now)
        retries.turn(to: now)
        let seconds = Int(RollingCount.bucketCount)
        let allowed =
            settings.perSecondMin * seconds + requests.total * settings.percentMax / 100
        guard retries.total < allowed else { return false }
        retries.add(1, at: now)
        return true
    }
}
