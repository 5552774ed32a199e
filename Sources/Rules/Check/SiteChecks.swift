import Policy
import Vocabulary

/// Hosts, and whose pages may call.
extension Checker {
    mutating func checkHosts() {
        var seen: [String: SourceRange] = [:]
        // Where nobody says what it is, it is what must not be mistaken.
        let isProduction = (program.environments.first?.value ?? "production") == "production"
        for site in program.sites {
            for host in site.hosts + site.testHosts { checkHost(host, &seen) }
            guard isProduction, let first = site.testHosts.first else { continue }
            say(
                Diagnostic(
                    .notOneHost,
                    "`\(first.value)` is a test host, and this is production",
                    at: first.at,
                    "test hosts load only where `environment` is not `production`"
                )
                .note(
                    program.environments.isEmpty
                        ? "where no file says `environment`, it is production"
                        : "`environment production` is said"
                )
                .help("move them to a file that only staging includes")
            )
        }
    }

    private mutating func checkHost(_ host: Name, _ seen: inout [String: SourceRange]) {
        if let earlier = seen[host.value] {
            say(
                Diagnostic(
                    .hostInTwoSites,
                    "`\(host.value)` belongs to two sites",
                    at: host.at,
                    "again here"
                )
                .related(earlier, "this site has it already")
                .help("one host is one site: put the routes together")
            )
            return
        }
        seen[host.value] = host.at
        guard let wrong = Self.fault(inHost: host.value) else { return }
        say(
            Diagnostic(.notOneHost, "`\(host.value)` is not one host", at: host.at, wrong)
                .help(
                    "name each host whole, in small letters and without a port: `api.example.com`"
                )
        )
    }

    static func fault(inHost host: String) -> String? {
        if host.contains("*") { return "a site has no wildcards: a host nobody named is refused" }
        if host.contains("://") { return "this is a URL" }
        if host.contains(":") { return "the port belongs to `listen`" }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { $0.isLower || $0.isDigit || $0 == UInt8(ascii: "-") }
        }
        guard isPlain, host.utf8.count <= 253 else {
            return host.utf8.contains(where: \.isUpper)
                ? "hosts are written in small letters" : "no DNS has such a name"
        }
        let isAddress = labels.count == 4 && labels.allSatisfy { $0.utf8.allSatisfy(\.isDigit) }
        return isAddress ? "an address is not a name anybody can be served under" : nil
    }

    // MARK: CORS

    mutating func checkCORS() {
        for site in program.sites {
            for cors in site.cors {
                for origin in cors.origins { checkOrigin(origin, cors) }
            }
            if site.cors.count > 1 {
                say(
                    Diagnostic(
                        .saidTwice,
                        "`cors` is said twice",
                        at: site.cors[1].at,
                        "again here"
                    )
                    .related(site.cors[0].at, "and said here already")
                    .help("put both into one block")
                )
            }
        }
        for list in program.lists where list.kind.value == .origin {
            for entry in list.entries { checkOrigin(entry.value, nil) }
        }
    }

    private mutating func checkOrigin(_ origin: Token, _ cors: CORSItem?) {
        if origin.kind == .word, origin.text != "null" { return }
        let isWild = origin.text.contains("*") || origin.text == "null"
        guard isWild || !Self.isOrigin(origin.text) else { return }
        if !isWild {
            say(
                Diagnostic(
                    .wildcardOrigin,
                    "`\(origin.text)` is not an origin",
                    at: origin.at,
                    "an origin is a scheme, a host and perhaps a port"
                )
                .help("write `https://app.example.com`, with no path behind it")
            )
            return
        }
        let credentials = cors?.credentials
        let label =
            credentials == nil
            ? "any website could read the answers" : "any website could act as a signed-in user"
        var diagnostic = Diagnostic(
            .wildcardOrigin,
            "CORS cannot trust everyone",
            at: origin.at,
            label
        )
        if let credentials {
            diagnostic = diagnostic.related(credentials.at, "because credentials are sent")
        }
        say(diagnostic.help("name the origins: `origins production_origins, qa_origins`"))
    }

    static func isOrigin(_ text: String) -> Bool {
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
            let rest = text.dropFirst(scheme.count)
            return !rest.isEmpty
                && rest.utf8.allSatisfy {
                    $0.isLower || $0.isDigit || ".-:[]".utf8.contains($0)
                }
        }
        return false
    }
}
