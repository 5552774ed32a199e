import Rules
import Vocabulary

/// How much a policy says, and the text that says it.
///
/// The text is like what people write: most routes are plain, some name a segment or hold all that is
/// below, and every request is asked where it comes from.
struct RuleSizes: Hashable {
    var routes = 10
    var entries = 100
    var exclusions = 10

    static let smallest = RuleSizes()
    static let largest = RuleSizes(routes: 10_000, entries: 100_000, exclusions: 1000)

    /// One dimension at a time, then all at once.
    static let all: [RuleSizes] = [
        smallest,
        RuleSizes(routes: 1000), RuleSizes(routes: 10_000),
        RuleSizes(entries: 1000), RuleSizes(entries: 10_000), RuleSizes(entries: 100_000),
        RuleSizes(exclusions: 100), RuleSizes(exclusions: 1000),
        largest,
    ]

    static let entry = "rules.gate"
    static let routesInSite = 1000

    static let clientOctet: UInt32 = 77

    /// Clients that are in no list, and have listed neighbours.
    static func client(_ number: Int) -> IPAddress {
        let bits = (UInt32(truncatingIfNeeded: number) &* 40_503_003) >> 1 | 1 << 30
        return IPAddress(v4: bits & 0xffff_00ff | clientOctet << 8)
    }

    var siteCount: Int { max(1, routes / Self.routesInSite) }

    var title: String { "\(routes) routes, \(entries) addresses, \(exclusions) exclusions" }

    /// The day on which everything is judged: 2026-11-20.
    static let now: Int64 = 1_795_132_800

    var files: TextFiles {
        var text = Self.head
        for site in 0..<siteCount { text += self.site(site) }
        return TextFiles([Self.entry: text, "blocked.txt": addresses])
    }

    private static let head = """
        upstream api { servers 10.0.1.10:8443 }
        gateway { close /_debug/** /debug/** /actuator/** /.git/** /.env }
        list origins of origin {
          https://app.example.com
          https://www.example.com
          https://shop.example.com
        }
        list offices of ip {
          192.0.2.0/25
          198.51.100.0/24
        }
        list blocked of ip from "blocked.txt"
        limit everything {
          at most 600/m burst 100 per ip
          if redis is down at most 60/m on each node
        }
        block banned when client.ip in blocked
        block foreign when client.country is KP, IR and client.asn is AS64500
        promises {
          always closed /_debug/**
          always need a token POST PUT PATCH DELETE
          always limit GET POST PUT PATCH DELETE
        }

        """

    private func site(_ number: Int) -> String {
        var text = """
            site s\(number).example.com {
            send to api
            accept json up to 64KiB
            cors {
              origins origins
              methods GET POST
            }

            """
        let first = number * Self.routesInSite
        for route in first..<min(routes, first + Self.routesInSite) {
            text += "route r\(route) GET POST \(pattern(route))\n"
        }
        if number == 0 {
            for exclusion in 0..<exclusions {
                text += """
                    exclude sqli from json.field\(exclusion) on r0
                      because "texts carry quotes and dashes"
                      proved by "captures/\(exclusion).har"

                    """
            }
        }
        return text + "}\n"
    }

    private func pattern(_ route: Int) -> String {
        switch route % 4 {
        case 0: "/v1/things\(route)"
        case 1: "/v1/area\(route % 64)/things\(route)/:id"
        case 2: "/v1/area\(route % 64)/things\(route)/:id/notes"
        default: "/v1/files\(route)/**"
        }
    }

    /// A path of a route, and its host.
    func request(_ route: Int) -> (host: String, path: String) {
        let path = pattern(route).replacing(":id", with: "4217").replacing("**", with: "a/b/c.png")
        return ("s\(route / Self.routesInSite).example.com", path)
    }

    /// Networks of one address and of many, strewn among the clients, whose third number none of them has.
    private var addresses: String {
        var text = ""
        for number in 0..<entries {
            let bits = (UInt32(truncatingIfNeeded: number) &* 2_654_435_761) >> 1 | 1 << 30
            let (a, b, d) = (bits >> 24, bits >> 16 & 255, bits & 255)
            let c = bits >> 8 & 255 == Self.clientOctet ? 0 : bits >> 8 & 255
            text += number % 8 == 0 ? "\(a).\(b).\(c).0/24\n" : "\(a).\(b).\(c).\(d)\n"
        }
        return text
    }
}
