public import Inspection

/// A question of the rules about one request, as a place in the table of all questions.
public struct Question: Sendable, BitwiseCopyable {
    public let node: Int32
    /// The first stage at which all its fields are known.
    public let stage: Stage
    /// It asks who is signed in, and so nothing of those who are not.
    public let readsToken: Bool

    public init(node: Int, stage: Stage, readsToken: Bool = false) {
        self.node = Int32(node)
        self.stage = stage
        self.readsToken = readsToken
    }
}

/// All questions of a policy, laid flat: asking one touches no reference count.
public struct QuestionTable: Sendable {
    public struct Node: Sendable, BitwiseCopyable {
        public enum Kind: UInt8, Sendable, BitwiseCopyable { case all, any, not, test }

        public let kind: Kind
        /// The number of its test.
        public let test: Int32
        /// Where what belongs to it ends; its parts stand right behind it.
        public let end: Int32

        public init(kind: Kind, test: Int = -1, end: Int) {
            self.kind = kind
            self.test = Int32(test)
            self.end = Int32(end)
        }
    }

    /// One field compared with something.
    public struct Test: Sendable, BitwiseCopyable {
        public enum Source: UInt8, Sendable, BitwiseCopyable {
            case method, path, host, size, requestID, address, country, network, bot, route
            case userID, userRole, token, query, header, segment, cookie, json, form, multipart
        }

        public enum Comparison: UInt8, Sendable, BitwiseCopyable {
            case isPresent, isIn, above, below, atLeast, atMost, contains, startsWith, endsWith
            case matches
        }

        /// What a value of a token or a body has to be, to be compared at all.
        public struct Kinds: OptionSet, Sendable, BitwiseCopyable {
            public let rawValue: UInt8
            public init(rawValue: UInt8) { self.rawValue = rawValue }
            public static let text = Kinds(rawValue: 1)
            public static let number = Kinds(rawValue: 2)
            public static let word = Kinds(rawValue: 4)
            public static let any = Kinds(rawValue: 7)
        }

        public let source: Source
        public let comparison: Comparison
        public let isNegated: Bool
        /// Every value of a field that is there several times has to fit, and not just one of them.
        public let asksEvery: Bool
        public let kinds: Kinds
        /// The number of the field's own part in `names`, or which segment of the path it is.
        public let name: Int32
        /// The list for `isIn`, -1 where it compares with `number`; the first text for `contains` and its kin, the first pattern for
        /// `matches`.
        public let operand: Int32
        public let operandCount: Int32
        public let number: Int64

        public init(
            source: Source,
            comparison: Comparison,
            isNegated: Bool = false,
            asksEvery: Bool = false,
            kinds: Kinds = .any,
            name: Int = -1,
            operand: Int = -1,
            operandCount: Int = 0,
            number: Int64 = 0
        ) {
            self.source = source
            self.comparison = comparison
            self.isNegated = isNegated
            self.asksEvery = asksEvery
            self.kinds = kinds
            self.name = Int32(name)
            self.operand = Int32(operand)
            self.operandCount = Int32(operandCount)
            self.number = number
        }
    }

    public var nodes: [Node] = []
    public var tests: [Test] = []
    /// Names of headers, claims and fields; headers in small letters.
    public var names: [[UInt8]] = []
    public var texts: [[UInt8]] = []
    public var patterns: [Pattern] = []

    public init() {}
}
