import Policy
import Vocabulary

/// Canaries that have a way back, and switches that do not reach too far.
extension Checker {
    /// Above this share a canary is no canary.
    private static let canaryMostPercent = 10

    /// What holds for the whole gateway is said once, in whichever file.
    mutating func checkSettings() {
        sayTwice(program.languages.map(\.at), "`language`")
        sayTwice(program.environments.map(\.at), "`environment`")
        sayTwice(program.stores.map(\.at), "`store`")
        sayTwice(program.accessLogs.map(\.at), "`access log`")
        sayTwice(program.exceptionTerms.map(\.at), "`exceptions`")
        sayTwice(program.maintenances.map(\.at), "`maintenance`")
        sayTwice(program.killSwitches.map(\.at), "`kill switch`")
        sayTwice(program.gates.map(\.at), "`access`")
        sayTwice(program.audits.map(\.at), "`audit`")
        // Several issuers may be trusted, each once.
        for auths in Dictionary(grouping: program.auths, by: { $0.issuer?.value ?? "" }).values {
            sayTwice(auths.map(\.at), "`auth` of this issuer")
        }
    }

    private mutating func sayTwice(_ places: [SourceRange], _ what: String) {
        guard let first = places.first else { return }
        for place in places.dropFirst() {
            say(
                Diagnostic(.saidTwice, "\(what) is said twice", at: place, "again here")
                    .related(first, "and said here already")
                    .help("order does not decide here: keep one of them")
            )
        }
    }

    mutating func checkOperation() {
        for canary in program.canaries { check(canary) }
        for item in program.guardrails { for rail in item.rails { check(rail) } }
        for item in program.killSwitches { check(item) }
        for list in program.lists { check(list) }
    }

    private mutating func check(_ canary: CanaryItem) {
        for key in canary.keys { checkKey(key) }
        guard let guardrails = canary.guardrails else {
            say(
                Diagnostic(
                    .canaryWithoutWayBack,
                    "this canary has no way back",
                    at: canary.at,
                    "nothing stops it when it goes wrong"
                )
                .help("add `roll back on NAME`, and declare `guardrails NAME { … }`")
            )
            return
        }
        let known = names.all(.guardrails)
        if !known.contains(guardrails.value), !mayBeUnread(guardrails.value) {
            say(
                Diagnostic(
                    .unknownGuardrails,
                    "there are no guardrails `\(guardrails.value)`",
                    at: guardrails.at,
                    Nearest.to(guardrails.value, among: known).map { "did you mean `\($0)`?" } ?? ""
                )
                .help(
                    "declare them: `guardrails \(guardrails.value) { error rate above 1% over 5m }`"
                )
            )
        }
        guard let start = canary.start, start.value > Self.canaryMostPercent else { return }
        say(
            Diagnostic(
                .canaryLarge,
                "this canary starts at \(start.value)%",
                at: start.at,
                "if it goes wrong, it goes wrong for many"
            )
            .help("start at 5%, and let `grow to` do the rest")
        )
    }

    private mutating func check(_ rail: GuardrailsItem.Rail) {
        let isTime = rail.metric.value == "p95"
        let wrong: (is: String, wanted: String)?
        switch rail.bound.kind {
        case .percent where isTime: wrong = ("a percent", "`800ms`")
        case .duration where !isTime: wrong = ("a time", "`1%`")
        default: wrong = nil
        }
        guard let wrong else { return }
        let unit = isTime ? "time" : "percent"
        say(
            Diagnostic(
                .metricUnit,
                "\(rail.metric.value) is measured in \(unit)",
                at: rail.bound.at,
                "this is \(wrong.is)"
            )
            .help("write \(wrong.wanted)")
        )
    }

    private mutating func check(_ item: KillSwitchItem) {
        for stop in item.stops where stop.value != "blocking" && stop.value != "canary" {
            say(
                Diagnostic(
                    .killSwitchReaches,
                    "the kill switch cannot stop `\(stop.value)`",
                    at: stop.at,
                    "sign-in, limits, CORS, hosts and closed paths go on, whatever happens"
                )
                .help("it may stop `blocking` and `canary`")
            )
        }
        guard item.atMost == nil else { return }
        say(
            Diagnostic(
                .noEnd,
                "this kill switch never goes back",
                at: item.at,
                "it has to arm itself again"
            )
            .help("add `for at most 60m`")
        )
    }

    /// Entries that are what the list says they are.
    private mutating func check(_ list: ListItem) {
        for entry in list.entries {
            if checkHostBits(entry.value) { continue }
            let fits: Bool =
                switch list.kind.value {
                case .ip: entry.value.kind == .address
                case .origin: entry.value.kind == .url
                case .host: entry.value.kind == .dotted || entry.value.kind == .word
                case .path: entry.value.kind == .path && !entry.value.isPattern
                case .text: entry.value.kind == .string
                case .country: entry.value.kind == .upper && entry.value.text.count == 2
                case .asn: entry.value.kind == .asn
                }
            guard !fits else { continue }
            say(
                Diagnostic(
                    .wrongType,
                    "`\(list.name.value)` is a list of \(list.kind.value.rawValue), and this is none",
                    at: entry.value.at
                )
                .related(list.kind.at, "declared here")
            )
        }
    }

    /// Whether an address is said to be a network as well.
    @discardableResult
    mutating func checkHostBits(_ token: Token) -> Bool {
        guard token.kind == .address, AddressBlock(text: token.text) == nil else { return false }
        sayHostBits(token)
        return true
    }

    private mutating func sayHostBits(_ token: Token) {
        let slash = token.text.firstIndex(of: "/") ?? token.text.endIndex
        let network = AddressBlock.network(
            of: String(token.text[..<slash]),
            prefix: String(token.text[slash...].dropFirst())
        )
        say(
            Diagnostic(
                .hostBits,
                "`\(token.text)` is an address and a network at once",
                at: token.at,
                "bits behind the prefix are set"
            )
            .help(
                network.map {
                    "write `\($0)` for the network, or `\(token.text[..<slash])` for the address"
                } ?? "write one address, or a network whose last bits are zero"
            )
        )
    }
}

extension AddressBlock {
    /// The network that an address with this prefix belongs to, as text.
    static func network(of address: String, prefix: String) -> String? {
        let bytes = Array(address.utf8)
        guard let address = unsafe IPAddress(bytes.span.bytes), let bits = Int(prefix) else {
            return nil
        }
        let width = address.isV4 ? 32 : 128
        guard (0...width).contains(bits) else { return nil }
        let kept = bits + (128 - width)
        let high =
            kept >= 64 ? address.high : address.high & (kept == 0 ? 0 : ~0 << UInt64(64 - kept))
        let low = kept <= 64 ? 0 : address.low & (~0 << UInt64(128 - kept))
        return "\(IPAddress(high: high, low: low))/\(bits)"
    }
}
