import HTTPWire
import JSON
import Policy
import Vocabulary

/// Everything around the evaluator in a test: a clock that stands still, a store, an upstream, whose
/// tokens are good, and the two switches.
///
/// Requests are driven through the same `Judgement` that judges traffic; only the answers to its questions
/// come from here.
struct TestWorld: ~Copyable {
    /// Seconds since 1970, no further from now than nanoseconds can be counted.
    var now: Int64 { didSet { now = min(max(now, -9_000_000_000), 9_000_000_000) } }
    var isUnderMaintenance = false
    var isKillSwitchOn = false
    var store = TestStore()
    private let pool = BlockPool()
    private var desk = Desk()
    private let hash = KeyedHash(key: KeyedHash.Digest(high: 1, low: 2))

    init(now: Int64) {
        self.now = min(max(now, -9_000_000_000), 9_000_000_000)
    }

    /// Starts over, and keeps what memory there is.
    mutating func begin(now: Int64) {
        self.now = now
        isUnderMaintenance = false
        isKillSwitchOn = false
        store = TestStore()
    }

    /// What comes of a request.
    mutating func send(
        _ request: TestRequest,
        under policy: borrowing Policy,
        trace: Trace? = nil
    ) -> Outcome {
        var input = ByteBuffer()
        unsafe input.append(request.bytes.span.bytes)
        var head = RequestHead()
        var parser = RequestParser(isSecure: request.isSecure)
        do throws(WireError) {
            guard try parser.parse(&input, into: &head, from: pool) else {
                return Outcome(refusal: Refusal(.protocol, .badRequestLine), trace)
            }
            let body = try Self.body(head.framing, &input, pool)
            return judge(request, head, body, policy, trace)
        } catch {
            let refusal = Refusal(error == .misdirected ? .host : .protocol, Reason(of: error))
            return Outcome(refusal: refusal, trace)
        }
    }

    /// The whole body, whichever way it is framed.
    private static func body(
        _ framing: BodyFraming,
        _ input: inout ByteBuffer,
        _ pool: BlockPool
    ) throws(WireError) -> [UInt8] {
        var reader = BodyReader(framing)
        var body: [UInt8] = []
        while !reader.isComplete {
            let count = try reader.next(in: &input, from: pool)
            if count == 0 {
                // The test said more than it sent, or framed it wrongly.
                guard reader.isComplete else { throw .badContentLength }
                break
            }
            body += unsafe input.bytes.extracting(first: count).withUnsafeBytes { unsafe Array($0) }
            input.removeFirst(count)
        }
        reader.release(to: pool)
        return body
    }

    // MARK: The judgement

    private mutating func judge(
        _ request: TestRequest,
        _ head: borrowing RequestHead,
        _ body: [UInt8],
        _ policy: borrowing Policy,
        _ trace: Trace?
    ) -> Outcome {
        var judgement = Judgement(circumstances(of: request))
        judgement.trace = trace
        var given: [UInt8] = []
        var asked: [Int] = []
        let serverName = request.serverName ?? []
        while true {
            let need = unsafe judgement.next(
                head,
                body: given.span.bytes,
                serverName: request.serverName == nil ? nil : serverName.span.bytes,
                under: policy,
                with: &desk
            )
            switch need {
            case .charges:
                asked += judgement.charges.map(\.line)
                judgement.note(store.ask(judgement.charges, at: now * 1_000_000_000))
            case .token: judgement.note(token(of: request, policy))
            case .body(let byteMax):
                guard body.count <= byteMax else {
                    return tooLarge(judgement, asked, policy, trace)
                }
                given = body
            case .forward:
                guard body.count <= judgement.bodyByteMax(under: policy) else {
                    return tooLarge(judgement, asked, policy, trace)
                }
                return end(judgement, .forwarded, request.answer, asked, policy, trace)
            case .preflight: return end(judgement, .preflight, 204, asked, policy, trace)
            case .redirect(_, let status):
                return end(judgement, .redirected, status, asked, policy, trace)
            case .refusal(let refusal):
                return end(judgement, .refused(refusal), refusal.status, asked, policy, trace)
            }
        }
    }

    /// Whoever takes the body from the wire sees that it does not end in time.
    private mutating func tooLarge(
        _ judgement: borrowing Judgement,
        _ asked: [Int],
        _ policy: borrowing Policy,
        _ trace: Trace?
    ) -> Outcome {
        let place = judgement.route >= 0 ? policy.routes[judgement.route].accept.place : .none
        let refusal = Refusal(.accept, .bodyTooLarge, at: place)
        return end(judgement, .refused(refusal), refusal.status, asked, policy, trace)
    }

    private mutating func end(
        _ judgement: borrowing Judgement,
        _ ending: Outcome.Ending,
        _ status: Int,
        _ asked: [Int],
        _ policy: borrowing Policy,
        _ trace: Trace?
    ) -> Outcome {
        for settlement in judgement.settlements(status: status) {
            store.settle(settlement, at: now * 1_000_000_000)
        }
        return Outcome(ending, status, judgement, asked, policy, trace)
    }

    // MARK: What is true of the sender

    private func circumstances(of request: TestRequest) -> Circumstances {
        var circumstances = Circumstances(now: now, client: request.client, hash: hash)
        circumstances.isUnderMaintenance = isUnderMaintenance
        circumstances.isKillSwitchOn = isKillSwitchOn
        if let name = request.verified {
            circumstances.crawler = .verified(name)
        } else if request.claimed != nil {
            circumstances.crawler = .impostor
        }
        return circumstances
    }

    /// A token that the test writes is signed; what it says is held against the clock and `auth` as in life.
    private func token(of request: TestRequest, _ policy: borrowing Policy) -> TokenFinding {
        guard let bytes = request.claims, let tree = try? JSONValue.read(bytes),
            let auth = policy.auths.first(where: { tree.isMeant(for: $0) }),
            (tree["exp"]?.integer).map({ now < $0 }) ?? true,
            (tree["nbf"]?.integer).map({ now >= $0 }) ?? true,
            let claims = unsafe try? Claims(bytes.span.bytes, user: auth.user, role: auth.role)
        else { return .invalid }
        return .valid(claims)
    }
}

extension JSONValue {
    /// Whether the claims fit who signs and whom for; what is not said is as it should be.
    fileprivate func isMeant(for auth: AuthTerms) -> Bool {
        if let issuer = self["iss"]?.text, let wanted = auth.issuer, issuer != wanted {
            return false
        }
        guard let wanted = auth.audience, let audience = self["aud"] else { return true }
        return audience.text == wanted || audience.elements?.contains { $0.text == wanted } == true
    }
}

extension Reason {
    /// The reason of the same name: what traffic is told as well.
    fileprivate init(of error: WireError) {
        self = Self.allCases.first { "\($0)" == "\(error)" } ?? .badRequestLine
    }
}
