public import HTTPWire
public import Vocabulary

/// One request on its way through the sixteen stages.
///
/// It is a value with no effects. `next` goes on until it needs something that only the world knows, says
/// what (`Need`), is told it through one of the `note`s and asked again. Whoever holds the request, a
/// worker, a test or `explain`, answers the same questions in the same order: there is one evaluator.
///
/// INVARIANT: one judgement is asked with one policy from its beginning to its end.
public struct Judgement {
    /// What comes next, stage by stage; the line of this type.
    enum Step {
        case head, chargeAddress, signIn, authorize, chargeUser, body, chargeBody, inspect, canary
        case forward, over
    }

    public internal(set) var circumstances: Circumstances
    /// The numbers of its site and route; -1 until they are known.
    public internal(set) var site = -1
    public internal(set) var route = -1
    public internal(set) var origin = OriginStanding.none
    public internal(set) var claims: Claims?
    /// Tokens that are asked for now, and what has come of the last ones.
    public internal(set) var charges: [Charge] = []
    var outcomes: [Charge.Outcome] = []
    /// Charges that were granted, with what may become of them.
    var granted: [(charge: Charge, stage: Stage)] = []
    /// Strikes that wait for a block.
    var strikes: [Charge] = []
    public internal(set) var findings: [JudgedFinding] = []
    /// Signatures that blocked, or would have.
    public internal(set) var blockers: [Int] = []
    public internal(set) var refusal: Refusal?
    /// Limits on trial that would have refused.
    public internal(set) var triedLimits: [Int] = []
    /// The least that any limit has left; nil where none was asked.
    public internal(set) var tokensLeft: Int64?
    var hasToken = false
    var tokenWasValid = false
    /// Allowances of the route that hold for this client, as bits.
    var allowed: UInt64 = 0
    var bodyKind = AcceptTerms.Kinds()
    var step = Step.head
    /// The stage whose charges are under way are asked of this node alone.
    var isOnNode = false
    /// What each stage found, if somebody wants to know.
    public var trace: Trace?

    public init(_ circumstances: Circumstances) {
        self.circumstances = circumstances
    }

    /// Makes it ready for another request; memory is kept.
    public mutating func begin(_ circumstances: Circumstances) {
        self.circumstances = circumstances
        site = -1
        route = -1
        origin = .none
        claims = nil
        if !charges.isEmpty { charges.removeAll(keepingCapacity: true) }
        if !outcomes.isEmpty { outcomes.removeAll(keepingCapacity: true) }
        if !granted.isEmpty { granted.removeAll(keepingCapacity: true) }
        if !strikes.isEmpty { strikes.removeAll(keepingCapacity: true) }
        if !findings.isEmpty { findings.removeAll(keepingCapacity: true) }
        if !blockers.isEmpty { blockers.removeAll(keepingCapacity: true) }
        refusal = nil
        if !triedLimits.isEmpty { triedLimits.removeAll(keepingCapacity: true) }
        tokensLeft = nil
        hasToken = false
        tokenWasValid = false
        allowed = 0
        bodyKind = []
        step = .head
        isOnNode = false
    }

    /// Goes on as far as it can.
    ///
    /// - body: the whole of it once it was asked for; empty until then.
    /// - serverName: what the client asked for in the TLS handshake, if it did.
    public mutating func next(
        _ head: borrowing RequestHead,
        body: RawSpan,
        serverName: RawSpan?,
        under policy: borrowing Policy,
        with desk: inout Desk
    ) -> Need {
        while true {
            let need: Need?
            switch step {
            case .head: need = judgeHead(head, serverName, policy, &desk)
            case .chargeAddress: need = charge(.addressLimits, head, body, policy, &desk)
            case .signIn: need = signIn(head, policy)
            case .authorize: need = authorize(head, policy, &desk)
            case .chargeUser: need = charge(.userLimits, head, body, policy, &desk)
            case .body: need = acceptBody(head, body, policy, &desk)
            case .chargeBody: need = charge(.accept, head, body, policy, &desk)
            case .inspect: need = inspect(head, body, policy, &desk)
            case .canary:
                step = .forward
                need = nil
            case .forward: need = forward(policy)
            case .over: need = refusal.map { .refusal($0) } ?? .forward
            }
            if let need { return need }
        }
    }

    // MARK: What it is told

    /// What came of each of `charges`, in their order.
    public mutating func note(_ outcomes: [Charge.Outcome]) { self.outcomes = outcomes }

    /// Whose token it is.
    public mutating func note(_ token: TokenFinding) {
        if case .valid(let claims) = token {
            self.claims = claims
            tokenWasValid = true
        }
    }

    // MARK: What it says

    mutating func refuse(_ refusal: Refusal, under policy: borrowing Policy) -> Need {
        self.refusal = refusal
        step = .over
        trace?.say(refusal.stage, "refused: \(refusal.explanation)", refusal.place)
        return .refusal(refusal)
    }

    private mutating func forward(_ policy: borrowing Policy) -> Need {
        step = .over
        switch policy.routes[route].destination {
        case .upstream(let number):
            trace?.say(.forward, "to \(policy.upstreams[number])", policy.routes[route].place)
            return .forward
        case .redirect(let location, let status):
            trace?.say(.forward, "redirected to \(location)", policy.routes[route].place)
            return .redirect(location: location, status: status)
        }
    }
}

/// Whose page asks, as far as the browser says.
public enum OriginStanding: Sendable {
    /// It does not say, or it is no browser.
    case none
    case own
    case listed
    case foreign
}

/// A signature found in a field, and what the rules make of it.
public struct JudgedFinding: Sendable {
    public enum Standing: Sendable {
        case counts
        case excused
        case onTrial
    }

    public let signature: Int
    /// The field as rules write it: `json.password`.
    public let field: String
    public let isInJSON: Bool
    public let standing: Standing
}

extension Refusal {
    fileprivate var explanation: String {
        name.isEmpty ? "\(reason.rawValue), \(status)" : "\(name), \(reason.rawValue), \(status)"
    }
}
