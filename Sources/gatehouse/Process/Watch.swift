import CLinux
import Gateway
import Glibc
import Policy
import Rules
import Transport
import Vocabulary

/// Files that speak to a running gateway by themselves: two switches, and lists that grow.
///
/// They are looked at once a second, on the thread that takes orders and never on one that serves.
struct Watch {
    /// What a look has found.
    enum News {
        case switched(String, isOn: Bool)
        /// A list is another from now on.
        case list(Int, NamedList)
        case said(String)
    }

    private struct Refresh {
        var due: Instant
        var readAt: Instant
        /// Its file is wrong now, and that has been said.
        var isWrong = false
    }

    private(set) var isUnderMaintenance = false
    private(set) var isKillSwitchOn = false
    private var refreshes: [String: Refresh] = [:]

    // MARK: Switches

    /// Turns what the presence of a file turns.
    mutating func lookAtSwitches(_ policy: Policy, now: Int64) -> [News] {
        var news: [News] = []
        let isMaintained = policy.maintenance?.file.map { Self.since($0) != nil } ?? false
        if isMaintained != isUnderMaintenance {
            isUnderMaintenance = isMaintained
            news.append(.switched("maintenance", isOn: isMaintained))
        }
        let isKilled = isOn(policy.killSwitch, now)
        if isKilled != isKillSwitchOn {
            isKillSwitchOn = isKilled
            news.append(.switched("kill switch", isOn: isKilled))
        }
        return news
    }

    /// It arms itself again: a file that has lain there for too long is no switch.
    private func isOn(_ terms: KillSwitchTerms?, _ now: Int64) -> Bool {
        guard let terms, let file = terms.file, let since = Self.since(file) else { return false }
        return now < since + Int64(terms.seconds)
    }

    /// When a file was last written, in seconds since 1970; nil where there is none.
    private static func since(_ path: String) -> Int64? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return Int64(status.st_mtim.tv_sec)
    }

    // MARK: Lists

    /// Reads those lists again whose time has come; one that is wrong stays what it was, and that is said once.
    mutating func lookAtLists(
        _ policy: Policy,
        _ compiled: Compiled,
        in files: some Files,
        now: Instant
    ) -> [News] {
        var news: [News] = []
        for (number, list) in policy.lists.enumerated() {
            guard list.file != nil, let seconds = list.refreshSeconds else { continue }
            // Whoever takes another's place has what that one had read, whenever that was.
            var refresh = refreshes[list.name] ?? Refresh(due: now, readAt: now)
            defer { refreshes[list.name] = refresh }
            guard now >= refresh.due else { continue }
            refresh.due = now + .seconds(max(seconds, 1))
            let reread = Rules.reread(list: list.name, of: compiled, in: files)
            guard let fresh = reread.list else {
                if !refresh.isWrong {
                    let why = reread.diagnostics.all.first?.message ?? "it cannot be read"
                    news.append(.said("list `\(list.name)` stays what it was: \(why)"))
                }
                refresh.isWrong = true
                continue
            }
            refresh.readAt = now
            if refresh.isWrong { news.append(.said("list `\(list.name)` can be read again")) }
            refresh.isWrong = false
            if fresh.version != list.version { news.append(.list(number, fresh)) }
        }
        return news
    }

    /// The lists that are read from files, as `status` says them.
    func report(_ policy: Policy, now: Instant) -> [String] {
        policy.lists.compactMap { list in
            guard let file = list.file else { return nil }
            var text = "\(list.name) from \(file), version \(list.version)"
            if let refresh = refreshes[list.name] {
                let age =
                    (now.milliseconds - min(refresh.readAt.milliseconds, now.milliseconds)) / 1000
                text += ", read \(age) s ago"
                if refresh.isWrong { text += ", its file is wrong since" }
            }
            return text
        }
    }

    var switches: [String] {
        [
            "maintenance is \(isUnderMaintenance ? "on" : "off")",
            "kill switch is \(isKillSwitchOn ? "on" : "off")",
        ]
    }
}
