import Policy
import Vocabulary

/// Sites, their hosts, and whose pages may call them.
extension Lowering {
    mutating func lowerSites() {
        let everywhere = bestowal(of: program.everywhere, over: Bestowal(), nil)
        policy.headers = everywhere.headers.rules
        var sites = declared.waysBySite.indices.map { (ways: declared.waysBySite[$0], index: $0) }
        sites.sort { firstHost(program.sites[$0.index]) < firstHost(program.sites[$1.index]) }
        var hosts: [(name: String, site: Int)] = []
        for (number, entry) in sites.enumerated() {
            let site = program.sites[entry.index]
            let names = hostNames(site)
            hosts += names.map { ($0, number) }
            let given = bestowal(of: site.scope, over: everywhere, nil)
            var ways: [(pattern: PathPattern, route: Int)] = []
            for way in entry.ways.sorted(by: { $0.route.name.value < $1.route.name.value }) {
                ways.append((way.pattern, policy.routes.count))
                policy.routes.append(lower(way, in: number, given))
            }
            policy.sites.append(
                Site(
                    hosts: names,
                    routes: RouteTable(ways),
                    cors: site.cors.first.map { lower($0) },
                    headers: given.headers.rules,
                    ownOrigins: ownOrigins(of: names),
                    place: place(site.at)
                )
            )
        }
        policy.hosts = HostTable(hosts)
    }

    private func firstHost(_ site: SiteItem) -> String { site.hosts.map(\.value).min() ?? "" }

    /// Names for tests are served where it is not production.
    private func hostNames(_ site: SiteItem) -> [String] {
        let tests = policy.environment == Self.defaultEnvironment ? [] : site.testHosts
        return (site.hosts + tests).map(\.value).sorted()
    }

    /// Origins of the site's own pages: its hosts over https, always; over http, and at other ports than the
    /// usual ones, where a listener serves them so.
    ///
    /// Where TLS ends before us, the browser's port is not ours; then the usual one is meant.
    private func ownOrigins(of hosts: [String]) -> TextSet {
        var ends: Set<String> = []
        var servesPlain = program.listens.isEmpty
        for listen in program.listens where listen.redirect == nil {
            let isSecure = listen.speaksTLS != nil
            if !isSecure { servesPlain = true }
            guard let port = listen.place.value.port, port != (isSecure ? 443 : 80) else {
                continue
            }
            ends.insert("\(isSecure ? "https" : "http") \(port)")
        }
        return TextSet(
            hosts.flatMap { host in
                ["https://\(host)"] + (servesPlain ? ["http://\(host)"] : [])
                    + ends.map { end in
                        let parts = end.split(separator: " ")
                        return "\(parts[0])://\(host):\(parts[1])"
                    }
            }
        )
    }

    private func lower(_ cors: CORSItem) -> CORSTerms {
        let literals = cors.origins.map(declared.literal).filter { $0.kind == .url }
        return CORSTerms(
            origins: TextSet(literals.map(\.value)),
            lists: cors.origins.compactMap { $0.kind == .word ? listNumbers[$0.text] : nil },
            methods: MethodSet(cors.methods.map(\.value)),
            headers: Set(cors.headers.map(\.value)).sorted(),
            allowsCredentials: cors.credentials != nil,
            rememberSeconds: cors.remember.map { Int($0.value.components.seconds) },
            place: place(cors.at)
        )
    }
}
