import HTTPWire
import JSON
import Policy
public import Rules
import Vocabulary

/// What must hold of every request under a policy that uses all there is; the fuzzer asks it too.
///
/// The first bytes say what is true around the request, and the rest is the request.
public final class JudgementOracle {
    private let policy: Policy
    private var desk = Desk()

    /// Questions a judgement asks before it ends: charges at three stages, twice each, and the rest.
    static let needMax = 16

    public init?(_ files: some Files) {
        guard
            let compiled = try? Rules.compile(entry: "main.gate", in: files, now: Self.now),
            let policy = compiled.policy
        else { return nil }
        self.policy = policy
    }

    static let now: Int64 = 1_795_132_800

    public func complaint(about bytes: [UInt8]) -> String? {
        guard bytes.count > 4 else { return nil }
        let world = Surroundings(bytes[0], bytes[1], bytes[2], bytes[3])
        let once = judged(Array(bytes[4...]), world)
        let again = judged(Array(bytes[4...]), world)
        if once != again { return "the same request is judged in two ways: \(once), \(again)" }
        return once.hasPrefix("endless") ? once : nil
    }

    private func judged(_ bytes: [UInt8], _ world: Surroundings) -> String {
        var head = RequestHead()
        var input = ByteBuffer()
        unsafe input.append(bytes.span.bytes)
        var parser = RequestParser()
        do throws(WireError) {
            let isWhole = try parser.parse(&input, into: &head, from: BlockPool())
            guard isWhole else { return "no request" }
        } catch { return "no request" }
        var judgement = Judgement(world.circumstances)
        judgement.trace = world.isTraced ? Trace() : nil
        var said: [String] = []
        let serverName = Array("api.example.com".utf8)
        for _ in 0..<Self.needMax {
            let need = unsafe judgement.next(
                head,
                body: input.bytes,
                serverName: world.hasServerName ? serverName.span.bytes : nil,
                under: policy,
                with: &desk
            )
            said.append("\(need)")
            switch need {
            case .charges: judgement.note(judgement.charges.indices.map { world.outcome(of: $0) })
            case .token: judgement.note(world.token)
            case .body: break
            case .forward, .redirect, .preflight, .refusal:
                let lines = judgement.trace?.lines.map(\.text) ?? []
                let findings = judgement.findings.map { "\($0)" }
                let rest = judgement.settlements(status: world.status).map { "\($0)" }
                return (said + lines + findings + rest).joined(separator: "\n")
            }
        }
        return "endless: \(said)"
    }
}

/// What is true around a request, out of four bytes.
private struct Surroundings {
    let circumstances: Circumstances
    let isTraced: Bool
    let hasServerName: Bool
    let token: TokenFinding
    let status: Int
    private let bits: UInt8

    init(_ one: UInt8, _ two: UInt8, _ three: UInt8, _ four: UInt8) {
        let addresses: [IPAddress?] = [
            nil, IPAddress(v4: 0xc633_6407), IPAddress(v4: 0x0a00_0001), IPAddress(v4: 0xcb00_7101),
            IPAddress(high: 0x2001_0db8_0042_0000, low: 1),
        ]
        var found = Circumstances(
            now: JudgementOracle.now + Int64(one >> 4) * 30 * 86_400,
            client: addresses[Int(one & 7) % addresses.count],
            hash: KeyedHash(key: KeyedHash.Digest(high: 1, low: 2))
        )
        let crawlers: [Crawler] = [.none, .impostor, .verified("googlebot"), .verified("bingbot")]
        found.crawler = crawlers[Int(two & 3)]
        found.isUnderMaintenance = two & 4 != 0
        found.isKillSwitchOn = two & 8 != 0
        found.isInvited = two & 16 != 0
        found.hasCertificate = two & 32 != 0
        found.country = two & 64 != 0 ? "DE" : nil
        found.network = two & 128 != 0 ? "AS64500" : nil
        circumstances = found
        isTraced = three & 1 != 0
        hasServerName = three & 2 != 0
        status = [200, 401, 403, 500][Int(three >> 2 & 3)]
        token = Self.token(three >> 4)
        bits = four
    }

    private static func token(_ bits: UInt8) -> TokenFinding {
        let texts = [
            "{}", "{\"sub\":\"42\",\"invited\":true}",
            "{\"sub\":\"1\",\"role\":\"admin\",\"invited\":true}",
            "{\"sub\":\"7\",\"role\":[\"staff\",\"admin\"],\"level\":3}",
        ]
        if bits & 8 != 0 { return .invalid }
        let text = Array(texts[Int(bits & 3)].utf8)
        guard let claims = unsafe try? Claims(text.span.bytes, user: "sub", role: "role") else {
            return .invalid
        }
        return .valid(claims)
    }

    func outcome(of index: Int) -> Charge.Outcome {
        switch bits >> UInt8(index % 4 * 2) & 3 {
        case 0: .granted(remaining: 5)
        case 1: .unavailable
        case 2: .spent(retryAfterSeconds: 3)
        default: .spared
        }
    }
}
