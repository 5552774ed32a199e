import HTTPWire
import JSON
import Policy
import Vocabulary

/// A request as a test describes it, and the judgement that traffic would get.
struct OneRequest {
    var method = "GET"
    var host = "a.test"
    var path = "/"
    /// What its token says; nil where it brings none.
    var token: String?
    var client: IPAddress?
    var crawler = Crawler.none
    var now: Int64 = 0

    /// What came of it.
    struct Outcome {
        var passes = false
        var refusal: Refusal?
        /// The lines that counted it.
        var lines: [Int] = []
        /// -1 where it came to no route.
        var route = -1
    }

    /// Who asks, and when.
    var circumstances: Circumstances {
        let hash = KeyedHash(key: KeyedHash.Digest(high: 1, low: 2))
        var found = Circumstances(now: now, client: client, hash: hash)
        found.crawler = crawler
        return found
    }

    /// Judges it; every bucket has tokens.
    func judged(under policy: Policy, with desk: inout Desk) throws -> Outcome {
        try judged(as: [circumstances], under: policy, with: &desk)[0]
    }

    /// Judges it once for each of those who might send it.
    func judged(
        as circumstances: [Circumstances],
        under policy: Policy,
        with desk: inout Desk
    ) throws -> [Outcome] {
        var head = RequestHead()
        try read(into: &head)
        let text = Array((token ?? "{}").utf8)
        let claims = unsafe try Claims(text.span.bytes, user: "sub", role: "role")
        var judgement = Judgement(self.circumstances)
        var found: [Outcome] = []
        for one in circumstances {
            judgement.begin(one)
            found.append(Self.run(&judgement, head, claims, policy, &desk))
        }
        return found
    }

    private static func run(
        _ judgement: inout Judgement,
        _ head: borrowing RequestHead,
        _ claims: Claims,
        _ policy: Policy,
        _ desk: inout Desk
    ) -> Outcome {
        var outcome = Outcome()
        while true {
            let need = judgement.next(
                head,
                body: RawSpan(),
                serverName: nil,
                under: policy,
                with: &desk
            )
            outcome.route = judgement.route
            switch need {
            case .charges:
                outcome.lines += judgement.charges.map(\.line)
                judgement.note(judgement.charges.map { _ in .granted(remaining: 1) })
            case .token: judgement.note(.valid(claims))
            case .body: return outcome
            case .forward, .redirect, .preflight:
                outcome.passes = true
                return outcome
            case .refusal(let refusal):
                outcome.refusal = refusal
                return outcome
            }
        }
    }

    private func read(into head: inout RequestHead) throws {
        let authorization = token == nil ? "" : "Authorization: Bearer x\r\n"
        let text = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n\(authorization)\r\n"
        let pool = BlockPool()
        var input = ByteBuffer()
        input.append(text: text)
        var parser = RequestParser()
        _ = try parser.parse(&input, into: &head, from: pool)
    }
}
