import Crypto
import Policy
import Vocabulary

/// Limits: their lines, each at the stage at which its key is known.
extension Lowering {
    mutating func lowerLimits() {
        let items = declared.scopes.flatMap(\.scope.limits)
            .sorted { $0.name.value < $1.name.value }
        for item in items {
            let number = policy.limits.count
            limitNumbers[item.name.value] = number
            policy.limits.append(
                Limit(
                    name: item.name.value,
                    counted: counted(item),
                    fallback: fallback(item),
                    isOnTrial: item.trial != nil,
                    shutOutSeconds: item.shutOut.map { Int($0.value.components.seconds) } ?? 0,
                    place: place(item.name.at)
                )
            )
            limitLines.append(lines(of: item, number))
        }
    }

    private func counted(_ item: LimitItem) -> Limit.Counted {
        switch item.counted?.value {
        case nil: .requests
        case .failures: .failures
        case .blocks: .blocks
        }
    }

    private func fallback(_ item: LimitItem) -> Limit.Fallback {
        switch item.fallback?.value {
        case .refuse, nil: .refuse
        case .letThrough: .letThrough
        case .onEachNode(let rate):
            .onEachNode(Bucket.Terms(count: rate.count, milliseconds: rate.milliseconds))
        }
    }

    /// The numbers of a limit's lines, in the order of their keys and periods, not of the files.
    private mutating func lines(of item: LimitItem, _ limit: Int) -> [Int] {
        let sorted = item.lines.sorted {
            Self.order(of: $0).lexicographicallyPrecedes(Self.order(of: $1))
        }
        var earlier: [[String]: Int] = [:]
        return sorted.map { line in
            let names = line.keys.map(\.value)
            let keys = names.compactMap(Self.key)
            let ordinal = earlier[names, default: 0]
            earlier[names] = ordinal + 1
            policy.limitLines.append(
                LimitLine(
                    limit: limit,
                    terms: Bucket.Terms(
                        count: line.rate.value.count,
                        milliseconds: line.rate.value.milliseconds,
                        burst: line.burst?.value
                    ),
                    text: line.rate.value.text,
                    keys: keys,
                    salt: Self.salt(of: item.name.value, names, ordinal),
                    stage: keys.map(\.stage).max() ?? .addressLimits,
                    place: place(line.at)
                )
            )
            return policy.limitLines.count - 1
        }
    }

    /// Two lines with the same keys are told apart by their periods: so much a second, so much a day.
    private static func order(of line: LimitItem.Line) -> [String] {
        let rate = line.rate.value
        let numbers = [rate.milliseconds, rate.count, line.burst?.value ?? rate.count].map {
            number in
            let digits = String(number)
            return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
        }
        return line.keys.map(\.value) + numbers
    }

    private static func key(_ name: String) -> LimitKey? {
        switch name {
        case "ip": .address
        case "user": .user
        case "everyone": .everyone
        default: Field(name).map { $0 == .clientAddress ? .address : .field($0) }
        }
    }

    /// Names the buckets of a line: they outlive a change of its rate, its burst and its place.
    private static func salt(of limit: String, _ keys: [String], _ ordinal: Int) -> UInt64 {
        let text = ([limit] + keys + [String(ordinal)]).joined(separator: "\u{0}")
        return Digest.sha256(Array(text.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A limit at work on a route: all its lines, for the methods it is for.
    func uses(of item: LimitItem) -> [LimitUse] {
        guard let number = limitNumbers[item.name.value] else { return [] }
        let methods = item.methods.isEmpty ? MethodSet.all : MethodSet.answered(by: item.methods)
        return limitLines[number].map { line in
            LimitUse(line: line, stage: policy.limitLines[line].stage, methods: methods)
        }
    }
}

extension LimitKey {
    /// Where it is known.
    fileprivate var stage: Stage {
        switch self {
        case .address, .everyone: .addressLimits
        case .user: .userLimits
        case .field(let field):
            switch field.stage {
            case ...8: .addressLimits
            case 9: .userLimits
            default: .accept
            }
        }
    }
}
