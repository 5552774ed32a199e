/// The methods a rule can name.
public enum RuleMethod: String, Sendable, CaseIterable, Comparable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"

    /// It may change things.
    public var writes: Bool {
        switch self {
        case .get, .head, .options: false
        case .post, .put, .patch, .delete: true
        }
    }

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    public static func < (left: RuleMethod, right: RuleMethod) -> Bool { left.order < right.order }
}

/// So many in so much time.
public struct RuleRate: Sendable, Equatable {
    public let count: Int
    public let milliseconds: Int
    /// As it was written.
    public let text: String

    public init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let count = Int(parts[0]), (1...1_000_000).contains(count) else {
            return nil
        }
        let digits = parts[1].prefix(while: \.isNumber)
        let unit: Int
        switch parts[1].dropFirst(digits.count) {
        case "s": unit = 1000
        case "m": unit = 60_000
        case "h": unit = 3_600_000
        case "d": unit = 86_400_000
        default: return nil
        }
        guard let periods = digits.isEmpty ? 1 : Int(digits), (1...1000).contains(periods) else {
            return nil
        }
        self.count = count
        self.text = text
        milliseconds = periods * unit
    }
}

/// What somebody meant who wrote a unit as other tools do.
enum Units {
    private static let known: [String: String] = [
        "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m",
        "minute": "m",
        "minutes": "m", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d",
        "msec": "ms", "millis": "ms", "k": "KiB", "kb": "KiB", "kib": "KiB", "mb": "MiB",
        "mib": "MiB",
        "g": "GiB", "gb": "GiB", "gib": "GiB", "b": "B", "bytes": "B",
    ]

    /// What a size such as `64KiB` comes to; nil for what no body has.
    static func byteCount(_ text: String) -> Int? {
        let digits = text.prefix(while: \.isNumber)
        let unit =
            switch text.dropFirst(digits.count) {
            case "KiB": 1 << 10
            case "MiB": 1 << 20
            case "GiB": 1 << 30
            default: 1
            }
        guard let count = Int(digits), count <= 1 << 30 else { return nil }
        return count * unit
    }

    static func nearest(to text: String) -> String? {
        let letters = text.reversed().prefix(while: \.isLetter).reversed()
        guard !letters.isEmpty, let unit = known[String(letters).lowercased()] else { return nil }
        return String(text.dropLast(letters.count)) + unit
    }
}
