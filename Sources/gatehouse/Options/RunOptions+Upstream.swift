import Gateway
import Transport
import Vocabulary

/// The servers behind the gateway, and on what terms they are asked.
extension RunOptions {
    static let upstreamUsage = """
          --balance HOW              least-request (default), round-robin, hash:client or hash:header:NAME
          --sticky COOKIE            keep a client with its server by a cookie of this name
          --health-check PATH        ask every server for PATH; one that does not answer 2xx is not asked
          --health-interval TIME     between two checks of a server (default 5s)
          --health-timeout TIME      for a check to be answered (default 2s)
          --eject-after N            failures in a row until a server is left alone (default 5; 0: never)
          --breaker PERCENT          of requests failed until none is tried for a while (default 50; 0: off)
          --retry-budget PERCENT     of requests that may be sent again (default 20; 0: none)
          --upstream-connections N   in use at once to one server (default 4096)
          --pending N                requests that wait for one, all together (default 256)
          --pending-timeout TIME     how long they wait (default 1s)
          --resolver ADDRESS         the name server to ask (default: the system's)
        """

    mutating func takeUpstream(
        _ flag: String,
        _ arguments: inout Arguments
    ) throws(UsageError) -> Bool {
        switch flag {
        case "--upstream":
            settings.upstreams[0].servers.append(try arguments.server())
            guard settings.upstreams[0].servers.count <= UpstreamSettings.serversMax else {
                throw UsageError("more than \(UpstreamSettings.serversMax) servers")
            }
        case "--balance": settings.upstreams[0].balance = try balance(&arguments)
        case "--sticky":
            settings.upstreams[0].stickyCookie = try arguments.token("gatehouse_server")
        case "--eject-after":
            settings.upstreams[0].ejection.failuresMin = try arguments.integer(in: 0...1000)
        case "--breaker":
            settings.upstreams[0].breaker.failurePercentMin = try arguments.integer(in: 0...100)
        case "--retry-budget":
            let percent = try arguments.integer(in: 0...100)
            settings.upstreams[0].retry.percentMax = percent
            if percent == 0 { settings.upstreams[0].retry.perSecondMin = 0 }
        case "--upstream-connections":
            settings.upstreams[0].connectionsMax = try arguments.integer(in: 1...1 << 20)
        case "--pending": settings.upstreams[0].pendingMax = try arguments.integer(in: 0...1 << 16)
        case "--pending-timeout": settings.upstreams[0].pendingPatience = try arguments.patience()
        case "--resolver": settings.upstreams[0].resolver = try resolver(&arguments)
        default: return try takeHealth(flag, &arguments)
        }
        return true
    }

    /// The interval and the timeout may come before the path they belong to.
    private mutating func takeHealth(
        _ flag: String,
        _ arguments: inout Arguments
    ) throws(UsageError) -> Bool {
        switch flag {
        case "--health-check":
            let path = try arguments.value("/healthz")
            guard path.hasPrefix("/"), path.utf8.allSatisfy({ $0.isIn(.visible) }) else {
                throw UsageError("`\(path)` is no path", help: "write one like `/healthz`")
            }
            healthSettings.path = path
        case "--health-interval": healthSettings.interval = try arguments.patience()
        case "--health-timeout": healthSettings.patience = try arguments.patience()
        default: return false
        }
        return true
    }

    private func balance(_ arguments: inout Arguments) throws(UsageError) -> Balance {
        let text = try arguments.value("least-request")
        switch text {
        case "least-request": return .leastRequest
        case "round-robin": return .roundRobin
        case "hash:client": return .hash(.client)
        case _ where text.hasPrefix("hash:header:"):
            let name = text.dropFirst("hash:header:".count)
            if !name.isEmpty, name.utf8.allSatisfy(\.isToken) {
                return .hash(.field(name.lowercased()))
            }
        default: break
        }
        throw UsageError(
            "`\(text)` is no way to balance",
            help: "there are `least-request`, `round-robin`, `hash:client` and `hash:header:NAME`"
        )
    }

    private func resolver(_ arguments: inout Arguments) throws(UsageError) -> SocketAddress {
        let text = try arguments.value("127.0.0.1:53")
        guard let address = SocketAddress(text), case .tcp(_, let port) = address, port != 0 else {
            throw UsageError(
                "`\(text)` is no name server",
                help: "write its address and port, as `127.0.0.1:53`"
            )
        }
        return address
    }
}
