import Glibc

/// What an idle keep-alive connection costs: 5,000 of them, each after one request of its own.
struct IdleRow {
    let name: String
    let title: String
    let scene: Scene
    let bytesMax: Double

    static let all = [
        IdleRow(
            name: "idle",
            title: "5,000 idle keep-alive connections, one request made on each",
            scene: .plain,
            bytesMax: 4.5 * 1024
        ),
        IdleRow(
            name: "tls-idle",
            title: "5,000 idle TLS connections, one request made on each",
            scene: .secure,
            bytesMax: 20 * 1024
        ),
    ]

    private static let connections = 5_000
    private static let ask = Ask(method: "GET", target: "/apply/form?step=2", bodyLength: 0)

    func measure(_ options: Options, in roster: Roster) throws(Trouble) -> RowResult {
        var result = RowResult(
            name: name,
            title: title,
            wanted: [.idleBytes: .atMost(bytesMax)]
        )
        for run in 1...options.runs {
            let stage = try Stage(scene, roster, gatehouse: options.gatehouse)
            defer { stage.end() }
            _ = try stage.checkAnswers(to: Self.ask)
            for running in stage.contenders {
                let bytes = try bytesPerConnection(of: running, &result)
                result.add(bytes, as: .idleBytes, of: running.contender)
                note(
                    "\(name) \(run)/\(options.runs) \(running.contender.rawValue): \(Int(bytes)) bytes"
                )
            }
        }
        return result
    }

    private func bytesPerConnection(
        of running: Running,
        _ result: inout RowResult
    ) throws(Trouble) -> Double {
        try warmUp(running)
        let tree = ProcessTree(of: running.child.pid)
        let before = tree.proportionalBytes
        var idle: [Wire] = []
        let dialer = try SecureDialer()
        for index in 0..<Self.connections {
            // A thousand from each source address: 127.0.0.2 and on.
            let wire = try running.connect(fromHost: UInt8(2 + index / 1000), dialer)
            _ = try Answer(to: Self.ask, from: running.port, over: wire)
            idle.append(wire)
        }
        sleep(1)
        let after = tree.proportionalBytes
        let gone = idle.count { $0.hasEnded }
        if gone > 0 {
            result.faults.append("\(running.contender.rawValue) closed \(gone) idle connections")
        }
        return Double(after - before) / Double(Self.connections)
    }

    /// A few hundred requests, so that what is made once is not counted against the connections.
    private func warmUp(_ running: Running) throws(Trouble) {
        let wire = try running.connect()
        for _ in 0..<500 { _ = try Answer(to: Self.ask, from: running.port, over: wire) }
        sleep(1)
    }
}
