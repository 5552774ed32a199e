import TestSupport

/// What the clients met, counted for each phase and kind.
final class Tally: Sendable {
    enum Phase: Int, Sendable, CaseIterable {
        case quiet, reloads, upgrades, kills

        var title: String {
            switch self {
            case .quiet: "quiet"
            case .reloads: "HUP"
            case .upgrades: "USR2"
            case .kills: "KILL"
            }
        }
    }

    enum Kind: Int, Sendable, CaseIterable {
        case keepAlive, fresh, download, upload, tunnel

        var title: String {
            switch self {
            case .keepAlive: "keep-alive"
            case .fresh: "new connection"
            case .download: "download"
            case .upload: "upload"
            case .tunnel: "tunnel"
            }
        }
    }

    /// How something can fail.
    enum Fault: Int, Sendable, CaseIterable, Error {
        case refused, reset, closed, silence, wrong

        var title: String {
            switch self {
            case .refused: "refused"
            case .reset: "reset"
            case .closed: "cut"
            case .silence: "unanswered"
            case .wrong: "wrong"
            }
        }
    }

    struct Row: Sendable {
        var done = 0
        var faults = [Int](repeating: 0, count: Fault.allCases.count)
        /// Faults of connections that were with a process when it was killed.
        var withTheDead = 0

        var faultCount: Int { faults.reduce(0, +) }
        func count(_ fault: Fault) -> Int { faults[fault.rawValue] }
    }

    private struct State {
        var phase = Phase.quiet
        var rows = [[Row]](
            repeating: [Row](repeating: Row(), count: Kind.allCases.count),
            count: Phase.allCases.count
        )
        var kills: [ContinuousClock.Instant] = []
        var isOver = false
    }

    private let state = Monitor(State())

    var isOver: Bool { state.withState { $0.isOver } }

    func finish() { state.withState { $0.isOver = true } }
    func begin(_ phase: Phase) { state.withState { $0.phase = phase } }
    func noteKill() { state.withState { $0.kills.append(.now) } }

    func note(_ kind: Kind, _ change: @Sendable (inout Row) -> Void) {
        state.withState { change(&$0.rows[$0.phase.rawValue][kind.rawValue]) }
    }

    /// - opened: since when the connection was open, which may have been with a process that is dead.
    func note(_ fault: Fault, of kind: Kind, opened: ContinuousClock.Instant) {
        state.withState { state in
            let slack = Duration.milliseconds(20)
            let wasKilled = fault != .refused && state.kills.contains { opened < $0 + slack }
            if state.phase == .kills, wasKilled {
                state.rows[state.phase.rawValue][kind.rawValue].withTheDead += 1
            } else {
                state.rows[state.phase.rawValue][kind.rawValue].faults[fault.rawValue] += 1
            }
        }
    }

    func row(_ phase: Phase, _ kind: Kind) -> Row {
        state.withState { $0.rows[phase.rawValue][kind.rawValue] }
    }
}
