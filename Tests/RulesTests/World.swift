import HTTPWire
import JSON
import Policy
import Rules
import Testing
import Vocabulary

/// What is around a request while it is judged: the day, who asks, and how full the buckets are.
///
/// Requests are bytes that the real parser reads, and the one evaluator judges them; only what a gateway
/// would ask of others is made up here.
final class World {
    let policy: Policy
    var circumstances: Circumstances
    var isStoreDown = false
    /// The name of the TLS handshake.
    var serverName: String?
    /// What the upstream says.
    var status = 200
    private(set) var trace: [String] = []
    private var buckets: [KeyedHash.Digest: Bucket] = [:]

    /// - at: the day on whose first instant everything happens.
    init(_ rules: String, _ files: [String: String] = [:], at day: String = "2026-11-20") throws {
        let compiled = try compile(rules, files)
        let said = compiled.diagnostics.all.filter { $0.severity == .error }.map(\.message)
        try #require(said == [])
        policy = try #require(compiled.policy)
        circumstances = Circumstances(
            now: try #require(Day(day)).start,
            client: IPAddress(v4: 0xc000_0201),
            hash: KeyedHash(key: KeyedHash.Digest(high: 1, low: 2))
        )
    }

    convenience init(_ policy: Policy) { self.init(of: policy) }

    private init(of policy: Policy) {
        self.policy = policy
        circumstances = Circumstances(
            now: Day("2026-11-20")?.start ?? 0,
            client: IPAddress(v4: 0xc000_0201),
            hash: KeyedHash(key: KeyedHash.Digest(high: 1, low: 2))
        )
    }

    func moves(to day: String) throws { circumstances.now = try #require(Day(day)).start }

    func comes(from address: String) throws {
        let bytes = Array(address.utf8)
        circumstances.client = unsafe IPAddress(bytes.span.bytes)
        try #require(circumstances.client != nil)
    }

    /// What becomes of one request, in the words of the language.
    ///
    /// - line: `GET https://api.example.com/v1/login`.
    /// - token: the claims of a valid token.
    func verdict(
        _ line: String,
        _ fields: [String] = [],
        token: String? = nil,
        json: String? = nil,
        form: String? = nil
    ) throws -> String {
        let parts = line.split(separator: " ", maxSplits: 1)
        let rest = parts[1].split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        let target = rest[2].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let body = json ?? form ?? ""
        var lines = ["\(parts[0]) /\(target.count > 1 ? target[1] : "") HTTP/1.1"]
        lines.append("Host: \(target[0])")
        lines += fields
        if token != nil { lines.append("Authorization: Bearer x") }
        if json != nil { lines.append("Content-Type: application/json") }
        if form != nil { lines.append("Content-Type: application/x-www-form-urlencoded") }
        if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
        return try judge(lines.joined(separator: "\r\n") + "\r\n\r\n", Array(body.utf8), token)
    }

    private func judge(_ head: String, _ body: [UInt8], _ token: String?) throws -> String {
        let pool = BlockPool()
        var input = ByteBuffer()
        unsafe input.append(Array(head.utf8).span.bytes)
        var parser = RequestParser()
        var request = RequestHead()
        let isWhole = try parser.parse(&input, into: &request, from: pool)
        try #require(isWhole)
        var desk = Desk()
        var judgement = Judgement(circumstances)
        let trace = Trace()
        judgement.trace = trace
        defer {
            self.trace = trace.lines.map { line in
                let place = policy.text(of: line.place)
                return "\(line.stage.rawValue) \(line.text)" + (place.isEmpty ? "" : " \(place)")
            }
        }
        let name = serverName.map { Array($0.utf8) }
        var isBodyAsked = false
        while true {
            let given = isBodyAsked ? body : []
            let need =
                if let name {
                    unsafe judgement.next(
                        request,
                        body: given.span.bytes,
                        serverName: name.span.bytes,
                        under: policy,
                        with: &desk
                    )
                } else {
                    unsafe judgement.next(
                        request,
                        body: given.span.bytes,
                        serverName: nil,
                        under: policy,
                        with: &desk
                    )
                }
            switch need {
            case .charges: judgement.note(charge(judgement.charges))
            case .token: judgement.note(try finding(token))
            case .body: isBodyAsked = true
            case .forward: return end(judgement, "forwarded", status: status)
            case .preflight: return end(judgement, "answered 204", status: 204)
            case .redirect(let location, let status):
                return end(judgement, "redirected to \(location), \(status)", status: status)
            case .refusal(let refusal):
                return end(judgement, Self.text(refusal), status: refusal.status)
            }
        }
    }

    private static func text(_ refusal: Refusal) -> String {
        let name = refusal.name.isEmpty ? refusal.stage.refusalName : refusal.name
        return "refused by \(name), \(refusal.status)"
    }

    private func end(_ judgement: Judgement, _ verdict: String, status: Int) -> String {
        for settlement in judgement.settlements(status: status) {
            switch settlement {
            case .giveBack(let charge): buckets[charge.key]?.giveBack(charge.terms)
            case .strike(let charge):
                _ = buckets[charge.key, default: Bucket()].take(charge.terms, at: now)
            }
        }
        guard verdict == "forwarded", judgement.route >= 0,
            case .upstream(let number) = policy.routes[judgement.route].destination
        else { return verdict }
        return "\(verdict) to \(policy.upstreams[number])"
    }

    private var now: Int64 { circumstances.now * 1_000_000_000 }

    private func charge(_ charges: [Charge]) -> [Charge.Outcome] {
        charges.map { charge in
            if isStoreDown, !charge.isOnNode { return .unavailable }
            var bucket = buckets[charge.key, default: Bucket()]
            defer { buckets[charge.key] = bucket }
            let isGranted =
                charge.manner == .look
                ? bucket.tokens(charge.terms, at: now) > 0 : bucket.take(charge.terms, at: now)
            return isGranted
                ? .granted(remaining: bucket.tokens(charge.terms, at: now))
                : .spent(retryAfterSeconds: 1)
        }
    }

    private func finding(_ token: String?) throws -> TokenFinding {
        guard let token else { return .invalid }
        let terms = policy.auths.first
        let bytes = Array(token.utf8)
        let (user, role) = (terms?.user ?? "sub", terms?.role ?? "role")
        return .valid(unsafe try Claims(bytes.span.bytes, user: user, role: role))
    }
}

/// The policy that these rules mean, with whatever files they name.
func compile(_ rules: String, _ files: [String: String] = [:]) throws -> Compiled {
    let all = files.merging(["main.gate": rules]) { $1 }
    return try Rules.compile(
        entry: "main.gate",
        in: TextFiles(all),
        now: DiagnosticTests.today
    )
}

/// One site, with what a test says of it.
func site(_ rules: String, above: String = "") -> String {
    let auth = """
        auth jwt {
          issuer https://login.example.com
          audience "api"
          keys https://login.example.com/jwks.json
          algorithms ES256
          user is token.sub
          role is token.role
        }
        """
    return """
        upstream api { servers 10.0.1.10:8443 }
        upstream other { servers 10.0.1.11:8443 }
        \(above)
        site api.example.com {
        send to api
        \(rules)
        }
        \(above.contains("auth jwt") ? "" : auth)
        """
}
