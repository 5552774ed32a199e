import Glibc
import TestSupport

/// Reloads, upgrades and kills a gateway under load.
struct Restarts {
    private let options: SoakOptions
    private let scene: Scene
    private let tally = Tally()

    init(_ options: SoakOptions, _ scene: Scene) {
        self.options = options
        self.scene = scene
    }

    func run() -> Verdict {
        var verdict = Verdict(options)
        let load = Load(scene.endpoint, tally, options)
        load.start()
        note("soak: load alone")
        pause(options.settleTime)
        verdict.take(sample("quiet"))
        reload(&verdict)
        upgrade(&verdict)
        killCrews(&verdict)
        tally.finish()
        if !load.waitForEnd() { verdict.faults.append("a client did not come to its end") }
        verdict.faults += scene.stop()
        verdict.judge(tally)
        return verdict
    }

    private func reload(_ verdict: inout Verdict) {
        tally.begin(.reloads)
        let before = scene.crews
        var goodCount = 0
        for turn in 0..<options.reloads {
            if scene.rewrite(turn) { goodCount += 1 }
            kill(scene.supervisor, SIGHUP)
            pause(options.reloadInterval)
            if turn % 10 == 9 { verdict.take(sample("HUP \(turn + 1)")) }
        }
        // Signals that come while one waits are one; each of these had its time.
        let said = scene.gateway.lines(of: .error, atLeast: options.reloads) {
            $0.contains("read again: ") || $0.contains("; nothing changes")
        }
        let taken = said.count { $0.contains("read again: ") }
        if said.count != options.reloads || taken != goodCount {
            verdict.faults.append("\(said.count) reloads were done, and \(taken) taken")
        }
        pause(options.settleTime)
        if scene.crews != before { verdict.faults.append("the process changed over a reload") }
        verdict.take(sample("after HUP"))
    }

    private func upgrade(_ verdict: inout Verdict) {
        tally.begin(.upgrades)
        for turn in 1...max(options.upgrades, 1) where turn <= options.upgrades {
            kill(scene.supervisor, SIGUSR2)
            let said = scene.gateway.lines(of: .error, atLeast: turn) {
                $0.contains("of the new program serves")
            }
            if said.count != turn { verdict.faults.append("upgrade \(turn) was not done") }
            pause(options.upgradeInterval)
            verdict.take(sample("USR2 \(turn)", of: .upgrades))
        }
        pause(options.settleTime)
        verdict.take(sample("after USR2"))
    }

    private func killCrews(_ verdict: inout Verdict) {
        tally.begin(.kills)
        let prober = Requests(endpoint: scene.endpoint, tally: tally)
        for turn in 1...max(options.kills, 1) where turn <= options.kills {
            let crews = scene.crews
            guard let crew = crews.last else {
                verdict.faults.append("nobody serves before kill \(turn)")
                continue
            }
            tally.noteKill()
            let start = ContinuousClock.now
            kill(crew, SIGKILL)
            while !Scene.isDead(crew) {}
            // Whoever answers now is another process.
            var isAnswered = false
            while !isAnswered, .now < start + .seconds(10) {
                do throws(Tally.Fault) {
                    try prober.askOnce()
                    isAnswered = true
                } catch {
                    verdict.faults.append("\(error.title) after kill \(turn)")
                }
            }
            verdict.recoveries.append(ContinuousClock.now - start)
            if scene.newCrew(otherThan: crews) == nil {
                verdict.faults.append("no new process after kill \(turn)")
            }
            pause(options.killInterval)
            verdict.take(sample("KILL \(turn)", of: .kills))
        }
        pause(options.settleTime)
        verdict.take(sample("after KILL"))
    }

    private func sample(_ moment: String, of phase: Tally.Phase? = nil) -> Verdict.Sample {
        let crews = scene.crews
        return Verdict.Sample(
            moment: moment,
            phase: phase,
            supervisor: Scene.holding(of: scene.supervisor),
            crew: crews.last.map(Scene.holding) ?? Scene.holding(of: 0),
            crewCount: crews.count
        )
    }
}

/// All clients, each on a thread of its own.
private final class Load: Sendable {
    private let requests: Requests
    private let streams: Streams
    private let running = Monitor(0)
    /// A test shares the machine with others.
    private let share: Int

    init(_ endpoint: Endpoint, _ tally: Tally, _ options: SoakOptions) {
        share = options.isQuick ? 4 : 1
        requests = Requests(endpoint: endpoint, tally: tally)
        streams = Streams(endpoint: endpoint, tally: tally, time: options.streamTime)
    }

    func start() {
        let (requests, streams) = (requests, streams)
        start(16 / share) { requests.keepAlive() }
        start(4 / share) { requests.fresh() }
        start(4 / share) { streams.downloads() }
        start(4 / share) { streams.uploads() }
        start(8 / share) { streams.tunnels() }
    }

    func waitForEnd() -> Bool { running.wait(atMost: .seconds(60)) { $0 == 0 } }

    private func start(_ count: Int, _ work: @escaping @Sendable () -> Void) {
        for _ in 0..<count {
            running.withState { $0 += 1 }
            Threads.start { [running] in
                work()
                running.withState { $0 -= 1 }
            }
        }
    }
}
