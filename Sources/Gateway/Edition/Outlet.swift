import Transport

/// One worker's way to one upstream: its connections, and how it chooses among servers.
final class Outlet {
    let pool: UpstreamPool
    /// The servers that fall to this worker to be checked; nil where none is.
    let health: HealthRounds?
    /// The cookie that leads a client to the server it had before.
    let stickyCookie: [UInt8]?
    /// The field whose value chooses a server.
    let hashField: [UInt8]
    /// What a request says has to do with the server it goes to.
    let choosesByRequest: Bool

    var upstream: Upstream { pool.upstream }

    init(
        to upstream: Upstream,
        on loop: EventLoop,
        deadlines: Deadlines,
        worker: Int,
        of workerCount: Int
    ) {
        let settings = upstream.settings
        pool = UpstreamPool(upstream, on: loop, deadlines: deadlines)
        health = HealthRounds(pool, worker: worker, of: workerCount)
        stickyCookie = settings.stickyCookie.map { Array($0.utf8) }
        switch settings.balance {
        case .hash(.field(let name)): hashField = Array(name.utf8)
        default: hashField = []
        }
        let isHashed = if case .hash = settings.balance { true } else { false }
        choosesByRequest = isHashed || stickyCookie != nil
    }
}
