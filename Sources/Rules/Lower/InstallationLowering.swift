import Policy
import Vocabulary

/// Turns what a program says about its machine into an `Installation`.
///
/// The program has been checked: what cannot be meant is left out here without a word.
struct InstallationLowering {
    private let program: Program
    /// What "today" is: entries of lists end by it.
    private let now: Int64

    init(_ program: Program, now: Int64) {
        self.program = program
        self.now = now
    }

    func lowered() -> Installation {
        let machine = program.machine
        var made = Installation()
        made.listeners = program.listens.flatMap(listeners)
        made.workers = machine.workers?.value
        made.tls = tls()
        made.secret = machine.secret?.value
        made.trusted = program.trusts.flatMap { networks(of: $0.list.value) }
        made.guards.connectionMax = machine.connectionMax?.value
        made.guards.connectionPerAddressMax = machine.connectionPerAddressMax?.value
        made.guards.requestMax = machine.requestMax?.value
        made.guards.memoryByteMax = machine.memory?.value
        made.deadlines = deadlines(machine.deadlines)
        // In the order in which a policy numbers them.
        made.upstreams = program.upstreams.sorted { $0.name.value < $1.name.value }
            .map(UpstreamLowering.lowered)
        made.accessLog = accessLog()
        made.auditFile = program.audits.first?.value
        made.process.user = machine.process.user?.value
        made.process.pidFile = machine.process.pidFile?.value
        made.process.drain = machine.process.drain?.value
        made.process.handOver = machine.process.handOver?.value
        made.controlPath = machine.control?.value
        return made
    }

    private func listeners(_ item: ListenItem) -> [Installation.Listener] {
        var listener = Installation.Listener(item.place.value)
        listener.speaksTLS = item.speaksTLS != nil
        listener.redirectsToPort = item.redirect.map { UInt16(clamping: $0.value) }
        if item.takesProxyFromAll != nil { listener.proxies = [] }
        if let list = item.proxyFrom?.value { listener.proxies = networks(of: list) }
        return [listener]
    }

    private func tls() -> Installation.TLS {
        let machine = program.machine
        var made = Installation.TLS()
        let pairs = program.listens.compactMap(\.pair) + machine.pairs
        for pair in pairs.map({ $0.lowered }) where !made.pairs.contains(pair) {
            made.pairs.append(pair)
        }
        made.isNewestOnly = machine.isNewestOnly?.value ?? false
        if let clients = machine.clients {
            made.clients = clients.isOptional ? .optional : .required
            made.authorities = clients.authority.value
        }
        made.strictSeconds = machine.strict.map { Int($0.value.components.seconds) }
        return made
    }

    private func deadlines(_ item: DeadlinesItem) -> Installation.Deadlines {
        func time(_ name: String) -> Duration? { item.times[name]?.value }
        var made = Installation.Deadlines()
        made.handshake = time("handshake")
        made.head = time("head")
        made.idle = time("idle")
        made.connect = time("connect")
        made.firstByte = time("first byte")
        made.answerPause = time("answer pause")
        made.keepAlive = time("keep alive")
        made.exchange = time("exchange")
        made.tunnelPause = time("tunnel pause")
        made.bytesPerSecondMin = item.pace?.value
        return made
    }

    private func accessLog() -> Installation.LogPlace {
        guard let item = program.accessLogs.first else { return .standardOutput }
        return switch item.path?.value {
        case nil: .none
        case "-": .standardOutput
        case let path?: .file(path: path)
        }
    }

    /// The networks a list names today.
    private func networks(of list: String) -> [AddressBlock] {
        guard let item = program.lists.first(where: { $0.name.value == list }) else { return [] }
        return item.entries.compactMap { entry in
            if let until = entry.until?.value, until.end <= now { return nil }
            return AddressBlock(text: entry.value.text)
        }
    }
}

extension PairItem {
    var lowered: Installation.Pair {
        Installation.Pair(certificate: certificate.value, key: key.value)
    }
}
