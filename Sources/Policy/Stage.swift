/// The sixteen stages every request goes through, in this order and no other.
public enum Stage: UInt8, Sendable, BitwiseCopyable, CaseIterable, Comparable {
    case host = 1
    case `protocol`, closed, cors, maintenance, route, block, addressLimits, signIn, admit,
        userLimits, accept, inspect, canary, forward, answer

    /// The word that rules, tests, logs and `explain` use for it.
    public var name: String {
        switch self {
        case .addressLimits, .userLimits: "limit"
        case .signIn: "sign-in"
        default: "\(self)"
        }
    }

    /// What a test says in `refused by` for a refusal of the stage itself, which bears no name.
    public var refusalName: String {
        switch self {
        case .signIn: "auth"
        default: name
        }
    }

    public static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
}
