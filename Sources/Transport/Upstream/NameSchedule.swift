import Vocabulary

/// When a name is to be asked for again, and what there is to say about it.
///
/// An answer holds for as long as it says, within bounds, and a little less by chance, so that names
/// do not fall due together. A failure changes nothing: what was known stays in use, and the name is
/// asked for again after a pause that grows.
struct NameSchedule {
    static let secondsMin = 1
    static let secondsMax = 300
    static let pauseSecondsMax = 30

    private(set) var due = Instant(milliseconds: 0)
    private let name: String
    private var known: [IPAddress]?
    private var failures = 0

    init(_ name: String) { self.name = name }

    /// The name has been asked for; it is not asked for again before that is answered.
    mutating func noteAsked() { due = .never }

    /// Takes in an answer that names at least one address.
    mutating func noteAnswer(
        _ addresses: [IPAddress],
        holdsSeconds: Int,
        at now: Instant,
        using random: inout some RandomNumberGenerator
    ) -> [Resolver.News] {
        var news: [Resolver.News] = []
        if failures > 0 { news.append(.notice(.nameBack(name))) }
        if addresses != known {
            if known != nil {
                news.append(.notice(.nameChanged(name, addressCount: addresses.count)))
            }
            news.append(.addresses(addresses))
        }
        known = addresses
        failures = 0
        plan(min(max(holdsSeconds, Self.secondsMin), Self.secondsMax), at: now, using: &random)
        return news
    }

    mutating func noteFailure(
        at now: Instant,
        using random: inout some RandomNumberGenerator
    ) -> [Resolver.News] {
        let pause = min(1 << min(failures, 10), Self.pauseSecondsMax)
        failures += 1
        plan(pause, at: now, using: &random)
        guard failures == 1 else { return [.failure] }
        return [.failure, .notice(known == nil ? .nameUnknown(name) : .nameGone(name))]
    }

    /// A tenth of the time is chance; never less than the least.
    private mutating func plan(
        _ seconds: Int,
        at now: Instant,
        using random: inout some RandomNumberGenerator
    ) {
        let whole = seconds * 1000
        let part = Int.random(in: 0...(whole / 10), using: &random)
        due = now + .milliseconds(max(whole - part, Self.secondsMin * 1000))
    }
}
