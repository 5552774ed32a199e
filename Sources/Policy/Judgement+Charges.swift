import HTTPWire
import Inspection
public import Vocabulary

/// Stages 8, 11 and 12: limits, each where its key is known.
extension Judgement {
    mutating func charge(
        _ stage: Stage,
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> Need? {
        let route = policy.routes[route]
        if charges.isEmpty {
            collect(stage, head, body, route, policy, &desk)
            if charges.isEmpty {
                endCharges(stage)
                return nil
            }
            return .charges
        }
        guard outcomes.count == charges.count else { return .charges }
        return settle(stage, head, policy)
    }

    private mutating func endCharges(_ stage: Stage) {
        charges.removeAll(keepingCapacity: true)
        outcomes.removeAll(keepingCapacity: true)
        isOnNode = false
        switch stage {
        case .addressLimits: step = .signIn
        case .userLimits: step = .body
        default: step = .inspect
        }
    }

    private mutating func collect(
        _ stage: Stage,
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ route: Route,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) {
        for index in route.limits.indices {
            let use = route.limits[index]
            guard use.stage == stage, use.methods.contains(head.method) else { continue }
            let number = Int(use.line)
            let limit = policy.limitLines[number].limit
            if allowed != 0, let allowance = skip(route, { $0.limits.contains(limit) }) {
                trace?.say(stage, "\(policy.limits[limit].name): skipped", allowance.place)
                continue
            }
            guard let key = key(of: number, head, body, policy, &desk) else { continue }
            charges.append(
                Charge(
                    line: number,
                    key: key,
                    terms: policy.limitLines[number].terms,
                    manner: policy.limits[limit].counted.manner,
                    shutOutSeconds: policy.limits[limit].shutOutSeconds,
                    isOnTrial: policy.limits[limit].isOnTrial
                )
            )
        }
    }

    /// Whose bucket a line charges; nil where the request has none of its keys.
    private func key(
        of line: Int,
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> KeyedHash.Digest? {
        let salt = policy.limitLines[line].salt
        for index in policy.limitLines[line].keys.indices {
            // A key of another kind is another bucket, though it be spelt the same.
            let salt = salt &+ UInt64(index)
            switch policy.limitLines[line].keys[index] {
            case .everyone: return circumstances.hash.digest(of: RawSpan(), salt: salt)
            case .address:
                guard let client = circumstances.client else { continue }
                // Whoever has one address of IPv6 has a network of them.
                let low = client.isV4 ? client.low : 0
                let words: InlineArray<2, UInt64> = [client.high, low]
                return unsafe circumstances.hash.digest(of: words.span.bytes, salt: salt)
            case .user:
                guard let user = claims?.user else { continue }
                return unsafe circumstances.hash.digest(of: Array(user.utf8).span.bytes, salt: salt)
            case .field(let field):
                let value = keyValue(of: field, head, body, policy, &desk)
                guard let value else { continue }
                return unsafe circumstances.hash.digest(of: value.span.bytes, salt: salt)
            }
        }
        return nil
    }

    /// What the buckets said: on, once more for this node alone, or no further.
    private mutating func settle(
        _ stage: Stage,
        _ head: borrowing RequestHead,
        _ policy: borrowing Policy
    ) -> Need? {
        var onNode: [Charge] = []
        var refused: (name: String, refusal: Refusal)?
        // Where nothing was asked, nothing was spent either: whoever counts is not to be believed.
        let isStuck = outcomes.allSatisfy { if case .spared = $0 { true } else { false } }
        for index in charges.indices {
            let charge = charges[index]
            let line = policy.limitLines[charge.line]
            let limit = policy.limits[line.limit]
            switch isStuck ? .unavailable : outcomes[index] {
            case .granted(let remaining):
                trace?.say(stage, "\(limit.name): \(line.text) per \(line.keyNames)", line.place)
                note(granted: charge, stage, limit)
                if tokensLeft.map({ remaining < $0 }) ?? true { tokensLeft = remaining }
            case .spared: break
            case .spent(let seconds):
                if limit.isOnTrial {
                    triedLimits.append(line.limit)
                    trace?.say(stage, "\(limit.name): spent, but on trial", line.place)
                    continue
                }
                tokensLeft = 0
                var refusal = Refusal(stage, .limitSpent, by: limit.name, at: line.place)
                refusal.retryAfterSeconds = seconds
                if refused.map({ limit.name < $0.name }) ?? true { refused = (limit.name, refusal) }
            case .unavailable:
                switch limit.fallback {
                case .letThrough:
                    trace?.say(stage, "\(limit.name): nobody can count, let through", line.place)
                case .onEachNode(let terms): onNode.append(charge.onNode(terms))
                case .refuse where limit.isOnTrial: triedLimits.append(line.limit)
                case .refuse:
                    let refusal = Refusal(stage, .limitUnavailable, by: limit.name, at: line.place)
                    if refused.map({ limit.name < $0.name }) ?? true {
                        refused = (limit.name, refusal)
                    }
                }
            }
        }
        if let refused { return refuse(refused.refusal, under: policy) }
        guard onNode.isEmpty || isOnNode else {
            charges = onNode
            outcomes.removeAll(keepingCapacity: true)
            isOnNode = true
            return .charges
        }
        endCharges(stage)
        return nil
    }

    private mutating func note(granted charge: Charge, _ stage: Stage, _ limit: Limit) {
        switch limit.counted {
        case .blocks: strikes.append(charge)
        case .failures, .requests: granted.append((charge, stage))
        }
    }

    // MARK: When it is over

    /// What becomes of the tokens, now that the request has its answer.
    ///
    /// - status: what the client was told.
    public func settlements(status: Int) -> [Charge.Settlement] {
        let isFailure = status == 401 || status == 403
        let isBlocked = refusal?.stage == .inspect
        var found: [Charge.Settlement] = []
        for (charge, stage) in granted {
            let isUnused = charge.manner == .reserve && !isFailure
            // Who sent it pays for it, address or user; the account it named need not be its own.
            if isUnused || (isBlocked && stage == .accept) {
                found.append(.giveBack(charge))
            }
        }
        if isBlocked { for charge in strikes { found.append(.strike(charge)) } }
        return found
    }
}

extension Limit.Counted {
    fileprivate var manner: Charge.Manner {
        switch self {
        case .requests: .take
        case .failures: .reserve
        case .blocks: .look
        }
    }
}

extension LimitLine {
    fileprivate var keyNames: String { keys.map(\.name).joined(separator: " or ") }
}

extension Charge {
    fileprivate func onNode(_ terms: Bucket.Terms) -> Charge {
        Charge(
            line: line,
            key: key,
            terms: terms,
            manner: manner,
            isOnNode: true,
            shutOutSeconds: shutOutSeconds,
            isOnTrial: isOnTrial
        )
    }
}
