import Policy
import Vocabulary

/// The machine's side of an upstream.
enum UpstreamLowering {
    static func lowered(_ item: UpstreamItem) -> Installation.Upstream {
        var made = Installation.Upstream(item.name.value)
        made.servers = item.servers.map {
            Installation.Upstream.Server($0.place.value, weight: $0.weight?.value ?? 1)
        }
        made.serversFrom = item.serversFrom?.value
        made.balance = item.balance?.value ?? .leastBusy
        made.stickyCookie = item.cookie?.value
        made.tls = item.tls.map(tls)
        made.check = item.check.map {
            Installation.Upstream.Check(
                path: $0.path.value,
                every: $0.every.value,
                within: $0.within?.value
            )
        }
        made.firstByte = item.timeout?.value
        made.connectionMax = item.connectionMax?.value
        made.waitingMax = item.waitingMax?.value
        made.waiting = item.waiting?.value
        made.ejectAfter = item.ejectAfter?.value
        made.breakAbovePercent = item.breakAbove?.value
        made.retryPercentMax = item.retryAtMost?.value
        made.resolver = item.resolver?.value
        return made
    }

    private static func tls(_ item: UpstreamItem.TLS) -> Installation.Upstream.TLS {
        var made = Installation.Upstream.TLS()
        made.authorities = item.authority?.value
        if let certificate = item.certificate, let key = item.key {
            made.pair = Installation.Pair(
                certificate: certificate.value,
                key: key.value
            )
        }
        made.name = item.name?.value
        return made
    }
}
