import Policy
import Vocabulary

/// What is said about the machine and cannot be meant together.
///
/// Where nothing listens nothing is said: a part of the rules is judged without its entry file too.
extension Checker {
    mutating func checkMachine() {
        for listen in program.listens { check(listen) }
        checkPlaces()
        checkTLS()
        for trust in program.trusts { check(trust) }
        for upstream in program.upstreams { check(upstream) }
        for (_, route) in routes { checkUpgrade(route) }
    }

    // MARK: Listeners

    private mutating func check(_ listen: ListenItem) {
        if case .name(let name, let port) = listen.place.value {
            say(
                Diagnostic(
                    .wrongType,
                    "`\(name)` is a name, and nobody listens at one",
                    at: listen.place.at
                )
                .help(
                    "write an address, such as `127.0.0.1:\(port)`, or `:\(port)` for all of them"
                )
            )
        }
        if let redirect = listen.redirect, let tls = listen.speaksTLS {
            say(
                Diagnostic(
                    .listenerContradicts,
                    "this listener speaks TLS and sends everybody to it",
                    at: redirect.at,
                    "nobody would ever arrive"
                )
                .related(tls.at, "TLS is spoken here")
                .help("redirect at another port: `listen :80 redirect to https`")
            )
        }
        guard let from = listen.proxyFrom else { return }
        checkWritten(from)
        guard case .unix = listen.place.value else { return }
        say(
            Diagnostic(
                .listenerContradicts,
                "nobody on a Unix socket has an address to be in `\(from.value)`",
                at: from.at
            )
            .related(listen.place.at, "the socket")
            .help("write `with proxy protocol` alone: its folder says who may connect")
        )
    }

    private mutating func checkPlaces() {
        var seen: [Installation.Place: SourceRange] = [:]
        for listen in program.listens {
            let place = listen.place.value
            if place.port == 0 { continue }
            if let earlier = seen[place] {
                say(
                    Diagnostic(
                        .placeTaken,
                        "`\(place.text)` is listened at twice",
                        at: listen.place.at,
                        "the second would find it taken"
                    )
                    .related(earlier, "by this one")
                    .help("say all about it in one sentence")
                )
            }
            seen[place] = listen.place.at
        }
    }

    // MARK: TLS

    private mutating func checkTLS() {
        guard !program.listens.isEmpty, !isAnyUnread("listen") else { return }
        let machine = program.machine
        let secure = program.listens.filter { $0.speaksTLS != nil }
        let hasPair = !machine.pairs.isEmpty || program.listens.contains { $0.pair != nil }
        if !hasPair, !isAnyUnread("certificate"), let listen = secure.first {
            say(
                Diagnostic(
                    .tlsWithoutCertificate,
                    "this listener speaks TLS and has no certificate to show",
                    at: listen.speaksTLS?.at ?? listen.at
                )
                .help("add `certificate file(\"/etc/gatehouse/tls.crt\") and key file(\"…\")`")
            )
        }
        guard secure.isEmpty else { return }
        let unused: [(what: String, at: SourceRange?)] = [
            ("certificate", machine.pairs.first?.certificate.at),
            ("tls at least", machine.isNewestOnly?.at),
            ("client certificates", machine.clients?.at),
            ("insist on https", machine.strict?.at),
        ]
        for case (let what, let place?) in unused {
            say(
                Diagnostic(
                    .tlsUnused,
                    "`\(what)` is about TLS, and no listener speaks it",
                    at: place,
                    "this protects nobody"
                )
                .help("write `listen :443 with tls`, or leave it out")
            )
        }
    }

    private func isAnyUnread(_ word: String) -> Bool { mayBeUnread(word) }

    // MARK: Trust

    private mutating func check(_ trust: TrustItem) {
        checkWritten(trust.list)
        guard trust.header.value != "x-forwarded-for" else { return }
        say(
            Diagnostic(
                .unknownWord,
                "`\(trust.header.value)` is no header a client is known by",
                at: trust.header.at
            )
            .help("write `trust x-forwarded-for from \(trust.list.value)`")
        )
    }

    /// Whom the machine believes stands in the rules themselves: it cannot change behind them.
    private mutating func checkWritten(_ name: Name) {
        guard let list = program.lists.first(where: { $0.name.value == name.value }),
            let file = list.file
        else { return }
        say(
            Diagnostic(
                .wrongType,
                "`\(name.value)` is read from a file, and whom to believe is said in the rules",
                at: name.at
            )
            .related(file.at, "read from here")
            .help("write its entries in place: `list \(name.value) of ip { … }`")
        )
    }

    // MARK: Upstreams

    private mutating func check(_ upstream: UpstreamItem) {
        if upstream.servers.isEmpty, upstream.serversFrom == nil, !mayBeUnread("servers") {
            sayUnreachable(
                "upstream `\(upstream.name.value)` has no servers",
                upstream.name.at,
                "add `servers 10.0.1.10:8443`"
            )
        }
        if upstream.servers.count > RulesBounds.serverMax {
            sayUnreachable(
                "upstream `\(upstream.name.value)` has more than \(RulesBounds.serverMax) servers",
                upstream.servers[RulesBounds.serverMax].place.at,
                "put a balancer of its own before so many, or name them by one name"
            )
        }
        for server in upstream.servers {
            switch server.place.value {
            case .everywhere(let port):
                sayUnreachable(
                    "`:\(port)` says on no machine where the server is",
                    server.place.at,
                    "write its address too, such as `127.0.0.1:\(port)`"
                )
            case .tcp(_, 0), .name(_, 0):
                sayUnreachable("no server has port 0", server.place.at, "say where it listens")
            case .unix where upstream.tls != nil && upstream.tls?.name == nil:
                sayUnreachable(
                    "there is no name for the certificate of this server to bear",
                    server.place.at,
                    "say it: `tls with name api.internal`"
                )
            default: break
            }
        }
        guard let resolver = upstream.resolver else { return }
        if case .tcp(_, let port) = resolver.value, port > 0 { return }
        sayUnreachable(
            "a name server is known by its address",
            resolver.at,
            "write it like this: `resolver 127.0.0.1:53`"
        )
    }

    private mutating func sayUnreachable(_ what: String, _ place: SourceRange, _ help: String) {
        say(Diagnostic(.unreachableServer, what, at: place).help(help))
    }

    // MARK: Routes

    private mutating func checkUpgrade(_ route: RouteItem) {
        guard let websocket = route.websocket,
            !route.methods.contains(where: { $0.value == .get })
        else { return }
        say(
            Diagnostic(
                .upgradeWithoutGet,
                "a WebSocket begins with GET, and `\(route.name.value)` does not take it",
                at: websocket.at
            )
            .related(route.name.at, "the route")
            .help("add GET to its methods, or leave `websocket` out")
        )
    }
}
