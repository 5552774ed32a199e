import Glibc

/// The claim that bodies stream: 1 GiB passes each way while the gateway's memory stays put.
struct StreamBenchmark {
    private static let growthBytesMax = 4 << 20
    private static let warmUpSize = 1 << 20

    private let options: Options
    private let roster: Roster
    private let pattern = Pattern()

    init(_ options: Options, _ roster: Roster) {
        self.options = options
        self.roster = roster
    }

    private struct Outcome: Encodable {
        let passage: String
        let bytes: Int
        let seconds: Double
        let growthBytes: Int
        let wantedBelow: Int
        let holds: Bool

        var sentence: String {
            let mebibytes = Table.number(Double(growthBytes) / 1_048_576, 2)
            let verdict = holds ? "holds" : "falls short"
            return
                "\(passage): \(bytes >> 20) MiB in \(Table.number(seconds, 2)) s, memory grew by "
                + "\(mebibytes) MiB (wanted: below \(wantedBelow >> 20)): \(verdict)"
        }
    }

    /// Prints each passage; whether all hold.
    func run() throws(Trouble) -> Bool {
        let upstream = try StreamUpstream(pattern)
        upstream.start()
        let running = try Contender.gatehouse.start(
            in: roster,
            upstream: [upstream.port],
            gatehouse: options.gatehouse
        )
        var outcomes: [Outcome] = []
        for passage in Passage.all(of: options.isQuick ? 64 << 20 : 1 << 30) {
            let outcome = try measure(passage, through: running)
            if options.format == .text { say(outcome.sentence) }
            outcomes.append(outcome)
        }
        if options.format == .json { say(try JSONText.of(outcomes)) }
        return outcomes.allSatisfy(\.holds)
    }

    private func measure(
        _ passage: Passage,
        through running: Running
    ) throws(Trouble) -> Outcome {
        let small = Passage(
            direction: passage.direction,
            isChunked: passage.isChunked,
            size: Self.warmUpSize
        )
        try pass(small, through: running.port)
        let tree = ProcessTree(of: running.child.pid)
        try tree.forgetPeak()
        let before = tree.residentBytes
        let clock = ContinuousClock()
        let start = clock.now
        try pass(passage, through: running.port)
        let seconds = (clock.now - start) / .seconds(1)
        let growth = max(tree.peakBytes, tree.residentBytes) - before
        return Outcome(
            passage: passage.title,
            bytes: passage.size,
            seconds: seconds,
            growthBytes: growth,
            wantedBelow: Self.growthBytesMax,
            holds: growth < Self.growthBytesMax
        )
    }

    private func pass(_ passage: Passage, through port: UInt16) throws(Trouble) {
        let wire = try Wire(to: port)
        let method = passage.direction == .download ? "GET" : "POST"
        let framing = passage.direction == .upload ? "\(passage.framingField)\r\n" : ""
        let host = "bench.test:\(port)"
        try wire.send("\(method) \(passage.target) HTTP/1.1\r\nHost: \(host)\r\n\(framing)\r\n")
        if passage.direction == .upload { try passage.send(pattern, over: wire) }
        guard let head = try wire.readHead(), head.secondWord == "200" else {
            throw Trouble("\(passage.title): the gateway did not answer 200")
        }
        if passage.direction == .download {
            try passage.receive(head.framing, pattern, over: wire)
        }
    }
}
