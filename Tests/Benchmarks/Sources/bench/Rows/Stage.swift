/// The upstream and the three contenders in front of it, started afresh for each row.
struct Stage {
    let contenders: [Running]
    private let upstream: Child
    private let upstreamPort: UInt16
    private let roster: Roster

    init(_ scene: Scene, _ roster: Roster, gatehouse: String) throws(Trouble) {
        let ports = try Loopback.freePorts(scene.serverCount)
        let port = ports[0]
        let certificate: Certificate? = scene.isSecure ? try Certificate(in: roster) : nil
        let command = try Nginx.upstream(on: ports, in: roster)
        let upstream = try roster.start("upstream", on: Cores.others, command)
        try upstream.awaitListening(on: port)
        var contenders: [Running] = []
        for contender in Contender.allCases {
            contenders.append(
                try contender.start(
                    in: roster,
                    upstream: ports,
                    certificate: certificate,
                    hasWholePolicy: scene.hasWholePolicy,
                    gatehouse: gatehouse
                )
            )
        }
        self.contenders = contenders
        self.upstream = upstream
        upstreamPort = port
        self.roster = roster
    }

    /// Asks the upstream and then each contender once; all must give the same right answer.
    func checkAnswers(to ask: Ask) throws(Trouble) -> Answer {
        let right = try Answer(to: ask, from: upstreamPort, over: Wire(to: upstreamPort))
        guard right.status == "200", right.length >= 1024 else {
            throw Trouble("the upstream answered \(right.status) with \(right.length) bytes")
        }
        for running in contenders {
            let answer = try Answer(to: ask, from: running.port, over: running.connect())
            guard answer == right else {
                let name = running.contender.rawValue
                throw Trouble("\(name) answered \(answer.status) with \(answer.length) bytes")
            }
        }
        return right
    }

    func end() {
        for running in contenders { roster.end(running.child) }
        roster.end(upstream)
    }
}
